"""Who may come in, and for how long."""

import asyncio
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from broker.errors import Conflict, InvalidRequest, NotFound, NotSignedIn, SignInFailed
from broker.identity.passwords import Passwords
from broker.ports import NewAccount, SignedIn
from broker.protocol.vocabulary import ActorKind, Role
from tests.broker.identity.conftest import ADDRESS, EMAIL, PASSWORD, Home
from tests.builders import ADMIN

FIRST = NewAccount("first@example.org", "First Admin", PASSWORD)


# ---- signing in


async def test_signing_in_gives_tokens_that_say_who_it_is(home: Home) -> None:
    account = await home.add()
    signed_in = await home.sign_in()
    assert signed_in.account == account
    assert (signed_in.access_expires_in_s, signed_in.refresh_expires_in_s) == (900, 12 * 3600)
    identity = await home.directory.authenticate(signed_in.access_token)
    assert identity.account == account
    assert await home.directory.is_live(identity)


async def test_signing_in_is_audited_with_the_address(home: Home) -> None:
    account = await home.add()
    await home.sign_in()
    event = (await home.events())[-1]
    assert (event.action, event.outcome) == ("auth.signed_in", "success")
    assert (event.actor.account_id, event.actor.address) == (account.account_id, ADDRESS)
    assert event.actor.kind is ActorKind.TECHNICIAN


async def test_an_admin_acts_as_an_admin(home: Home) -> None:
    await home.add(role=Role.ADMIN)
    await home.sign_in()
    assert (await home.events())[-1].actor.kind is ActorKind.ADMIN


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong horse battery"), ("nobody@example.org", PASSWORD), (EMAIL, ""), ("", "")],
)
async def test_every_failure_looks_the_same(home: Home, email: str, password: str) -> None:
    await home.add()
    with pytest.raises(SignInFailed) as failure:
        await home.directory.sign_in(email, password, ADDRESS)
    assert failure.value.detail == SignInFailed.default_detail


async def test_a_failure_is_audited_without_the_password(home: Home) -> None:
    account = await home.add()
    with pytest.raises(SignInFailed):
        await home.directory.sign_in(EMAIL, "canary canary", ADDRESS)
    event = (await home.events())[-1]
    assert (event.action, event.outcome) == ("auth.sign_in_failed", "refused")
    assert event.details == {"email": EMAIL, "target_account": account.account_id}
    assert event.actor.address == ADDRESS
    assert "canary" not in str(event)


async def test_an_unknown_email_is_checked_against_a_hash_like_any_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    passwords = home.directory._passwords
    original = passwords._check

    def counting(password: str, password_hash: str) -> bool:
        checked.append(password_hash.rsplit("$", 2)[0])
        return original(password, password_hash)

    monkeypatch.setattr(passwords, "_check", counting)
    await home.add()
    for email in (EMAIL, "nobody@example.org"):
        with pytest.raises(SignInFailed):
            await home.directory.sign_in(email, "wrong horse battery", None)
    assert checked[0] == checked[1]


def test_nobody_has_the_password_that_unknown_emails_are_checked_against() -> None:
    nobodys = Passwords()._nobodys
    assert nobodys.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, section 4
    with pytest.raises(VerifyMismatchError):  # after a whole computation, not for its form
        PasswordHasher().verify(nobodys, PASSWORD)


async def test_a_disabled_account_is_out_at_once(home: Home) -> None:
    await home.add()
    signed_in = await home.sign_in()
    identity = await home.directory.authenticate(signed_in.access_token)
    disabled = await home.directory.disable(EMAIL.upper(), ADMIN)
    assert disabled.disabled
    assert not await home.directory.is_live(identity)
    with pytest.raises(NotSignedIn):
        await home.directory.authenticate(signed_in.access_token)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(signed_in.refresh_token, ADDRESS)
    with pytest.raises(SignInFailed):
        await home.sign_in()
    assert "account.disabled" in await home.actions()


# ---- access tokens


async def test_an_access_token_ends_after_a_quarter_of_an_hour(home: Home) -> None:
    await home.add()
    signed_in = await home.sign_in()
    home.clock.advance(seconds=898)
    await home.directory.authenticate(signed_in.access_token)
    home.clock.advance(seconds=2)
    with pytest.raises(NotSignedIn):
        await home.directory.authenticate(signed_in.access_token)


async def test_a_token_that_names_another_account_is_refused(home: Home) -> None:
    await home.add()
    other = await home.add("bo@example.org")
    signed_in = await home.sign_in()
    sign_in_id = signed_in.refresh_token.partition(".")[0]
    forged = home.tokens.issue(other.account_id, sign_in_id, other.role, home.clock.now())
    with pytest.raises(NotSignedIn):
        await home.directory.authenticate(forged)


# ---- refreshing


