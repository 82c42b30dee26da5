"""A session through a broker that does mischief, or with a console that says what cannot be."""

import asyncio
from collections.abc import Callable

import pytest

from broker.protocol.channels import ChannelLabel
from broker.protocol.tunnel import pack_message
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES, PeerFailure
from client import events as on
from client.rtc.upstream import MAX_BUFFERED_BYTES
from tests.client.tunnel.test_peer import PEER, Rig, rig

__all__ = ["rig"]


def flipped(frames: list[bytes]) -> list[bytes]:
    return [frames[0], bytes([frames[1][0] ^ 1]) + frames[1][1:], frames[2]]


def replayed(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[0], frames[1]]


def reordered(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[2], frames[1]]


def dropped(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[2]]


def truncated(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[1][:-1], frames[2]]


@pytest.mark.parametrize("mischief", [flipped, replayed, reordered, dropped, truncated])
async def test_a_broker_that_does_mischief_ends_it_and_nothing_more_is_done(
    rig: Rig, mischief: Callable[[list[bytes]], list[bytes]]
) -> None:
    await rig.stand()
    said = [pack_message(ChannelLabel.INPUT, f"key {number}") for number in range(3)]
    for frame in mischief([rig.ours.close(message) for message in said]):
        rig.frame(frame)
    assert rig.received_messages == [(ChannelLabel.INPUT, "key 0")]
    assert await rig.event() == on.PeerBroke(PEER, PeerFailure.TUNNEL_DAMAGED)
    assert not rig.opened_labels[ChannelLabel.CHAT]("x")


async def test_what_the_client_said_does_not_come_back_to_it(rig: Rig) -> None:
    await rig.stand()
    rig.opened_labels[ChannelLabel.CHAT]("x")
    rig.frame(await asyncio.wait_for(rig.sent.get(), 5))
    assert rig.received_messages == []
    assert isinstance(await rig.event(), on.PeerBroke)


async def test_a_console_that_says_what_cannot_be_is_let_go(rig: Rig) -> None:
    await rig.stand()
    rig.frame(rig.ours.close(b"\xff\x00x"))
    assert await rig.event() == on.PeerBroke(PEER, PeerFailure.TUNNEL_DAMAGED)


async def test_a_message_that_is_too_large_is_not_heard(rig: Rig) -> None:
    await rig.stand()
    rig.say(ChannelLabel.FILES, bytes(MAX_CHANNEL_MESSAGE_BYTES + 1))
    rig.say(ChannelLabel.CHAT, "hello")
    assert rig.received_messages == [(ChannelLabel.CHAT, "hello")]


async def test_a_broker_that_takes_nothing_does_not_fill_the_memory(rig: Rig) -> None:
    await rig.stand()
    rig.takes.clear()
    send, waiting, message = rig.opened_labels[ChannelLabel.TILES], 0, b"x" * 50_000
    while send(message):
        waiting += len(message)
        assert waiting <= MAX_BUFFERED_BYTES + len(message)
    assert await rig.event() == on.PeerFellSilent(PEER)
