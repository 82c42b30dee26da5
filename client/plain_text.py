"""Makes texts that others wrote harmless to show: what they say, and nothing that only pretends."""

import re
from typing import Final

from broker.protocol.vocabulary import NOT_IN_NAMES

_STEERS: Final = re.compile(rf"(?![\n\t])[{NOT_IN_NAMES}\ud800-\udfff\ufff9-\ufffc]")
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def many_lines(text: str) -> str:
    """Give a text with its lines, without characters that steer how it is shown."""
    return _STEERS.sub("", _LINE_END.sub("\n", text))
