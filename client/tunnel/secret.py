"""The secret of one tunnel, from the one that both sides share since they agreed on their string.

The form is told in `broker.protocol.tunnel`; the console's twin is `tunnel/secret.js`, and both
keep to tests/vectors/tunnel.json.
"""

import base64
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.protocol.trust import NONCE_BYTES
from broker.protocol.tunnel import TUNNEL_INFO


def new_nonce() -> str:
    """Give this side's nonce, in hexadecimal."""
    return secrets.token_hex(NONCE_BYTES)


def tunnel_secret(shared: bytes, peer_id: str, console_nonce: str, client_nonce: str) -> str:
    """Give what `client.relay.seal` takes: 32 bytes in base64url, without padding."""
    salt = bytes.fromhex(console_nonce) + bytes.fromhex(client_nonce)
    derivation = HKDF(SHA256(), length=32, salt=salt, info=f"{TUNNEL_INFO}{peer_id}".encode())
    return base64.urlsafe_b64encode(derivation.derive(shared)).rstrip(b"=").decode()
