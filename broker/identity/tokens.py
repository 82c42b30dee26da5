"""Access tokens: short EdDSA JWTs that say which sign-in of which account they belong to.

A token alone lets nobody in: `directory` asks the store whether its sign-in still stands.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.errors import NotSignedIn
from broker.protocol.vocabulary import Role

MAX_LIFE_S: Final = 15 * 60
ISSUER: Final = "handrail-broker"
AUDIENCE: Final = "handrail-console"

_CLAIMS: Final = ["sub", "sid", "role", "iat", "exp", "iss", "aud"]


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a genuine token says."""

    account_id: str
    sign_in_id: str
    expires_at: datetime


class AccessTokens:
    """Issues and reads access tokens."""

    def __init__(self, key: Ed25519PrivateKey, life_s: int = MAX_LIFE_S) -> None:
        self._key = key
        self._public_key = key.public_key()
        self._key_id = hashlib.sha256(self._public_key.public_bytes_raw()).hexdigest()[:16]
        self.life_s = min(life_s, MAX_LIFE_S)

    def issue(self, account_id: str, sign_in_id: str, role: Role, now: datetime) -> str:
        """Sign a token that lives `life_s` from now."""
        issued_at = int(now.timestamp())
        claims = {
            "sub": account_id,
            "sid": sign_in_id,
            "role": role.value,
            "iat": issued_at,
            "exp": issued_at + self.life_s,
            "iss": ISSUER,
            "aud": AUDIENCE,
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._key_id})

    def read(self, token: str, now: datetime) -> AccessClaims:
        """Give the claims of a genuine token that has not expired. NotSignedIn."""
        claims = self.read_expired(token)
        if claims.expires_at <= now:
            raise NotSignedIn
        return claims

    def read_expired(self, token: str) -> AccessClaims:
        """Give the claims of a genuine token, expired or not. NotSignedIn when it is forged."""
        try:
            if jwt.get_unverified_header(token).get("kid") != self._key_id:
                raise NotSignedIn
            claims = self._decode(token)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise NotSignedIn from error
        return AccessClaims(str(claims["sub"]), str(claims["sid"]), expires_at)

    def _decode(self, token: str) -> dict[str, Any]:
        # PyJWT would ask a clock of its own; time is the caller's business.
        options: jwt.types.Options = {
            "require": _CLAIMS,
            "verify_exp": False,
            "verify_iat": False,
        }
        claims: dict[str, Any] = jwt.decode(
            token,
            self._public_key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options=options,
        )
        return claims
