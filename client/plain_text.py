"""Makes texts that others wrote harmless to show: what they say, and nothing that only pretends."""

import re
from typing import Final

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that reorder what is written around them (Unicode UAX #9, 2)."""
_CONTROL: Final = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
"""C0, delete, C1, line and paragraph separators, halves of characters."""

_NOT_IN_A_LINE: Final = re.compile(f"[{_BIDI}{_CONTROL}]")
_NOT_IN_A_TEXT: Final = re.compile(f"(?![\n\t])[{_BIDI}{_CONTROL}\ufff9-\ufffc]")
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def one_line(text: str, most: int = 200) -> str:
    """Give a name on one line of at most this many characters; � for what may not be in it."""
    return _NOT_IN_A_LINE.sub("\ufffd", text)[:most]


def many_lines(text: str) -> str:
    """Give a text with its lines, without characters that steer how it is shown."""
    return _NOT_IN_A_TEXT.sub("", _LINE_END.sub("\n", text))
