"""The places on a keyboard: W3C `code` → the key's name in XKB (xkeyboard-config, keycodes)."""

from typing import Final


def _row(row: str, codes: str, first: int = 1) -> dict[str, str]:
    return {code: f"{row}{number:02}" for number, code in enumerate(codes.split(), first)}


def _letters(letters: str) -> str:
    return " ".join(f"Key{letter}" for letter in letters)


PLACES: Final = {
    **_row("AE", " ".join(f"Digit{n % 10}" for n in range(1, 11)) + " Minus Equal IntlYen"),
    **_row("AD", _letters("QWERTYUIOP") + " BracketLeft BracketRight"),
    **_row("AC", _letters("ASDFGHJKL") + " Semicolon Quote"),
    **_row("AB", _letters("ZXCVBNM") + " Comma Period Slash IntlRo"),
    **_row("FK", " ".join(f"F{n}" for n in range(1, 25))),
    **{f"Numpad{n}": f"KP{n}" for n in range(10)},
    "AltLeft": "LALT",
    "AltRight": "RALT",
    "ArrowDown": "DOWN",
    "ArrowLeft": "LEFT",
    "ArrowRight": "RGHT",
    "ArrowUp": "UP",
    "Backquote": "TLDE",
    "Backslash": "BKSL",
    "Backspace": "BKSP",
    "CapsLock": "CAPS",
    "ContextMenu": "COMP",
    "ControlLeft": "LCTL",
    "ControlRight": "RCTL",
    "Convert": "HENK",
    "Delete": "DELE",
    "End": "END",
    "Enter": "RTRN",
    "Escape": "ESC",
    "Home": "HOME",
    "Insert": "INS",
    "IntlBackslash": "LSGT",
    "KanaMode": "HKTG",
    "Lang1": "HNGL",
    "Lang2": "HJCV",
    "MetaLeft": "LWIN",
    "MetaRight": "RWIN",
    "NonConvert": "MUHE",
    "NumLock": "NMLK",
    "NumpadAdd": "KPAD",
    "NumpadDecimal": "KPDL",
    "NumpadDivide": "KPDV",
    "NumpadEnter": "KPEN",
    "NumpadEqual": "KPEQ",
    "NumpadMultiply": "KPMU",
    "NumpadSubtract": "KPSU",
    "PageDown": "PGDN",
    "PageUp": "PGUP",
    "Pause": "PAUS",
    "PrintScreen": "PRSC",
    "ScrollLock": "SCLK",
    "ShiftLeft": "LFSH",
    "ShiftRight": "RTSH",
    "Space": "SPCE",
    "Tab": "TAB",
}
