"""Which peer connections may be reported on."""

import pytest

from broker.errors import ProtocolViolation
from broker.protocol.vocabulary import SessionState
from broker.service.offers import MAX_REMEMBERED, Offers
from tests.builders import a_session


def test_only_what_was_offered_is_known() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001")
    assert offers.is_open("peer-0001")
    with pytest.raises(ProtocolViolation, match="never offered"):
        offers.is_open("peer-0002")


def test_what_is_over_stays_over() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001")
    offers.over("peer-0001")
    offers.made("peer-0001")
    assert not offers.is_open("peer-0001")


def test_a_restarted_broker_believes_in_one_offer_that_it_did_not_hear() -> None:
    taken_up = a_session(state=SessionState.CONNECTED, peer_id="peer-0001")
    offers = Offers(taken_up)
    assert offers.is_open("peer-0001")
    assert offers.is_open("peer-0002")
    with pytest.raises(ProtocolViolation):
        offers.is_open("peer-0003")


def test_memory_is_bounded_and_the_newest_are_kept() -> None:
    offers = Offers(a_session())
    for number in range(MAX_REMEMBERED + 5):
        offers.made(f"peer-{number:04}")
    assert offers.is_open(f"peer-{MAX_REMEMBERED + 4:04}")
    with pytest.raises(ProtocolViolation):
        offers.is_open("peer-0000")
