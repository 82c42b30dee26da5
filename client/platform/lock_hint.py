"""Whether the end user's session is locked, as screen lockers tell systemd-logind (`LockedHint`).

Just enough of the D-Bus wire protocol to ask for one property and to hear when it changes: nothing
is polled, no process and no thread is started, and where there is no logind nothing is told.
Source: https://dbus.freedesktop.org/doc/dbus-specification.html
"""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from typing import Final

LOGIND: Final = "org.freedesktop.login1"
SESSIONS: Final = "/org/freedesktop/login1/session"
SESSION: Final = f"{SESSIONS}/auto"
"""The session of whoever asks, or that of their display (logind 243 and later)."""
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
CHANGED: Final = "PropertiesChanged"
BUS: Final = "org.freedesktop.DBus"

CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
"""Message types."""
PATH, INTERFACE, MEMBER, REPLY_SERIAL, DESTINATION, SIGNATURE = 1, 2, 3, 5, 6, 8
"""Header fields; see `_KINDS` for their types."""
_KINDS: Final = {PATH: "o", INTERFACE: "s", MEMBER: "s", REPLY_SERIAL: "u", DESTINATION: "s",
                 SIGNATURE: "g"}  # fmt: skip
_FIXED: Final = struct.Struct("<cBBBII")
_TIMEOUT_S: Final = 0.5
"""How long the bus may take to let us in."""
_DEFAULT_ADDRESS: Final = "unix:path=/run/dbus/system_bus_socket"

Fields = Mapping[int, str | int]


class LockHint:
    """The last that was heard. Raises OSError when the bus is not there."""

    def __init__(self, address: str) -> None:
        self.locked = False
        self._socket = connect(address)
        self._serial = 0
        self._asked = 0
        self._heard = b""
        rule = (
            f"type='signal',sender='{LOGIND}',interface='{PROPERTIES}',"
            f"member='{CHANGED}',path_namespace='{SESSIONS}'"
        )
        try:
            self._call(BUS, "/org/freedesktop/DBus", BUS, "Hello")
            self._call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", rule)
            self._ask()
        except OSError:
            self.close()
            raise

    def look(self) -> bool:
        """Take what has come in, and say whether the session is locked; never waits.

        Raises OSError when the bus is gone.
        """
        changed = False
        self._heard += self._receive()
        *messages, self._heard = split(self._heard)
        for message in messages:
            kind, fields, body = read(message)
            changed |= kind == SIGNAL and fields.get(MEMBER) == CHANGED
            if fields.get(REPLY_SERIAL) == self._asked and kind == RETURN:
                self.locked = bool(body[-4:].strip(b"\0"))  # a variant that holds a boolean
        if changed:
            self._ask()
        return self.locked

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(65536)
        except BlockingIOError:
            return b""
        if not received:
            raise ConnectionResetError("the bus has gone")
        return received

    def close(self) -> None:
        """Leave the bus."""
        self._socket.close()

    def _ask(self) -> None:
        interface = f"{LOGIND}.Session"
        self._asked = self._call(LOGIND, SESSION, PROPERTIES, "Get", interface, "LockedHint")

    def _call(self, to: str, path: str, interface: str, member: str, *texts: str) -> int:
        self._serial += 1
        fields = {PATH: path, INTERFACE: interface, MEMBER: member, DESTINATION: to}
        body = b""
        for text in texts:
            body = _padded(body, 4) + _string(text)
        message = write(CALL, self._serial, fields, "s" * len(texts), body)
        self._socket.sendall(message)
        return self._serial


def open_lock_hint() -> LockHint | None:
    """Ask the system bus; None when there is none, as on systems without systemd."""
    address = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", _DEFAULT_ADDRESS)
    try:
        return LockHint(address)
    except OSError:
        return None


def connect(address: str) -> socket.socket:
    """Join a bus as this user; the socket does not block afterwards. Raises OSError."""
    name = address.partition(",")[0]
    path = name.removeprefix("unix:path=").replace("unix:abstract=", "\0")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_TIMEOUT_S)
        line.connect(path)
        line.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        if not line.recv(512).startswith(b"OK "):
            raise ConnectionRefusedError("the bus does not let us in")
        line.sendall(b"BEGIN\r\n")
    except OSError:
        line.close()
        raise
    line.setblocking(False)
    return line


# ---- messages


def write(kind: int, serial: int, fields: Fields, signature: str = "", body: bytes = b"") -> bytes:
    """Give one little-endian message."""
    packed = b""
    given = {**fields, **({SIGNATURE: signature} if signature else {})}
    for code, value in given.items():
        packed = _padded(packed, 8) + bytes([code]) + _signature(_KINDS[code])
        packed = _padded(packed, 4) if _KINDS[code] != "g" else packed
        packed += _value(_KINDS[code], value)
    head = _FIXED.pack(b"l", kind, 0, 1, len(body), serial) + struct.pack("<I", len(packed))
    return _padded(head + packed, 8) + body


def split(data: bytes) -> list[bytes]:
    """Give the whole messages in `data`, and last what is left over."""
    messages = []
    while len(data) >= 16:
        body, _, fields = struct.unpack_from("<III", data, 4)
        size = -(-(16 + fields) // 8) * 8 + body
        if len(data) < size:
            break
        messages.append(data[:size])
        data = data[size:]
    return [*messages, data]


def read(message: bytes) -> tuple[int, dict[int, str | int], bytes]:
    """Give type, header fields and body of a message."""
    body_size, _, fields_size = struct.unpack_from("<III", message, 4)
    fields = dict(_fields(message[16 : 16 + fields_size]))
    return message[1], fields, message[len(message) - body_size :]


def _fields(data: bytes) -> Iterator[tuple[int, str | int]]:
    at = 0
    while at < len(data):
        code, kind = data[at], chr(data[at + 2])
        at += 4
        if kind == "g":
            size, at = data[at], at + 1
        else:
            (size,), at = struct.unpack_from("<I", data, at), at + 4
        if kind == "u":
            yield code, size
            size = -1
        else:
            yield code, data[at : at + size].decode()
        at = -(-(at + size + 1) // 8) * 8


def _value(kind: str, value: str | int) -> bytes:
    if isinstance(value, int):
        return struct.pack("<I", value)
    return _signature(value) if kind == "g" else _string(value)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded + b"\0"


def _signature(text: str) -> bytes:
    return bytes([len(text)]) + text.encode() + b"\0"


def _padded(data: bytes, unit: int) -> bytes:
    return data + b"\0" * (-len(data) % unit)
