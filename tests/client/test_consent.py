from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.vocabulary import Capability, ConsentSource
from client.consent import NO_CONSENT, Consent, grant, in_order, without_orphans

capabilities = st.frozensets(st.sampled_from(Capability))


def test_nothing_is_allowed_before_consent() -> None:
    assert not NO_CONSENT.given
    assert all(NO_CONSENT.refusal(c) == "not_granted" for c in Capability)


def test_granted_view_does_not_allow_control() -> None:
    consent = grant([*Capability], [Capability.VIEW], ConsentSource.WINDOW)
    assert consent.allows(Capability.VIEW)
    assert consent.refusal(Capability.CONTROL) == "not_granted"


def test_pausing_refuses_everything_and_resuming_gives_it_back() -> None:
    consent = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
    paused = consent.with_paused(True)
    assert paused.refusal(Capability.VIEW) == "paused"
    assert paused.with_paused(False) == consent


def test_control_without_view_is_not_granted() -> None:
    consent = grant([*Capability], [Capability.CONTROL], ConsentSource.WINDOW)
    assert not consent.given


def test_capabilities_are_listed_view_first() -> None:
    assert in_order({Capability.CONTROL, Capability.VIEW}) == (Capability.VIEW, Capability.CONTROL)


@given(capabilities, capabilities)
def test_nothing_is_granted_that_was_not_both_asked_for_and_chosen(
    requested: frozenset[Capability], chosen: frozenset[Capability]
) -> None:
    consent = grant(requested, chosen, ConsentSource.WINDOW)
    assert consent.granted <= requested & chosen
    assert Capability.CONTROL not in consent.granted or Capability.VIEW in consent.granted


@given(capabilities)
def test_dropping_orphans_twice_changes_nothing_more(chosen: frozenset[Capability]) -> None:
    assert without_orphans(without_orphans(chosen)) == without_orphans(chosen)
