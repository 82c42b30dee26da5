"""What a record is found by."""

from dataclasses import replace

import pytest

from broker.audit.event import AuditEvent
from broker.audit.terms import TermField, networks_of, read_for_terms, terms_of
from broker.protocol.vocabulary import ActorKind
from tests.builders import TECHNICIAN, an_event, session_id

TOLD = an_event(
    "session.file",
    actor=replace(TECHNICIAN, name="Tess Müller", address="192.0.2.7"),
    details={"machine": "Kitchen-PC", "file_name": "Überweisung.pdf", "sha256": "ab" * 32},
)


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24", "192.0.0.0/16")),
        ("::ffff:192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24", "192.0.0.0/16")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2:3::4/128", "2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("kitchen-pc", ()),
        ("", ()),
    ],
)
def test_an_address_is_found_by_its_networks(address: str, networks: tuple[str, ...]) -> None:
    assert networks_of(address) == networks


def test_a_file_is_found_by_its_words_and_by_its_hash() -> None:
    words = {term.word: term.personal for term in terms_of(TOLD) if term.field is TermField.FILE}
    assert words == {"uberweisung": True, "pdf": True, "ab" * 32: False}


@pytest.mark.parametrize(
    "other",
    [
        replace(TOLD, actor=replace(TOLD.actor, name="Omar")),
        replace(TOLD, actor=replace(TOLD.actor, account_id="usr_other")),
        replace(TOLD, actor=replace(TOLD.actor, address="192.0.2.8")),
        replace(TOLD, actor=replace(TOLD.actor, kind=ActorKind.END_USER)),
        *(
            replace(TOLD, details=TOLD.details | {name: "another"})
            for name in (
                "target_account",
                "by_account",
                "target_name",
                "email",
                "machine",
                "file_name",
                "sha256",
            )
        ),
    ],
)
def test_whatever_changes_the_terms_is_among_what_is_read_for_them(other: AuditEvent) -> None:
    assert terms_of(other) != terms_of(TOLD)
    assert read_for_terms(other) != read_for_terms(TOLD)


def test_records_that_differ_in_nothing_that_is_read_have_the_same_terms() -> None:
    other = replace(TOLD, action="session.ended", session_id=session_id(7), outcome="refused")
    assert terms_of(other) == terms_of(TOLD)
    assert read_for_terms(other) == read_for_terms(TOLD)
