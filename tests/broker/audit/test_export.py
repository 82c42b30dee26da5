"""Records as JSON: what is written is read back, and nothing else is taken."""

import json
from typing import Any

import pytest
from hypothesis import given

from broker.audit.chain import GENESIS_HASH, seal, verify
from broker.audit.event import AuditEvent
from broker.audit.export import record_from_json, record_json
from tests.broker.audit.test_chain import EVENTS, FIVE, SALT


@given(EVENTS)
def test_a_record_is_read_as_it_was_written(event: AuditEvent) -> None:
    record = seal(event, 1, GENESIS_HASH, SALT)
    read = record_from_json(json.loads(json.dumps(record_json(record))))
    assert read == record
    assert verify([read]).flaw is None


GOOD = json.loads(json.dumps(record_json(FIVE[0])))
NO_RECORDS: list[Any] = [
    [],
    {},
    GOOD | {"more": 1},
    GOOD | {"recorded_at": "yesterday"},
    GOOD | {"recorded_at": 1},
    GOOD | {"actor_kind": "ghost"},
    GOOD | {"details": []},
    GOOD | {"salt": "zz"},
    GOOD | {"personal": {"actor_name": 1}},
]


@pytest.mark.parametrize("fields", NO_RECORDS)
def test_what_is_no_record_is_refused(fields: Any) -> None:
    with pytest.raises(ValueError, match=r"^(it is not a record|a field of it)"):
        record_from_json(fields)
