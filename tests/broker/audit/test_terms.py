"""What a record is found by."""

from dataclasses import replace

import pytest

from broker.audit.terms import TermField, networks_of, terms_of
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


def test_the_action_and_what_it_belongs_to_have_no_terms() -> None:
    other = replace(TOLD, action="session.ended", session_id=session_id(7), outcome="refused")
    assert terms_of(other) == terms_of(TOLD)
