"""Times that a request names: taken as UTC, and refused where nobody can count from them."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from broker.protocol.audit import AuditSelection
from broker.protocol.measures import MeasureQuery
from broker.protocol.rest import SessionQuery

ASKED = (
    (AuditSelection, "since"),
    (AuditSelection, "until"),
    (MeasureQuery, "since"),
    (MeasureQuery, "until"),
    (SessionQuery, "created_from"),
    (SessionQuery, "created_to"),
)


@pytest.mark.parametrize(("model", "name"), ASKED)
def test_a_time_outside_the_years_that_can_be_counted_is_refused(
    model: type[AuditSelection], name: str
) -> None:
    for text in (
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00+00:01",
        "9999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
    ):
        with pytest.raises(ValidationError, match="years 1970 to 9998"):
            model.model_validate_strings({name: text})


@pytest.mark.parametrize("text", ["2026-11-30T10:00:00+02:00", "2026-11-30T08:00:00"])
def test_a_time_is_in_utc_and_without_a_zone_it_was_meant_so(text: str) -> None:
    asked = AuditSelection.model_validate_strings({"since": text})
    assert asked.since == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert asked.since.tzinfo is UTC
