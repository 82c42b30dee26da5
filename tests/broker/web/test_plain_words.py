"""Refusals say in plain words what is allowed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from broker.protocol.audit import AuditSelection
from broker.protocol.branding import SaveBranding
from broker.protocol.measures import MeasureQuery
from broker.protocol.rest import CreateSession, SignIn
from broker.protocol.saved_filters import SavedFilters
from broker.protocol.technicians import SaveNote
from broker.web.plain_words import allowed_by, describe

PEDANTIC = re.compile(r"\\|\^|\[|\]|\{|\}|should|Input|Field|pydantic|Value error")


def _patterns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(pattern := part.get("pattern"), str):
            yield pattern
        for one in part.values():
            yield from _patterns(one)
    elif isinstance(part, list):
        for one in part:
            yield from _patterns(one)


def test_no_pattern_of_the_api_is_told_as_a_regular_expression() -> None:
    patterns = set(_patterns(json.loads(Path("docs/openapi.json").read_text())))
    assert len(patterns) > 20
    for pattern in patterns:
        assert not PEDANTIC.search(allowed_by(pattern)), pattern


BRAND = {"name": "", "colour": None, "welcome": {}, "languages": ["en"], "version": 0}


@pytest.mark.parametrize(
    ("model", "sent", "said"),
    [
        (SignIn, {"email": "ada"}, "email: it has to look like name@example.org"),
        (SignIn, {"email": "a@b.c"}, "password: it is missing"),
        (SignIn, {"email": "a@b.c", "password": 7}, "password: it has to be a text"),
        (SignIn, [], "body: it has to be an object"),
        (CreateSession, {"ticket_id": "!", "capabilities": ["view"]}, "ticket_id: it has 1 to 64"),
        (CreateSession, {"ticket_id": "T", "capabilities": []}, "1 entry at least"),
        (CreateSession, {"ticket_id": "T", "capabilities": ["fly"]}, "it has to be 'view', "),
        (CreateSession, {"ticket_id": "T", "capabilities": 1}, "it has to be a list"),
        (SaveNote, {"text": "\x00"}, "text without control characters, but for line breaks"),
        (SaveNote, {"text": ""}, "text: it has 1 character at least"),
        (SaveNote, {"text": "a", "no": 1}, "no: there is no such field here"),
        (AuditSelection, {"session": "1"}, "session: it has to be an id: ses_ and 32 of 0-9"),
        (AuditSelection, {"machine": "\u202e"}, "machine: it has to be a line of text without"),
        (AuditSelection, {"outcome": "x"}, "it has to be 'success', 'refused' or 'failure'"),
        (AuditSelection, {"since": "x"}, "since: it has to be a date and time, such as"),
        (
            AuditSelection,
            {"since": "9999-01-01T00:00:00Z"},
            "since: a time lies in the years 1970 to 9998",
        ),
        (AuditSelection, {"action": "X"}, "action: it has to be names of actions with commas"),
        (AuditSelection, {"text": "x" * 201}, "text: it has 200 characters at most"),
        (MeasureQuery, {"again_days": 0}, "again_days: it has to be 1 at least"),
        (MeasureQuery, {"again_days": 10**9}, " at most"),
        (MeasureQuery, {"again_days": "x"}, "again_days: it has to be a whole number"),
        (SavedFilters, {"filters": [{"name": "a", "asked": 1}]}, "it has to be an object"),
        (SaveBranding, {**BRAND, "colour": "red"}, "colour: it has to look like #1a6b5c"),
        (SaveBranding, {**BRAND, "colour": "#ffffff"}, "colour: text on #ffffff is hard to read"),
    ],
)
def test_a_refusal_says_what_is_allowed(model: type[BaseModel], sent: Any, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate_json(json.dumps(sent))
    sentence = describe(refused.value)
    assert said in sentence
    assert not PEDANTIC.search(sentence)


def test_what_is_no_json_is_told_so() -> None:
    with pytest.raises(ValidationError) as refused:
        SaveNote.model_validate_json("{")
    assert describe(refused.value) == "body: it is not JSON"


def test_an_error_that_nobody_thought_of_names_no_type() -> None:
    class Odd(BaseModel):
        one: bytes

    with pytest.raises(ValidationError) as refused:
        Odd.model_validate({"one": 1})
    assert describe(refused.value) == "one: it does not have the form that is expected here"
