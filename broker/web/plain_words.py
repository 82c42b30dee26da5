"""What does not fit in a request, in words for whoever wrote the program or the form that sent it.

Pydantic names types and regular expressions; this says what is allowed, and never what was sent.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from pydantic import StringConstraints, ValidationError

from broker.protocol.audit import ActionList
from broker.protocol.branding import Colour, LogoText
from broker.protocol.rest import Cursor, Email
from broker.protocol.vocabulary import NOT_IN_NAMES, NOT_IN_TEXTS, JoinCodeText, TicketId

MOST: Final = 400
"""Characters of a sentence."""

_OTHERWISE: Final = "it does not have the form that is expected here"
_ID: Final = re.compile(r"\^([a-z]{3})_\[0-9a-f\]\{32\}\$")
_MOMENT: Final = "it has to be a date and time, such as 2026-11-23T09:00:00Z"
_NUMBER: Final = "it has to be a whole number"


def _pattern_of(kind: Any) -> str:
    [pattern] = [one.pattern for one in get_args(kind) if isinstance(one, StringConstraints)]
    return str(pattern)


_OF_PATTERN: Final[Mapping[str, str]] = {
    _pattern_of(kind): words
    for kind, words in (
        (
            TicketId,
            "it has 1 to 64 letters (A to Z), digits, spaces and . _ # / : - and begins with a "
            "letter, a digit or #",
        ),
        (Email, "it has to look like name@example.org"),
        (Colour, "it has to look like #1a6b5c: # and six of 0-9 and a-f"),
        (LogoText, "it has to be a PNG in base64"),
        (ActionList, "it has to be names of actions with commas between, as session.ended"),
        (Cursor, "it is not one that this list gave"),
        (JoinCodeText, "it has to be 12 digits"),
    )
}


def allowed_by(pattern: str) -> str:
    """Say what a text has to be that a regular expression of the protocol did not take."""
    if pattern in _OF_PATTERN:
        return _OF_PATTERN[pattern]
    if found := _ID.fullmatch(pattern):
        return f"it has to be an id: {found[1]}_ and 32 of 0-9 and a-f"
    if NOT_IN_NAMES in pattern:
        return (
            "it has to be a line of text without control characters, line breaks and marks of "
            "direction"
        )
    if NOT_IN_TEXTS in pattern:
        return "it has to be text without control characters, but for line breaks"
    return _OTHERWISE


Said = Callable[[Mapping[str, Any]], str]

_OF_TYPE: Final[Mapping[str, Said]] = {
    "missing": lambda _: "it is missing",
    "extra_forbidden": lambda _: "there is no such field here",
    "json_invalid": lambda _: "it is not JSON",
    "json_type": lambda _: "it is not JSON",
    "string_pattern_mismatch": lambda told: allowed_by(str(told["pattern"])),
    "string_too_short": lambda told: f"it has {_count(told['min_length'], 'character')} at least",
    "string_too_long": lambda told: f"it has {_count(told['max_length'], 'character')} at most",
    "string_type": lambda _: "it has to be a text",
    "string_unicode": lambda _: "it has to be a text in UTF-8",
    "too_short": lambda told: f"it has {_count(told['min_length'], 'entry')} at least",
    "too_long": lambda told: f"it has {_count(told['max_length'], 'entry')} at most",
    "tuple_type": lambda _: "it has to be a list",
    "list_type": lambda _: "it has to be a list",
    "dict_type": lambda _: "it has to be an object",
    "model_type": lambda _: "it has to be an object",
    "model_attributes_type": lambda _: "it has to be an object",
    "bool_type": lambda _: "it has to be true or false",
    "bool_parsing": lambda _: "it has to be true or false",
    "int_type": lambda _: _NUMBER,
    "int_parsing": lambda _: _NUMBER,
    "int_parsing_size": lambda _: _NUMBER,
    "int_from_float": lambda _: _NUMBER,
    "float_type": lambda _: "it has to be a number",
    "float_parsing": lambda _: "it has to be a number",
    "finite_number": lambda _: "it has to be a number",
    "greater_than_equal": lambda told: f"it has to be {told['ge']} at least",
    "greater_than": lambda told: f"it has to be more than {told['gt']}",
    "less_than_equal": lambda told: f"it has to be {told['le']} at most",
    "less_than": lambda told: f"it has to be less than {told['lt']}",
    "literal_error": lambda told: f"it has to be {told['expected']}",
    "enum": lambda told: f"it has to be {told['expected']}",
    "value_error": lambda told: str(told["error"]),
    "time_out_of_range": lambda told: str(told["msg"]),
    "union_tag_invalid": lambda told: f"it has to be one of {told['expected_tags']}",
    "union_tag_not_found": lambda _: "it does not say what it is",
}
"""What each kind of error of pydantic's means; dates and what is not here are below."""


def describe(error: ValidationError) -> str:
    """Say in one sentence what does not fit, without repeating what was sent."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part)[:60] for part in first["loc"]) or "body"
    told = {**first.get("ctx", {}), "msg": first["msg"]}
    return f"{where}: {_why(first['type'], told)}"[:MOST]


def _why(kind: str, told: Mapping[str, Any]) -> str:
    if kind.startswith(("date", "timezone")):
        return _MOMENT
    say = _OF_TYPE.get(kind)
    return _OTHERWISE if say is None else say(told)


def _count(number: int, what: str) -> str:
    plural = {"character": "characters", "entry": "entries"}
    return f"{number} {what if number == 1 else plural[what]}"