async def test_a_refresh_gives_new_tokens_and_more_time(home: Home) -> None:
    await home.add()
    first = await home.sign_in()
    home.clock.advance(hours=11)
    second = await home.directory.refresh(first.refresh_token, ADDRESS)
    assert second.refresh_token != first.refresh_token
    assert second.refresh_expires_in_s == 12 * 3600
    home.clock.advance(hours=11)
    third = await home.directory.refresh(second.refresh_token, ADDRESS)
    await home.directory.authenticate(third.access_token)


async def test_a_sign_in_that_nobody_uses_ends(home: Home) -> None:
    await home.add()
    first = await home.sign_in()
    identity = await home.directory.authenticate(first.access_token)
    home.clock.advance(hours=12)
    assert not await home.directory.is_live(identity)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(first.refresh_token, ADDRESS)


async def test_tabs_that_refresh_at_once_get_the_same_token_and_stay_signed_in(
    home: Home,
) -> None:
    await home.add()
    first = await home.sign_in()
    tabs = [home.directory.refresh(first.refresh_token, ADDRESS) for _ in range(5)]
    answers = await asyncio.gather(*tabs)
    assert len({answer.refresh_token for answer in answers}) == 1
    home.clock.advance(minutes=14)
    await home.directory.refresh(answers[0].refresh_token, ADDRESS)


async def test_a_tab_a_few_seconds_late_is_no_thief(home: Home) -> None:
    await home.add()
    first = await home.sign_in()
    second = await home.directory.refresh(first.refresh_token, ADDRESS)
    home.clock.advance(seconds=10)
    late = await home.directory.refresh(first.refresh_token, ADDRESS)
    assert late.refresh_token == second.refresh_token


async def test_a_used_refresh_token_ends_the_whole_sign_in(home: Home) -> None:
    await home.add()
    first = await home.sign_in()
    second = await home.directory.refresh(first.refresh_token, ADDRESS)
    home.clock.advance(seconds=11)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(first.refresh_token, "203.0.113.66")
    for attempt in (
        home.directory.refresh(second.refresh_token, ADDRESS),
        home.directory.authenticate(second.access_token),
    ):
        with pytest.raises(NotSignedIn):
            await attempt
    event = (await home.events())[-1]
    assert (event.action, event.outcome) == ("auth.refresh_reused", "refused")
    assert event.actor.address == "203.0.113.66"


async def test_a_refresh_token_of_long_ago_ends_the_sign_in_too(home: Home) -> None:
    await home.add()
    first = await home.sign_in()
    second = await home.directory.refresh(first.refresh_token, ADDRESS)
    third = await home.directory.refresh(second.refresh_token, ADDRESS)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(first.refresh_token, ADDRESS)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(third.refresh_token, ADDRESS)


