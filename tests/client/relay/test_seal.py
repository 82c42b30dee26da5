"""Frames of a relay: sealed as the console expects them, and opened only if nothing was done."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from broker.protocol.relay import SEAL_BYTES, RelaySide
from client.relay.seal import FrameDamaged, Seal, new_secret

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "relay.json").read_text())
SECRET, RELAY_ID = VECTORS["secret"], VECTORS["relay_id"]


def seal(sender: RelaySide = RelaySide.CONSOLE, **others: str) -> Seal:
    return Seal(others.get("secret", SECRET), others.get("relay_id", RELAY_ID), sender)


def frames(count: int) -> list[bytes]:
    ours = seal()
    return [ours.close(bytes([number]) * 100) for number in range(count)]


@pytest.mark.parametrize("sender", RelaySide)
def test_frames_are_as_both_sides_know_them(sender: RelaySide) -> None:
    closing, opening = seal(sender), seal(sender)
    for vector in VECTORS["frames"][sender]:
        message, frame = bytes.fromhex(vector["message"]), bytes.fromhex(vector["frame"])
        assert closing.close(message) == frame
        assert opening.open(frame) == message
        assert len(frame) == len(message) + SEAL_BYTES


def test_the_vectors_are_what_the_protocol_says() -> None:
    """Worked out here from RFC 5869 and NIST SP 800-38D, by other functions than the client's."""

    def mac(key: bytes, data: bytes) -> bytes:
        one = hmac.HMAC(key, hashes.SHA256())
        one.update(data)
        return one.finalize()

    material = mac(RELAY_ID.encode(), bytes(range(32)))
    key = mac(material, b"handrail relay 1 console\x01")
    second = VECTORS["frames"]["console"][1]
    sealed = AESGCM(key).encrypt(
        bytes(11) + b"\x01", bytes.fromhex(second["message"]), f"{RELAY_ID}|console|1".encode()
    )
    assert sealed.hex() == second["frame"]


def test_a_flipped_bit_anywhere_is_found() -> None:
    frame = frames(1)[0]
    for at in range(len(frame)):
        damaged = bytearray(frame)
        damaged[at] ^= 1
        with pytest.raises(FrameDamaged):
            seal().open(bytes(damaged))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 115])
def test_a_truncated_frame_is_found(length: int) -> None:
    with pytest.raises(FrameDamaged):
        seal().open(frames(1)[0][:length])


@pytest.mark.parametrize(
    "order", [(0, 0), (1,), (0, 2), (0, 2, 1)], ids=["replayed", "first-cut", "cut", "reordered"]
)
def test_frames_out_of_their_order_are_found(order: tuple[int, ...]) -> None:
    sealed, theirs = frames(3), seal()
    with pytest.raises(FrameDamaged):
        for number in order:
            theirs.open(sealed[number])


def test_a_frame_that_is_sent_back_to_its_sender_is_found() -> None:
    with pytest.raises(FrameDamaged):
        seal(RelaySide.CLIENT).open(frames(1)[0])


@pytest.mark.parametrize(
    "other", [{"relay_id": RELAY_ID.replace("0f", "1f")}, {"secret": SECRET.replace("A", "B")}]
)
def test_a_frame_of_another_relay_is_found(other: dict[str, str]) -> None:
    with pytest.raises(FrameDamaged):
        seal(**other).open(frames(1)[0])


def test_a_secret_is_fresh_and_fits_the_protocol() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    seal(secret=new_secret()).close(b"x")
