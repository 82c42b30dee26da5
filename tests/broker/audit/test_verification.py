"""A log beside its checkpoints: what the chain alone would believe is found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.chain import SealedEvent, Verdict
from broker.audit.checkpoint import (
    Checkpoint,
    checkpoint_from_json,
    checkpoint_json,
    is_signed_by,
    public_key_text,
    read_public_key,
    sign,
)
from broker.audit.verification import Verification, forgery_among
from tests.broker.audit.test_chain import FIVE, log_of
from tests.builders import NOW, an_event

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
AT_THREE = sign(3, FIVE[2].hash, NOW, KEY)
AT_FIVE = sign(5, FIVE[4].hash, NOW + timedelta(minutes=1), KEY)
ANEW = log_of(an_event("test.lie"), *(record.event for record in FIVE[1:]))
FORKED = log_of(*(record.event for record in FIVE[:3]), an_event("test.lie"), FIVE[4].event)


def verdict_on(records: list[SealedEvent], *checkpoints: Checkpoint) -> Verdict:
    verification = Verification(checkpoints)
    for record in records:
        if not verification.take(record):
            break
    return verification.verdict()


def test_a_sound_log_meets_its_checkpoints() -> None:
    verification = Verification([AT_THREE, AT_FIVE, AT_FIVE])
    assert all(map(verification.take, FIVE))
    assert verification.verdict().flaw is None
    assert verification.checkpoints_met == 3


LIES: dict[str, tuple[list[SealedEvent], int, str]] = {
    "written anew": (ANEW, 3, "written anew"),
    "forked": (FORKED, 5, "forked before"),
    "cut": (FIVE[:4], 5, "it is missing"),
    "restored from yesterday": (FIVE[:3], 4, "signs 5 records"),
    "emptied": ([], 1, "it is missing"),
    "edited": ([FIVE[0], replace(FIVE[1], event=an_event("test.lie")), *FIVE[2:]], 2, "contents"),
    "one deleted": ([FIVE[0], *FIVE[2:]], 2, "expected record 2"),
    "two exchanged": ([FIVE[0], FIVE[2], FIVE[1], *FIVE[3:]], 2, "expected record 2"),
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_found_at_its_first_record(lie: str) -> None:
    records, first, problem = LIES[lie]
    flaw = verdict_on(records, AT_THREE, AT_FIVE).flaw
    assert flaw is not None
    assert (flaw.sequence, problem in flaw.problem) == (first, True)


def test_a_log_that_goes_on_after_its_last_checkpoint_is_sound() -> None:
    assert verdict_on(FIVE, AT_THREE).flaw is None


def test_only_the_key_that_signed_a_checkpoint_fits_it() -> None:
    public = read_public_key(public_key_text(KEY.public_key()))
    assert is_signed_by(AT_THREE, public)
    assert not is_signed_by(AT_THREE, OTHER_KEY.public_key())
    for forged in (
        replace(AT_THREE, records=4),
        replace(AT_THREE, hash=ANEW[2].hash),
        replace(AT_THREE, signed_at=AT_FIVE.signed_at),
        replace(AT_THREE, key_id="0" * 32),
        replace(AT_THREE, signature=AT_FIVE.signature),
        sign(3, FIVE[2].hash, NOW, OTHER_KEY),
    ):
        assert forgery_among([AT_FIVE, forged], public) == forged
    assert forgery_among([AT_THREE, AT_FIVE], public) is None


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    assert checkpoint_from_json(checkpoint_json(AT_THREE)) == AT_THREE
    good = checkpoint_json(AT_THREE)
    for fields in ([], {}, good | {"more": 1}, good | {"records": "3"}, good | {"signature": "?"}):
        with pytest.raises(ValueError, match=r".+"):
            checkpoint_from_json(fields)
    with pytest.raises(ValueError, match="32 bytes"):
        read_public_key("c2hvcnQ=")
