"""The way of last resort at the broker: who may have a tunnel, and what is put on record."""

import uuid

import pytest

from broker.config import Config
from tests.broker.web.conftest import Broker
from tests.broker.web.test_relay_socket import Pair, enter, frame_of, meet

NONCE, OTHER_NONCE = "0" * 64, "f" * 64


@pytest.fixture
async def pair(broker: Broker) -> Pair:
    return await meet(broker)


async def offer(pair: Pair) -> str:
    """The console offers a tunnel; gives its id."""
    peer_id = str(uuid.uuid4())
    await pair.console.send("peer.tunnel", peer_id=peer_id, kind="offer", nonce=NONCE)
    return peer_id


async def tickets(pair: Pair) -> tuple[str, str, str]:
    """Offer a tunnel and accept it: its id, and the tickets of client and console."""
    peer_id = await offer(pair)
    offered = await pair.client.receive("peer.tunnel")
    assert offered["participant"]["name"]
    assert (offered["peer_id"], offered["kind"], offered["nonce"]) == (peer_id, "offer", NONCE)
    answer = {"peer_id": peer_id, "kind": "answer", "nonce": OTHER_NONCE}
    await pair.client.send("peer.tunnel", **answer, ticket="x" * 43)
    answered = await pair.console.receive("peer.tunnel")
    assert answered == {
        "type": "peer.tunnel",
        **answer,
        "ticket": answered["ticket"],
        "participant": None,
    }
    return peer_id, offered["ticket"], answered["ticket"]


async def opened(pair: Pair) -> str:
    peer_id, for_client, for_console = await tickets(pair)
    client = await enter(pair.end_user, peer_id, for_client)
    console = await enter(pair.tess, peer_id, for_console, Origin=pair.tess.origin)
    pair.kept += [client, console]
    for end in (client, console):
        await end.receive("relay.open")
    return peer_id


async def way_on_record(pair: Pair) -> str | None:
    response = await pair.tess.get(f"/api/v1/sessions/{pair.session_id}/events")
    events = (await response.json())["events"]
    connected = next(event for event in events if event["action"] == "session.connected")
    way: str | None = connected["details"].get("peer_way")
    return way


async def refusal(pair: Pair) -> str:
    peer_id = await offer(pair)
    failed = await pair.console.receive("peer.failed")
    assert failed["peer_id"] == peer_id
    return str(failed["reason"])


async def test_both_sides_come_in_and_frames_go_both_ways(pair: Pair) -> None:
    await opened(pair)
    client, console = pair.kept
    await client.ws.send_bytes(b"up")
    await console.ws.send_bytes(b"down")
    assert (await frame_of(console), await frame_of(client)) == (b"up", b"down")


async def test_that_it_goes_through_the_broker_is_on_record_whatever_the_sides_say(
    pair: Pair,
) -> None:
    peer_id = await opened(pair)
    await pair.client.send("peer.connected", peer_id=peer_id, way="direct")
    await pair.console.snapshot("connected")
    assert await way_on_record(pair) == "broker"


async def test_nobody_can_pretend_that_it_goes_through_the_broker(pair: Pair) -> None:
    description = {"peer_id": "peer-0001", "kind": "offer", "sdp": "v=0"}
    await pair.console.send("peer.description", **description)
    await pair.console.send("peer.connected", peer_id="peer-0001", way="broker")
    await pair.console.snapshot("connected")
    assert await way_on_record(pair) is None


@pytest.mark.parametrize("way", ["direct", "turn_tls"])
async def test_the_way_that_the_sides_tell_is_on_record(pair: Pair, way: str) -> None:
    description = {"peer_id": "peer-0001", "kind": "offer", "sdp": "v=0"}
    await pair.console.send("peer.description", **description)
    await pair.console.send("peer.connected", peer_id="peer-0001", way=way)
    await pair.console.snapshot("connected")
    assert await way_on_record(pair) == way


async def test_a_fresh_offer_of_either_kind_ends_the_tunnel_before(
    broker: Broker, pair: Pair
) -> None:
    for again in ("tunnel", "description"):
        await opened(pair)
        client, console = pair.kept[-2:]
        if again == "tunnel":
            await offer(pair)
        else:
            await pair.console.send(
                "peer.description", peer_id="peer-0002", kind="offer", sdp="v=0"
            )
        assert [await end.closed() for end in (client, console)] == [1000, 1000]
        await pair.client.receive(f"peer.{again}")


async def test_it_ends_when_a_side_gives_it_up_or_leaves(broker: Broker, pair: Pair) -> None:
    peer_id = await opened(pair)
    await pair.console.send("peer.lost", peer_id=peer_id)
    assert await pair.kept[-2].closed() == 1000
    await opened(pair)
    await pair.console.ws.close()
    assert await pair.kept[-2].closed() == 1000
    assert broker.context.registry.relays.at_once == 0


async def test_an_answer_needs_an_offer_and_is_taken_once(pair: Pair) -> None:
    peer_id, _, _ = await tickets(pair)
    answer = {"kind": "answer", "nonce": OTHER_NONCE}
    for each in (peer_id, str(uuid.uuid4())):
        await pair.client.send("peer.tunnel", peer_id=each, **answer)
        assert (await pair.client.receive("error"))["code"] == "invalid_message"


@pytest.fixture
def config(config: Config, request: pytest.FixtureRequest) -> Config:
    return config.model_copy(update=getattr(request, "param", {}))


@pytest.mark.parametrize("config", [{"tunnel_allowed": False}], indirect=True)
async def test_an_admin_may_forbid_it_and_the_console_knows(pair: Pair) -> None:
    assert await refusal(pair) == "tunnel_refused"
    await pair.client.send("session.pause", paused=True)
    assert (await pair.console.receive("session.snapshot"))["tunnel"] is False


@pytest.mark.parametrize("config", [{"tunnel_at_once": 1}], indirect=True)
async def test_there_are_not_more_at_once_than_an_admin_allows(broker: Broker, pair: Pair) -> None:
    await opened(pair)
    other = await meet(broker, "ben@example.org")
    assert await refusal(other) == "tunnel_refused"


@pytest.mark.parametrize("config", [{"tunnel_session_bytes": 10_000}], indirect=True)
async def test_a_session_that_has_sent_its_share_is_cut_and_gets_no_other(pair: Pair) -> None:
    await opened(pair)
    client, console = pair.kept
    await client.ws.send_bytes(bytes(9_000))
    await frame_of(console)
    await client.ws.send_bytes(bytes(1_000))
    assert await console.closed() == 1000
    assert await refusal(pair) == "tunnel_refused"
