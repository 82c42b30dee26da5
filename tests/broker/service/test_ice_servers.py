"""The servers a session gets; tests/turn shows that a real coturn agrees."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from broker.service.ice_servers import (
    IceSettings,
    ice_servers,
    trial_servers,
    without_credentials,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = NOW + timedelta(hours=8)
TURN = IceSettings(
    stun_urls=("stun:stun.example.org",),
    turn_urls=("turn:turn.example.org", "turns:turn.example.org:443?transport=tcp"),
    turn_secret="between the two",
    turn_credential_s=3600,
)


def expiry(now: datetime) -> int:
    """When the credentials end that are given at this time, in seconds of the epoch."""
    _, turn = ice_servers(TURN, "ses_1", now, END)
    return int(str(turn.username).partition(":")[0])


def test_nothing_is_given_when_nothing_is_set() -> None:
    assert ice_servers(IceSettings(), "ses_1", NOW, END) == ()


def test_every_address_of_the_turn_servers_comes_with_a_name_of_the_session() -> None:
    stun, turn = ice_servers(TURN, "ses_1", NOW, END)
    assert (stun.urls, stun.username, stun.credential) == (TURN.stun_urls, None, None)
    assert turn.urls == TURN.turn_urls
    name = f"{int(NOW.timestamp()) + 3600}:ses_1"
    mac = hmac.new(b"between the two", name.encode(), hashlib.sha1).digest()
    assert (turn.username, turn.credential) == (name, base64.b64encode(mac).decode())


def test_credentials_last_as_long_as_is_set_but_never_longer_than_the_session_may() -> None:
    assert expiry(NOW) == int((NOW + timedelta(hours=1)).timestamp())
    assert expiry(END - timedelta(minutes=5)) == int(END.timestamp())


def test_two_sessions_have_different_credentials() -> None:
    one, other = (ice_servers(TURN, session, NOW, END)[1] for session in ("ses_1", "ses_2"))
    assert one.username != other.username
    assert one.credential != other.credential


def test_a_trial_gets_credentials_of_two_minutes_and_a_stranger_gets_none() -> None:
    _, turn = trial_servers(TURN, "usr_1", NOW)
    assert turn.username == f"{int(NOW.timestamp()) + 120}:usr_1"
    (addresses,) = without_credentials(TURN)
    assert addresses.urls == (*TURN.stun_urls, *TURN.turn_urls)
    assert (addresses.username, addresses.credential) == (None, None)
    assert without_credentials(IceSettings()) == ()