@pytest.mark.parametrize("token", ["", ".", "sgn_" + "0" * 32, "sgn_x.y", "\ud800", "a" * 4096])
async def test_a_made_up_refresh_token_is_refused(home: Home, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(token, ADDRESS)


async def test_a_tab_that_lost_the_race_in_the_store_gets_the_winners_token(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.add()
    first = await home.sign_in()
    store, rotate = home.directory._accounts, home.directory._accounts.rotate

    async def rotate_after_another_tab(*arguments: Any) -> bool:
        monkeypatch.setattr(store, "rotate", rotate)
        winners.append(await home.directory.refresh(first.refresh_token, ADDRESS))
        return await rotate(*arguments)

    winners: list[SignedIn] = []
    monkeypatch.setattr(store, "rotate", rotate_after_another_tab)
    loser = await home.directory.refresh(first.refresh_token, ADDRESS)
    assert loser.refresh_token == winners[0].refresh_token


# ---- signing out


@pytest.mark.parametrize("by", ["refresh", "access", "both", "expired access"])
async def test_signing_out_ends_the_sign_in(home: Home, by: str) -> None:
    await home.add()
    signed_in = await home.sign_in()
    identity = await home.directory.authenticate(signed_in.access_token)
    if by == "expired access":
        home.clock.advance(hours=1)
    await home.directory.sign_out(
        signed_in.refresh_token if by in ("refresh", "both") else None,
        signed_in.access_token if by != "refresh" else None,
    )
    assert not await home.directory.is_live(identity)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(signed_in.refresh_token, ADDRESS)
    assert (await home.actions())[-1] == "auth.signed_out"


async def test_signing_out_twice_is_told_once(home: Home) -> None:
    await home.add()
    signed_in = await home.sign_in()
    for _ in range(2):
        await home.directory.sign_out(signed_in.refresh_token, None)
    assert (await home.actions()).count("auth.signed_out") == 1


async def test_signing_out_with_foreign_tokens_changes_nothing(home: Home) -> None:
    await home.add()
    signed_in = await home.sign_in()
    identity = await home.directory.authenticate(signed_in.access_token)
    guess = signed_in.refresh_token[:-4] + "AAAA"
    await home.directory.sign_out(guess, "not.a.token")
    await home.directory.sign_out("sgn_" + "0" * 32 + guess[36:], None)
    await home.directory.sign_out("\udcff", None)
    await home.directory.sign_out(None, None)
    assert await home.directory.is_live(identity)


# ---- the first admin


async def test_the_first_admin_comes_in_by_the_setup_token_once(home: Home) -> None:
    token = await home.directory.setup_token()
    assert token is not None
    assert len(token) == 43
    signed_in = await home.directory.set_up(token, FIRST, ADDRESS)
    assert signed_in.account.role is Role.ADMIN
    await home.directory.authenticate(signed_in.access_token)
    assert await home.directory.setup_token() is None
    with pytest.raises(NotFound):
        await home.directory.set_up(token, FIRST, ADDRESS)
    assert await home.actions() == ["setup.used", "auth.signed_in"]


async def test_the_setup_token_is_the_same_until_it_is_used(home: Home) -> None:
    assert await home.directory.setup_token() == await home.directory.setup_token()


async def test_a_wrong_setup_token_is_refused_and_audited(home: Home) -> None:
    with pytest.raises(NotFound):
        await home.directory.set_up("x" * 43, FIRST, ADDRESS)
    [event] = await home.events()
    assert (event.action, event.outcome) == ("setup.refused", "refused")
    assert await home.directory.all() == ()


async def test_two_that_set_up_at_once_make_one_admin(home: Home) -> None:
    token = await home.directory.setup_token()
    assert token is not None
    attempts = [home.directory.set_up(token, FIRST, ADDRESS) for _ in range(3)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, NotFound) for result in results) == 2
    assert len(await home.directory.all()) == 1


# ---- accounts


async def test_a_new_account_is_audited_with_who_made_it(home: Home) -> None:
    account = await home.add()
    [event] = await home.events()
    assert (event.action, event.actor) == ("account.created", ADMIN)
    assert event.details == {
        "email": EMAIL,
        "role": "technician",
        "target_account": account.account_id,
    }


async def test_an_email_is_taken_once_whatever_its_case(home: Home) -> None:
    await home.add()
    with pytest.raises(Conflict, match="email"):
        await home.add(EMAIL.upper())


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"password": "short"}, "12 to 256"),
        ({"password": "x" * 257}, "12 to 256"),
        ({"password": "abababababab"}, "different"),
        ({"email": "long-enough@example.org", "password": "Long-Enough@example.org"}, "email"),
        ({"email": "no email"}, "email"),
        ({"email": "a@b" + "c" * 300}, "email"),
        ({"name": " "}, "name"),
        ({"name": "Ada\x1b[2J"}, "name"),
    ],
)
async def test_a_bad_account_is_refused_with_the_reason(
    home: Home, changed: dict[str, Any], complaint: str
) -> None:
    wanted = NewAccount(**({"email": EMAIL, "name": "Ada", "password": PASSWORD} | changed))
    with pytest.raises(InvalidRequest, match=complaint):
        await home.directory.add(wanted, Role.TECHNICIAN, ADMIN)
    assert await home.directory.all() == ()


async def test_an_enabled_account_signs_in_again(home: Home) -> None:
    await home.add()
    before = await home.sign_in()
    await home.directory.disable(EMAIL, ADMIN)
    assert not (await home.directory.enable(EMAIL.upper(), ADMIN)).disabled
    with pytest.raises(NotSignedIn):
        await home.directory.authenticate(before.access_token)
    await home.sign_in()
    assert "account.enabled" in await home.actions()


async def test_a_changed_password_ends_every_sign_in(home: Home) -> None:
    await home.add()
    before = await home.sign_in()
    with pytest.raises(InvalidRequest):
        await home.directory.set_password(EMAIL, "short", ADMIN)
    await home.directory.set_password(EMAIL.upper(), "another horse battery", ADMIN)
    with pytest.raises(NotSignedIn):
        await home.directory.authenticate(before.access_token)
    with pytest.raises(NotSignedIn):
        await home.directory.refresh(before.refresh_token, ADDRESS)
    with pytest.raises(SignInFailed):
        await home.sign_in()
    await home.directory.sign_in(EMAIL, "another horse battery", ADDRESS)
    assert "account.password_set" in await home.actions()


@pytest.mark.parametrize("change", ["enable", "set_password"])
async def test_an_unknown_account_cannot_be_changed(home: Home, change: str) -> None:
    password = (PASSWORD,) if change == "set_password" else ()
    with pytest.raises(NotFound):
        await getattr(home.directory, change)("nobody@example.org", *password, ADMIN)


async def test_an_unknown_account_cannot_be_disabled(home: Home) -> None:
    with pytest.raises(NotFound, match="no account"):
        await home.directory.disable("nobody@example.org", ADMIN)
