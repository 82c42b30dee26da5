"""Access tokens: which are believed."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.errors import NotSignedIn
from broker.identity.tokens import AccessTokens
from broker.protocol.vocabulary import Role
from tests.builders import NOW

KEY = Ed25519PrivateKey.generate()
TOKENS = AccessTokens(KEY)
GENUINE = TOKENS.issue("usr_1", "sgn_1", Role.ADMIN, NOW)
KEY_ID = jwt.get_unverified_header(GENUINE)["kid"]
CLAIMS: dict[str, Any] = jwt.decode(GENUINE, options={"verify_signature": False})


def signed(key: Ed25519PrivateKey = KEY, kid: str = KEY_ID, **changed: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})


def unsigned(algorithm: str) -> str:
    parts = ({"alg": algorithm, "typ": "JWT", "kid": KEY_ID}, CLAIMS)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*texts, b""]).decode()


def test_a_genuine_token_is_believed_until_it_ends() -> None:
    claims = TOKENS.read(GENUINE, NOW)
    assert (claims.account_id, claims.sign_in_id) == ("usr_1", "sgn_1")
    with pytest.raises(NotSignedIn):
        TOKENS.read(GENUINE, NOW + timedelta(minutes=15))
    assert TOKENS.read_expired(GENUINE) == claims


def test_a_token_says_the_role_and_who_it_is_for() -> None:
    assert CLAIMS["role"] == "admin"
    assert (CLAIMS["iss"], CLAIMS["aud"]) == ("handrail-broker", "handrail-console")
    assert jwt.get_unverified_header(GENUINE)["alg"] == "EdDSA"


def test_no_setting_makes_a_token_live_longer_than_a_quarter_of_an_hour() -> None:
    assert AccessTokens(KEY, 86400).life_s == 900
    assert AccessTokens(KEY, 60).life_s == 60


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "\ud800",
        GENUINE[:-4] + "AAAA",
        GENUINE + "x",
        unsigned("none"),
        unsigned("EdDSA"),
        unsigned("HS256"),
        signed(Ed25519PrivateKey.generate()),
        signed(kid="other"),
        signed(aud="somebody-else"),
        signed(iss="somebody-else"),
        signed(exp=None),
        signed(exp="soon"),
        signed(exp=10**30),
        signed(sub=None),
        signed(sid=None),
        signed(role=None),
        jwt.encode(CLAIMS, "s" * 64, algorithm="HS256", headers={"kid": KEY_ID}),
        jwt.encode(CLAIMS, KEY, algorithm="EdDSA"),
    ],
)
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(NotSignedIn):
        TOKENS.read(token, NOW)
