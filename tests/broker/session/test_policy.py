"""What groups allow: deny wins, the smallest number wins, the settings are the outer bound."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import NotPermitted
from broker.protocol.files import FilePolicy
from broker.protocol.vocabulary import CONSENT_TIMEOUT_S, Capability
from broker.session.capabilities import AVAILABLE_CAPABILITIES
from broker.session.limits import Limits
from broker.session.policy import NO_POLICY, Policy, strictest

VIEW, CONTROL, FILES = Capability.VIEW, Capability.CONTROL, Capability.FILES_SEND
BIG = FilePolicy(max_file_bytes=1000, max_files=10, relay=True)

numbers = st.none() | st.integers(1, 1000)
policies = st.builds(
    Policy,
    st.none() | st.sets(st.sampled_from(Capability)).map(tuple),
    *(numbers for _ in range(4)),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(policies, max_size=4))
def test_nothing_is_wider_than_any_of_the_policies_it_was_made_of(several: list[Policy]) -> None:
    both = strictest(several)
    for one in several:
        assert set(both.allowed) <= set(one.allowed)
        assert both.limits(Limits()).session_s <= one.limits(Limits()).session_s
        assert both.consent_timeout_s <= one.consent_timeout_s
        assert (both.files(BIG).max_file_bytes or 0) <= (one.files(BIG).max_file_bytes or 0)
        assert both.files(BIG).max_files <= one.files(BIG).max_files
        assert both.relay <= one.relay
        assert both.transcript <= one.transcript


@given(st.lists(policies, min_size=2, max_size=3))
def test_it_does_not_matter_which_group_comes_first_or_twice(several: list[Policy]) -> None:
    found = [strictest(order) for order in permutations([*several, several[0]])]
    assert len({(one.allowed, one.limits(Limits()), one.relay) for one in found}) == 1
    assert all(one.files(BIG) == found[0].files(BIG) for one in found)


@given(policies)
def test_the_settings_of_the_broker_are_the_outer_bound(policy: Policy) -> None:
    outer = Limits(session_s=300, consent_s=20)
    assert policy.limits(outer).session_s <= 300
    assert policy.limits(outer).consent_s <= 20
    assert policy.consent_timeout_s <= CONSENT_TIMEOUT_S
    assert set(policy.allowed) <= AVAILABLE_CAPABILITIES
    files = policy.files(FilePolicy(max_file_bytes=5, max_files=2, relay=False))
    assert files.max_file_bytes is not None
    assert files.max_file_bytes <= 5
    assert files.max_files <= 2
    assert not files.relay


def test_whoever_is_in_no_group_is_bound_by_the_settings_alone() -> None:
    assert strictest([]) == NO_POLICY
    assert NO_POLICY.limits(Limits()) == Limits()
    assert NO_POLICY.files(BIG) == BIG
    assert set(NO_POLICY.allowed) == AVAILABLE_CAPABILITIES


def test_a_group_that_allows_nothing_denies_everything() -> None:
    nothing = strictest([Policy(()), Policy((VIEW, CONTROL)), NO_POLICY])
    assert nothing.allowed == ()
    with pytest.raises(NotPermitted, match="view"):
        nothing.check([VIEW])


def test_control_brings_the_picture_with_it() -> None:
    assert strictest([Policy((CONTROL,)), Policy((VIEW, CONTROL, FILES))]).allowed == (
        VIEW,
        CONTROL,
    )


def test_what_is_not_allowed_is_named() -> None:
    Policy((VIEW,)).check([VIEW])
    with pytest.raises(NotPermitted, match=r"do not allow: control, files\.send\."):
        Policy((VIEW,)).check([CONTROL, FILES])


def test_the_broker_clears_up_after_the_client_has_had_its_time() -> None:
    assert Policy(consent_s=20).consent_timeout_s == 20
    assert Policy(consent_s=20).limits(Limits()).consent_s == 35
