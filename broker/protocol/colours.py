"""One colour of an organisation, and what the pages make of it: pure arithmetic on `#rrggbb`.

Contrast as WCAG 2.2 has it (relative luminance); text needs 4.5 to 1 (success criterion 1.4.3).
"""

from typing import Final

TEXT_CONTRAST: Final = 4.5
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
DARK_SURFACE: Final = "#172026"
"""What text lies on in the dark: `--surface` of handrail.css."""
ON_DARK_ACCENT: Final = "#06262a"
_STEPS: Final = 40


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def mix(colour: str, into: str, part: float) -> str:
    """Give a colour with so large a part of another in it."""
    pairs = zip(_channels(colour), _channels(into), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def wash(colour: str, surface: str) -> str:
    """Give the pale ground on which text of this colour may stand."""
    return mix(colour, surface, 0.88)


def readable(colour: str) -> bool:
    """Tell whether white text is read on it, and its own text on white and on its wash."""
    return _reads_on(colour, WHITE)


def darkened(colour: str) -> str:
    """Give the nearest darker colour that is readable; itself when it is."""
    steps = (mix(colour, BLACK, step / _STEPS) for step in range(_STEPS + 1))
    return next(one for one in steps if readable(one))


def stylesheet(colour: str) -> str:
    """Give CSS that puts the colour in place of the accent, and a lighter one in the dark."""
    light = _rules(colour, mix(colour, BLACK, 0.25), WHITE, wash(colour, WHITE))
    steps = (mix(colour, WHITE, step / _STEPS) for step in range(_STEPS + 1))
    pale = next(one for one in steps if _reads_on(one, DARK_SURFACE))
    dark = _rules(pale, mix(pale, WHITE, 0.3), ON_DARK_ACCENT, wash(pale, DARK_SURFACE))
    return f":root{light}@media screen and (prefers-color-scheme: dark){{:root{dark}}}\n"


def _reads_on(colour: str, surface: str) -> bool:
    grounds = (surface, wash(colour, surface))
    return all(contrast(colour, ground) >= TEXT_CONTRAST for ground in grounds)


def _rules(accent: str, strong: str, on: str, pale: str) -> str:
    return f"{{--accent:{accent};--accent-strong:{strong};--on-accent:{on};--accent-wash:{pale}}}"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
