"""A locked session, on a real D-Bus daemon with a logind of our own on it."""

import os
import select
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.protocol.channels import ScreenCondition
from client.platform import lock_hint, x11_presence
from client.platform.lock_hint import LockHint, open_lock_hint
from client.platform.x11_screen import X11Screen
from tests.client.platform.test_x11_screen import changes_until

PATIENCE_S = 10


class Logind:
    """Answers for the one property, and tells when it changes."""

    def __init__(self, address: str) -> None:
        self._line = lock_hint.connect(address)
        self._line.setblocking(True)
        self._serial = 0
        self._locked = False
        self.asked = threading.Semaphore(0)
        bus = {lock_hint.PATH: "/org/freedesktop/DBus", lock_hint.DESTINATION: lock_hint.BUS}
        self._send(lock_hint.CALL, {**bus, lock_hint.MEMBER: "Hello"})
        name = lock_hint._padded(lock_hint._string(lock_hint.LOGIND), 4) + struct.pack("<I", 4)
        self._send(lock_hint.CALL, {**bus, lock_hint.MEMBER: "RequestName"}, "su", name)
        self._thread = threading.Thread(target=self._serve)
        self._stop, self._stopping = os.pipe()
        self._thread.start()

    def lock(self, locked: bool) -> None:
        self._locked = locked
        fields: dict[int, str | int] = {
            lock_hint.PATH: f"{lock_hint.SESSIONS}/_31",
            lock_hint.INTERFACE: lock_hint.PROPERTIES,
            lock_hint.MEMBER: "PropertiesChanged",
        }
        self._send(lock_hint.SIGNAL, fields)

    def close(self) -> None:
        os.write(self._stopping, b"!")
        self._thread.join(PATIENCE_S)
        os.close(self._stop)
        os.close(self._stopping)
        self._line.close()

    def _serve(self) -> None:
        rest = b""
        while self._stop not in (select.select([self._line, self._stop], [], [])[0]):
            *messages, rest = lock_hint.split(rest + self._line.recv(65536))
            for message in messages:
                kind, fields, _ = lock_hint.read(message)
                if kind == lock_hint.CALL and fields[lock_hint.MEMBER] == "Get":
                    self._answer(message)

    def _answer(self, call: bytes) -> None:
        (serial,) = struct.unpack_from("<I", call, 8)
        variant = b"\1b\0\0" + struct.pack("<I", self._locked)
        to = {lock_hint.REPLY_SERIAL: serial, lock_hint.DESTINATION: _sender(call)}
        self._send(lock_hint.RETURN, to, "v", variant)
        self.asked.release()

    def _send(
        self, kind: int, fields: lock_hint.Fields, signature: str = "", body: bytes = b""
    ) -> None:
        self._serial += 1
        self._line.sendall(lock_hint.write(kind, self._serial, fields, signature, body))


def _sender(message: bytes) -> str:
    sender = lock_hint.read(message)[1][7]
    assert isinstance(sender, str)
    return sender


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    daemon = subprocess.Popen(
        [
            "dbus-daemon",
            "--session",
            "--nofork",
            "--print-address",
            f"--address=unix:dir={tmp_path}",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    yield address
    daemon.terminate()
    daemon.wait(PATIENCE_S)
    daemon.stdout.close()


@pytest.fixture
def logind(bus: str) -> Iterator[Logind]:
    made = Logind(bus)
    yield made
    made.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.01)


def test_a_lock_is_heard_and_its_end_too(logind: Logind) -> None:
    hint = open_lock_hint()
    assert hint is not None
    assert logind.asked.acquire(timeout=PATIENCE_S)
    assert hint.look() is False
    logind.lock(True)
    until(hint.look)
    logind.lock(False)
    until(lambda: not hint.look())
    hint.close()


def test_a_session_that_is_locked_already_is_so_from_the_start(logind: Logind) -> None:
    logind.lock(True)
    hint = open_lock_hint()
    assert hint is not None
    until(hint.look)
    hint.close()


def test_nothing_is_asked_while_nothing_changes(logind: Logind) -> None:
    hint = open_lock_hint()
    assert hint is not None
    assert logind.asked.acquire(timeout=PATIENCE_S)
    for _ in range(20):
        hint.look()
    assert not logind.asked.acquire(timeout=0.2)
    hint.close()


def test_without_logind_nothing_is_locked(bus: str) -> None:
    hint = LockHint(bus)
    error_came = lambda: bool(select.select([hint._socket], [], [], 0.01)[0])  # noqa: E731
    until(error_came)
    assert hint.look() is False
    hint.close()


def test_without_a_bus_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert open_lock_hint() is None


def test_a_lock_is_told_with_the_screen(
    display: str, logind: Logind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x11_presence, "LOOK_S", 0.05)
    screen = X11Screen()
    try:
        logind.lock(True)
        changes_until(screen, lambda _: screen.conditions == (ScreenCondition.LOCKED,))
        logind.lock(False)
        changes_until(screen, lambda _: screen.conditions == ())
    finally:
        screen.close()
