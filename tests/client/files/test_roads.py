"""Large files by two roads: what the client does as the sender, and as the receiver."""

import asyncio
from pathlib import Path

import pytest

from broker.protocol.files import (
    RELAY_FROM_BYTES,
    FileAgain,
    FileAnswer,
    FileBegin,
    FileDirection,
    FileDone,
    FileEnd,
    FileGot,
    FileOffer,
    FileOver,
    FilePolicy,
    FileProblem,
    FileReady,
    FileRelay,
    FileRelayOver,
    FileRoad,
    pack_chunk,
)
from broker.protocol.relay import RelayOffered, RelayRefusal, RelayRefused
from client.files import flight, sender
from client.files.choice import DIRECT_TRIAL_S, RELAY_TRIAL_S
from client.files.transfer import Stage
from tests.client.files.wire import PaperRelay, Side, begin, noise, offer, sha256

DATA = noise(RELAY_FROM_BYTES + 3_000_000)
RELAY_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SECRET = "s" * 43
TICKET = "t" * 43


class Clock:
    """Goes on when the test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def side() -> Side:
    side = Side()
    side.policy = FilePolicy(relay=True)
    return side


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(DATA)
    return path


class Console:
    """A console made by hand: it takes what comes on either road, and acknowledges it."""

    def __init__(self, side: Side, begun: FileBegin, clock: Clock) -> None:
        self.side, self.begun, self.clock = side, begun, clock
        self.data = bytearray()
        self.by: list[FileRoad] = []
        self.step_s = {FileRoad.DIRECT: DIRECT_TRIAL_S / 4, FileRoad.RELAY: 0.02}

    def ready(self, offset: int = 0) -> None:
        self.side.hear(FileReady(stream=self.begun.stream, offset=offset))

    def take(self) -> bool:
        """Take all that has come; False when there was nothing."""
        came = [(FileRoad.DIRECT, chunk) for chunk in self.side.chunks]
        self.side.chunks.clear()
        for relay in self.side.relays.opened:
            came += [(FileRoad.RELAY, chunk) for chunk in relay.take()]
        for road, (stream, offset, data) in came:
            assert (stream, offset) == (self.begun.stream, len(self.data)), road
            self.data += data
            self.by.append(road)
        if came:
            self.clock.now += self.step_s[came[-1][0]]
            self.side.hear(FileGot(stream=self.begun.stream, bytes=len(self.data)))
        return bool(came)

    async def until(self, size: int) -> None:
        async with asyncio.timeout(10):
            while len(self.data) < size:
                if not self.take():
                    await asyncio.sleep(0)

    async def all(self) -> None:
        await self.until(self.begun.size_bytes)
        assert (await self.side.expect(FileEnd)).sha256 == sha256(DATA)
        assert self.data == DATA
        self.side.hear(FileDone(stream=self.begun.stream, name="large.bin"))
        await self.side.expect(FileOver)


async def sending(side: Side, source: Path) -> Console:
    clock = Clock()
    side.now = clock
    side.desk.send([source])
    made = await side.expect(FileOffer)
    side.hear(FileAnswer(transfer=made.transfer))
    return Console(side, await side.expect(FileBegin), clock)


async def offered(side: Side) -> PaperRelay:
    """The broker offers what the client asked for."""
    [wanted] = side.relays.wanted
    side.desk.relay_answered(RelayOffered(relay_id=wanted.relay_id, ticket=TICKET))
    told = await side.expect(FileRelay)
    await side.until(lambda: bool(side.relays.opened))
    assert side.relays.tickets == [(TICKET, told.secret, wanted.relay_id)]
    assert told.relay_id == wanted.relay_id
    return side.relays.opened[-1]


async def on_the_relay(side: Side, console: Console) -> PaperRelay:
    """Send until something has come over the relay."""
    relay = await offered(side)
    console.ready()
    async with asyncio.timeout(10):
        while FileRoad.RELAY not in console.by:
            if not console.take():
                await asyncio.sleep(0)
    return relay


def turns(by: list[FileRoad]) -> list[FileRoad]:
    return [road for at, road in enumerate(by) if at == 0 or by[at - 1] is not road]


# ---- the client sends


async def test_both_roads_are_tried_and_nothing_is_sent_twice(side: Side, source: Path) -> None:
    console = await sending(side, source)
    await offered(side)
    console.ready()
    await console.all()
    assert turns(console.by) == [FileRoad.DIRECT, FileRoad.RELAY]
    [report] = side.reports
    assert (report.road, report.sha256) == (FileRoad.RELAY, sha256(DATA))
    await side.until(lambda: side.relays.opened[0].is_closed)


async def test_a_relay_that_is_slower_is_left_for_good(side: Side, source: Path) -> None:
    console = await sending(side, source)
    console.step_s = {FileRoad.DIRECT: DIRECT_TRIAL_S / 10, FileRoad.RELAY: RELAY_TRIAL_S / 3}
    relay = await offered(side)
    console.ready()
    await console.all()
    assert turns(console.by) == [FileRoad.DIRECT, FileRoad.RELAY, FileRoad.DIRECT]
    assert relay.is_closed


async def test_a_small_file_needs_no_relay(side: Side, tmp_path: Path) -> None:
    small = tmp_path / "small.bin"
    small.write_bytes(DATA[: RELAY_FROM_BYTES - 1])
    await sending(side, small)
    assert side.relays.wanted == []


async def test_where_an_admin_forbids_it_none_is_asked_for(side: Side, source: Path) -> None:
    side.policy = FilePolicy()
    console = await sending(side, source)
    console.ready()
    await console.all()
    assert (side.relays.wanted, side.reports[0].road) == ([], FileRoad.DIRECT)


async def test_a_refusal_is_told_to_the_end_user_and_the_file_goes_straight(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    [wanted] = side.relays.wanted
    refusal = RelayRefused(relay_id=wanted.relay_id, reason=RelayRefusal.QUOTA)
    side.desk.relay_answered(refusal)
    console.ready()
    await console.until(1)
    assert side.desk.view.no_relay is RelayRefusal.QUOTA
    await console.all()
    assert set(console.by) == {FileRoad.DIRECT}


async def test_a_console_that_cannot_come_says_why(side: Side, source: Path) -> None:
    console = await sending(side, source)
    await offered(side)
    [wanted] = side.relays.wanted
    side.hear(FileRelayOver(relay_id=wanted.relay_id, reason=RelayRefusal.INSECURE))
    console.ready()
    await console.all()
    assert set(console.by) == {FileRoad.DIRECT}
    assert side.desk.view.no_relay is RelayRefusal.INSECURE


async def test_a_relay_that_cannot_be_opened_costs_nothing(side: Side, source: Path) -> None:
    side.relays.refuses = True
    console = await sending(side, source)
    [wanted] = side.relays.wanted
    side.desk.relay_answered(RelayOffered(relay_id=wanted.relay_id, ticket=TICKET))
    assert (await side.expect(FileRelayOver)).relay_id == wanted.relay_id
    console.ready()
    await console.all()


async def test_a_relay_that_breaks_in_mid_file_costs_what_was_under_way(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    await side.until(lambda: bool(relay.sent))
    relay.take()  # under way, and lost
    relay.break_off()
    assert (await side.expect(FileAgain)).stream == console.begun.stream
    console.ready(len(console.data))
    await console.all()
    assert turns(console.by) == [FileRoad.DIRECT, FileRoad.RELAY, FileRoad.DIRECT]


async def test_a_relay_that_fails_under_the_hand_is_one_that_breaks(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    relay.fails = True
    console.take()
    await side.expect(FileAgain)
    relay.take()
    console.ready(len(console.data))
    await console.all()


async def test_the_console_can_let_go_of_it_in_mid_file(side: Side, source: Path) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    [wanted] = side.relays.wanted
    side.hear(FileRelayOver(relay_id=wanted.relay_id))
    await side.expect(FileAgain)
    await side.until(lambda: relay.is_closed)
    relay.take()
    console.ready(len(console.data))
    await console.all()


async def test_a_relay_on_which_nothing_arrives_is_given_up(
    side: Side, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "RELAY_SILENT_S", 0.1)
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    await side.expect(FileAgain)  # the console acknowledges nothing
    relay.take()
    console.ready(len(console.data))
    await console.all()


async def test_while_hands_work_one_chunk_at_a_time_goes_over_the_relay(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    side.hands = True
    console.take()
    for _ in range(3):
        await side.quiet()
        assert len(relay.sent) == 1
        console.take()
    side.hands = False
    await side.quiet()
    console.take()
    await side.until(lambda: len(relay.sent) > 1)
    await console.all()


async def test_a_pause_holds_what_goes_over_the_relay(side: Side, source: Path) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    side.refusals[FileDirection.RECEIVE] = FileProblem.PAUSED
    side.desk.consent_changed()
    await side.quiet()
    console.take()
    await side.quiet()
    assert relay.sent == []
    side.refusals[FileDirection.RECEIVE] = None
    side.desk.consent_changed()
    await console.all()


async def test_a_right_that_is_taken_back_ends_the_relay(side: Side, source: Path) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    side.refusals[FileDirection.RECEIVE] = FileProblem.NOT_GRANTED
    side.desk.consent_changed()
    await side.until(lambda: relay.is_closed)
    [transfer] = side.desk.view.transfers
    assert (transfer.stage, transfer.problem) == (Stage.ENDED, FileProblem.NOT_GRANTED)


async def test_a_relay_ends_with_the_connection_and_the_next_one_has_its_own(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    side.reconnect()
    await side.until(lambda: relay.is_closed)
    made = await side.expect(FileOffer)
    side.hear(FileAnswer(transfer=made.transfer))
    console.begun = await side.expect(FileBegin)
    relay.take()
    side.chunks.clear()
    assert len({wanted.relay_id for wanted in side.relays.wanted}) == 2
    console.ready(len(console.data))
    await console.all()


async def test_whatever_the_console_says_over_a_relay_that_is_not_its_own_ends_it(
    side: Side, source: Path
) -> None:
    console = await sending(side, source)
    relay = await on_the_relay(side, console)
    relay.deliver(b"what?")
    await side.expect(FileAgain)
    await side.until(lambda: relay.is_closed)


# ---- the client receives


async def receiving(side: Side, folder: Path) -> FileBegin:
    made = offer({"large.bin": DATA})
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.accept(made.transfer, folder)
    await side.expect(FileAnswer)
    begun = begin(made, 1, ("large.bin",), DATA)
    side.hear(begun)
    await side.expect(FileReady)
    return begun


async def invited(side: Side, relay_id: str = RELAY_ID) -> PaperRelay:
    side.hear(FileRelay(relay_id=relay_id, secret=SECRET))
    side.desk.relay_answered(RelayOffered(relay_id=relay_id, ticket=TICKET))
    await side.until(lambda: bool(side.relays.opened))
    return side.relays.opened[-1]


def pieces(start: int, end: int, size: int = 200_000) -> list[bytes]:
    return [pack_chunk(1, at, DATA[at : min(at + size, end)]) for at in range(start, end, size)]


async def test_a_file_comes_by_both_roads_and_is_whole(side: Side, tmp_path: Path) -> None:
    begun = await receiving(side, tmp_path)
    relay = await invited(side)
    assert side.relays.tickets == [(TICKET, SECRET, RELAY_ID)]
    side.chunk(1, 0, DATA[:10_000])
    for message in pieces(10_000, len(DATA)):
        relay.deliver(message)
    await side.until(lambda: side.desk.view.transfers[0].done_bytes == len(DATA))
    assert side.desk.view.transfers[0].road is FileRoad.RELAY
    side.hear(FileEnd(stream=1, sha256=sha256(DATA)), FileOver(transfer=begun.transfer))
    await side.expect(FileDone)
    assert (tmp_path / "large.bin").read_bytes() == DATA
    await side.until(lambda: side.reports[0].road is FileRoad.RELAY)
    await side.until(lambda: relay.is_closed)


async def test_the_ticket_may_come_before_the_secret(side: Side, tmp_path: Path) -> None:
    await receiving(side, tmp_path)
    side.desk.relay_answered(RelayOffered(relay_id=RELAY_ID, ticket=TICKET))
    side.hear(FileRelay(relay_id=RELAY_ID, secret=SECRET))
    await side.until(lambda: bool(side.relays.opened))


async def test_after_a_loss_the_client_says_where_to_go_on(side: Side, tmp_path: Path) -> None:
    begun = await receiving(side, tmp_path)
    relay = await invited(side)
    for message in pieces(0, 1_000_000):
        relay.deliver(message)
    side.hear(FileAgain(stream=1))
    relay.deliver(pieces(1_000_000, 1_200_000)[0])  # too late: it is not taken
    assert (await side.expect(FileReady)).offset == 1_000_000
    side.chunk(1, 1_000_000, DATA[1_000_000:])
    side.hear(FileEnd(stream=1, sha256=sha256(DATA)), FileOver(transfer=begun.transfer))
    await side.expect(FileDone)
    assert (tmp_path / "large.bin").read_bytes() == DATA


async def test_when_the_relay_breaks_the_console_is_told(side: Side, tmp_path: Path) -> None:
    await receiving(side, tmp_path)
    relay = await invited(side)
    relay.break_off()
    assert (await side.expect(FileRelayOver)).relay_id == RELAY_ID


@pytest.mark.parametrize("why", ["nothing accepted", "not granted", "paused", "forbidden"])
async def test_the_client_comes_to_no_relay_that_it_has_no_reason_for(
    side: Side, tmp_path: Path, why: str
) -> None:
    if why != "nothing accepted":
        await receiving(side, tmp_path)
    if why == "not granted":
        side.refusals[FileDirection.SEND] = FileProblem.NOT_GRANTED
    if why == "paused":
        side.refusals[FileDirection.SEND] = FileProblem.PAUSED
    if why == "forbidden":
        side.policy = FilePolicy()
    side.desk.relay_answered(RelayOffered(relay_id=RELAY_ID, ticket=TICKET))
    side.hear(FileRelay(relay_id=RELAY_ID, secret=SECRET))
    assert (await side.expect(FileRelayOver)).relay_id == RELAY_ID
    assert side.relays.tickets == []


async def test_what_comes_over_the_relay_in_a_pause_is_not_written(
    side: Side, tmp_path: Path
) -> None:
    await receiving(side, tmp_path)
    relay = await invited(side)
    side.refusals[FileDirection.SEND] = FileProblem.PAUSED
    side.desk.consent_changed()
    for message in pieces(0, 400_000):
        relay.deliver(message)
    await side.quiet()
    assert side.desk.view.transfers[0].done_bytes == 0
    side.refusals[FileDirection.SEND] = None
    side.desk.consent_changed()
    assert (await side.expect(FileReady)).offset == 0


@pytest.mark.parametrize("message", [b"", b"short", bytes(12)])
async def test_nonsense_over_the_relay_ends_it(side: Side, tmp_path: Path, message: bytes) -> None:
    await receiving(side, tmp_path)
    relay = await invited(side)
    relay.deliver(message)
    await side.expect(FileRelayOver)
    await side.until(lambda: relay.is_closed)


async def test_chunks_that_do_not_follow_on_are_refused_on_either_road(
    side: Side, tmp_path: Path
) -> None:
    await receiving(side, tmp_path)
    relay = await invited(side)
    relay.deliver(pieces(50_000, 100_000)[0])
    await side.until(lambda: bool(side.reports))
    assert side.reports[0].problem is FileProblem.DAMAGED
    assert not (tmp_path / "large.bin").exists()


async def test_tickets_that_nobody_tells_a_secret_for_do_not_pile_up(
    side: Side, tmp_path: Path
) -> None:
    await receiving(side, tmp_path)
    for number in range(100):
        relay_id = f"0f8fad5b-d9cb-469f-a165-{number:012d}"
        side.desk.relay_answered(RelayOffered(relay_id=relay_id, ticket=TICKET))
    assert len(side.desk._relay_in._tickets) <= 4


def test_the_relays_window_fits_what_a_receiver_takes() -> None:
    from client.files.receiver import MOST_WAITING

    assert flight.RELAY_WINDOW.most <= MOST_WAITING
