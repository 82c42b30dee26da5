"""What an audit event holds, and how it is written down."""

import json
from datetime import timedelta, timezone

from broker.audit.event import (
    BROKER,
    DETAIL_CLASSES,
    REDACTED,
    FieldClass,
    canonical_json,
    canonical_time,
    public_fields,
    redact,
)
from broker.protocol.vocabulary import ActorKind
from tests.builders import NOW, an_event


def test_a_secret_never_reaches_a_record() -> None:
    assert redact({"code": "482109375520"}) == {"code": REDACTED}


def test_a_field_that_nobody_classified_counts_as_secret() -> None:
    assert redact({"brand_new": 1, "version": 1}) == {"brand_new": REDACTED, "version": 1}


def test_personal_fields_are_kept_and_known_as_such() -> None:
    assert DETAIL_CLASSES["email"] is FieldClass.PERSONAL
    assert redact({"email": "a@example.org"}) == {"email": "a@example.org"}


def test_an_event_is_written_one_way_only() -> None:
    one = an_event(details={"version": 1, "error": None})
    other = an_event(details={"error": None, "version": 1})
    assert canonical_json(public_fields(one, 1)) == canonical_json(public_fields(other, 1))
    assert canonical_json(public_fields(one, 1)) != canonical_json(public_fields(one, 2))
    assert json.loads(canonical_json(public_fields(one, 7)))["sequence"] == 7


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert canonical_time(tokyo) == canonical_time(NOW) == "2026-11-23T09:00:00.123456Z"


def test_what_happens_by_itself_is_done_by_the_broker() -> None:
    assert BROKER.kind is ActorKind.BROKER
