"""The secret that the two sides of one agreement share, as the console computes it too."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from client.trust.keys import TrustKey

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "trust.json").read_text())


def key_of(side: str) -> TrustKey:
    private = bytes.fromhex(VECTORS[side]["private_key"])
    return TrustKey(X25519PrivateKey.from_private_bytes(private))


@pytest.mark.parametrize("side", ["client", "console"])
@pytest.mark.parametrize("vector", VECTORS["strings"], ids=lambda vector: vector["language"])
def test_the_secret_is_as_both_sides_know_it(side: str, vector: dict[str, Any]) -> None:
    other = "console" if side == "client" else "client"
    assert key_of(side).public == VECTORS[side]["part"]["key"]
    secret = key_of(side).secret_with(
        VECTORS[other]["part"]["key"], bytes.fromhex(vector["transcript"])
    )
    assert secret.hex() == vector["secret"]


def test_each_agreement_has_a_secret_of_its_own() -> None:
    theirs = TrustKey()
    assert key_of("client").secret_with(theirs.public, bytes(32)) != key_of("client").secret_with(
        theirs.public, bytes([1]) * 32
    )


@pytest.mark.parametrize("key", ["00" * 32, "01" + "00" * 31])
def test_no_secret_is_shared_with_a_point_of_low_order(key: str) -> None:
    with pytest.raises(ValueError, match="shared key"):
        TrustKey().secret_with(key, bytes(32))
