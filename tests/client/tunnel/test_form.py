"""The secret of a tunnel and what is sealed in it, as the console's side knows them, too."""

import json
from pathlib import Path
from typing import Any

import pytest

from broker.protocol.channels import ChannelLabel
from broker.protocol.tunnel import TunnelMessage, pack_message, unpack_message
from client.tunnel.secret import new_nonce, tunnel_secret

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/tunnel.json").read_text())
SHARED = bytes.fromhex(VECTORS["shared"])
ABOUT = (VECTORS["peer_id"], VECTORS["console_nonce"], VECTORS["client_nonce"])


def test_the_secret_is_as_both_sides_know_it() -> None:
    assert tunnel_secret(SHARED, *ABOUT) == VECTORS["secret"]


def test_it_is_another_with_anything_else() -> None:
    peer_id, console, client = ABOUT
    others = (
        (bytes(32), peer_id, console, client),
        (SHARED, "1" + peer_id[1:], console, client),
        (SHARED, peer_id, new_nonce(), client),
        (SHARED, peer_id, console, new_nonce()),
        (SHARED, peer_id, client, console),
    )
    secrets = {tunnel_secret(*other) for other in others}
    assert len(secrets) == len(others)
    assert VECTORS["secret"] not in secrets


@pytest.mark.parametrize("told", VECTORS["messages"])
def test_messages_are_as_both_sides_know_them(told: dict[str, str]) -> None:
    message = told["text"] if "text" in told else bytes.fromhex(told["binary"])
    label, packed = ChannelLabel(told["label"]), bytes.fromhex(told["packed"])
    assert pack_message(label, message) == packed
    assert unpack_message(packed) == TunnelMessage(label, message)


@pytest.mark.parametrize("packed", VECTORS["refused"])
def test_what_cannot_be_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match=r"short|no such|codec"):
        unpack_message(bytes.fromhex(packed))
