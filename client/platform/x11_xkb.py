"""The few requests of the X keyboard extension that typing needs; python-xlib has none of them.

Wire formats: "The X Keyboard Extension: Protocol Specification", appendix D.
"""

from typing import Any, Final

from Xlib.protocol import rq

from client.errors import PlatformUnavailable

_CORE_KEYBOARD: Final = 0x100
_TYPES_SYMBOLS_AND_MODIFIERS: Final = 0b111
_KEY_NAMES: Final = 1 << 9


class _UseExtension(rq.ReplyRequest):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(0),
        rq.RequestLength(),
        rq.Card16("major"),
        rq.Card16("minor"),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("supported"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card16("major"),
        rq.Card16("minor"),
        rq.Pad(20),
    )


class _GetMap(rq.ReplyRequest):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(8),
        rq.RequestLength(),
        rq.Card16("device"),
        rq.Card16("full"),
        rq.Pad(20),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("device"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Pad(2),
        rq.Binary("rest", pad=0),
    )


class _GetNames(rq.ReplyRequest):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(17),
        rq.RequestLength(),
        rq.Card16("device"),
        rq.Pad(2),
        rq.Card32("which"),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("device"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Pad(10),
        rq.Card8("first_key"),
        rq.Card8("key_count"),
        rq.Pad(12),
        rq.Binary("names", pad=0),
    )


class _LatchLockState(rq.Request):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(5),
        rq.RequestLength(),
        rq.Card16("device"),
        rq.Card8("affect_locks"),
        rq.Card8("locks"),
        rq.Pad(8),
    )


class XKeyboardExtension:
    """XKB on one python-xlib display. X errors pass through."""

    def __init__(self, display: Any) -> None:
        """Greet the extension. Raises PlatformUnavailable when the server has none."""
        self._display = display.display
        found = display.query_extension("XKEYBOARD")
        if found is None or not found.present:
            raise PlatformUnavailable("This X display has no XKEYBOARD extension: no input.")
        self._opcode = found.major_opcode
        _UseExtension(display=self._display, opcode=self._opcode, major=1, minor=0)

    def map(self) -> bytes:
        """Give types, symbols and modifiers of every key: a GetMap reply from its byte 10 on."""
        reply = _GetMap(
            display=self._display,
            opcode=self._opcode,
            device=_CORE_KEYBOARD,
            full=_TYPES_SYMBOLS_AND_MODIFIERS,
        )
        return bytes(reply.rest)

    def names(self) -> dict[str, int]:
        """Give the key code of each place on the keyboard, by its XKB name (`AD01`, `RTRN`)."""
        reply = _GetNames(
            display=self._display, opcode=self._opcode, device=_CORE_KEYBOARD, which=_KEY_NAMES
        )
        raw = bytes(reply.names)
        found: dict[str, int] = {}
        for index in range(reply.key_count):
            name = raw[4 * index : 4 * index + 4].rstrip(b"\0").decode("latin-1")
            if name:
                found.setdefault(name, reply.first_key + index)
        return found

    def set_locks(self, affect: int, locks: int) -> None:
        """Lock these of the modifiers in `affect`, and unlock its others; no key is pressed."""
        _LatchLockState(
            display=self._display,
            opcode=self._opcode,
            device=_CORE_KEYBOARD,
            affect_locks=affect,
            locks=locks,
        )
