"""Which peer connections may be reported on, and whose they are."""

import pytest

from broker.errors import ProtocolViolation
from broker.protocol.participants import EntryPurpose, EntryStage
from broker.protocol.vocabulary import SessionState
from broker.service.offers import MAX_REMEMBERED, Offers
from broker.session.participants import Entry, Participants
from tests.builders import NOW, a_session

ADA, BEN = "usr_" + "a" * 32, "usr_" + "2" * 32


def test_only_what_was_offered_is_known() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001", ADA)
    assert offers.is_open("peer-0001", ADA)
    assert offers.whose("peer-0001") == ADA
    with pytest.raises(ProtocolViolation, match="never offered"):
        offers.is_open("peer-0002", ADA)


def test_nobody_takes_the_peer_id_of_another() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001", ADA)
    with pytest.raises(ProtocolViolation, match="another"):
        offers.made("peer-0001", BEN)


def test_what_is_over_stays_over() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001", ADA)
    offers.over("peer-0001")
    offers.made("peer-0001", ADA)
    assert not offers.is_open("peer-0001", ADA)


def test_that_a_connection_stands_is_news_once() -> None:
    offers = Offers(a_session())
    offers.made("peer-0001", BEN)
    assert offers.stands("peer-0001")
    assert not offers.stands("peer-0001")


def test_a_restarted_broker_believes_each_in_one_offer_that_it_did_not_hear() -> None:
    ben = Entry(BEN, "Ben", EntryPurpose.GUEST, EntryStage.ADMITTED, NOW)
    taken_up = a_session(
        state=SessionState.CONNECTED, peer_id="peer-0001", participants=Participants((ben,))
    )
    offers = Offers(taken_up)
    assert offers.is_open("peer-0001", ADA)
    assert offers.is_open("peer-0002", ADA)
    assert offers.is_open("peer-0003", BEN)
    with pytest.raises(ProtocolViolation):
        offers.is_open("peer-0004", ADA)


def test_memory_is_bounded_and_the_newest_are_kept() -> None:
    offers = Offers(a_session())
    for number in range(MAX_REMEMBERED + 5):
        offers.made(f"peer-{number:04}", ADA)
    assert offers.is_open(f"peer-{MAX_REMEMBERED + 4:04}", ADA)
    with pytest.raises(ProtocolViolation):
        offers.is_open("peer-0000", ADA)
