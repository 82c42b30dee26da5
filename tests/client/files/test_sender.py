"""What the end user sends, up to what the console is told."""

import asyncio
from pathlib import Path

import pytest

from broker.protocol.files import (
    CHUNK_BYTES,
    FileAnswer,
    FileAsk,
    FileAskAnswer,
    FileBegin,
    FileCancel,
    FileDirection,
    FileDone,
    FileDropped,
    FileEnd,
    FileFailed,
    FileFolder,
    FileGot,
    FileOffer,
    FileOver,
    FilePause,
    FileProblem,
    FileReady,
    FileResult,
)
from client.files.flight import WINDOW
from client.files.transfer import Stage
from tests.client.files.wire import Side, noise, sha256

RECEIVE = FileDirection.RECEIVE
DATA = noise(1_500_000)
ASK = FileAsk(id="12345678", reason="the log, please")


@pytest.fixture
async def side() -> Side:
    return Side()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(DATA)
    return path


async def begun(side: Side, *places: Path) -> FileBegin:
    side.desk.send(places)
    made = await side.expect(FileOffer)
    side.hear(FileAnswer(transfer=made.transfer))
    return await side.expect(FileBegin)


async def take_all(side: Side, begin: FileBegin, offset: int = 0) -> bytes:
    """Be the console: acknowledge everything as it comes."""
    side.hear(FileReady(stream=begin.stream, offset=offset))
    data = b""
    async with asyncio.timeout(15):
        while offset + len(data) < begin.size_bytes:
            await side.until(lambda: bool(side.chunks))
            stream, at, piece = side.chunks.pop(0)
            if (stream, at) == (begin.stream, offset + len(data)):
                data += piece
                side.hear(FileGot(stream=stream, bytes=offset + len(data)))
    return data


async def test_a_file_goes_whole_and_is_told_to_the_broker(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    assert (begin.path, begin.size_bytes) == (("a.bin",), len(DATA))
    assert await take_all(side, begin) == DATA
    assert (await side.expect(FileEnd)).sha256 == sha256(DATA)
    side.hear(FileDone(stream=begin.stream, name="a.bin"))
    await side.expect(FileOver)
    [report] = side.reports
    assert (report.direction, report.result) == (RECEIVE, FileResult.DONE)
    assert report.sha256 == sha256(DATA)


async def test_no_more_is_under_way_than_was_acknowledged(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.until(lambda: bool(side.chunks))
    await side.quiet()
    assert sum(len(piece) for *_, piece in side.chunks) <= WINDOW.first


async def test_it_goes_on_from_where_the_console_has_it(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    assert await take_all(side, begin, 1_000_000) == DATA[1_000_000:]
    assert (await side.expect(FileEnd)).sha256 == sha256(DATA)


async def test_the_console_may_ask_for_a_piece_again(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.until(lambda: len(side.chunks) > 2)
    side.chunks.clear()
    assert await take_all(side, begin, CHUNK_BYTES) == DATA[CHUNK_BYTES:]
    assert (await side.expect(FileEnd)).sha256 == sha256(DATA)


async def test_after_a_reconnect_it_is_offered_again_and_goes_on(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.until(lambda: bool(side.chunks))
    side.reconnect()
    side.chunks.clear()
    again = await side.expect(FileOffer)
    assert again.transfer == begin.transfer
    await side.quiet()
    assert side.said[-1] is again  # nothing follows before it is accepted again
    side.hear(FileAnswer(transfer=again.transfer))
    begin = await side.expect(FileBegin)
    assert await take_all(side, begin, 500_000) == DATA[500_000:]
    await side.expect(FileEnd)
    side.hear(FileDone(stream=begin.stream, name="a.bin"))
    await side.expect(FileOver)
    assert [one.result for one in side.reports] == [FileResult.DONE]
    assert side.desk.view.transfers[0].done_bytes == len(DATA)


async def test_a_damaged_file_is_sent_once_more(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.hear(FileFailed(stream=begin.stream, problem=FileProblem.DAMAGED))
    begin = await side.expect(FileBegin)
    side.hear(FileFailed(stream=begin.stream, problem=FileProblem.DAMAGED))
    await side.expect(FileOver)
    assert [one.problem for one in side.reports] == [FileProblem.DAMAGED]


async def test_a_right_that_is_taken_stops_it_at_once(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.until(lambda: bool(side.chunks))
    side.refusals[RECEIVE] = FileProblem.NOT_GRANTED
    side.desk.consent_changed()
    assert (await side.expect(FileCancel)).problem is FileProblem.NOT_GRANTED
    side.chunks.clear()
    side.hear(FileGot(stream=begin.stream, bytes=WINDOW.first))
    await side.quiet()
    assert side.chunks == []
    assert [one.result for one in side.reports] == [FileResult.CANCELLED]


async def test_even_before_the_news_of_it_nothing_leaves(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.refusals[RECEIVE] = FileProblem.NOT_GRANTED
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.quiet()
    assert side.chunks == []


async def test_a_paused_session_holds_it_and_then_it_goes_on(side: Side, source: Path) -> None:
    begin = await begun(side, source)
    side.refusals[RECEIVE] = FileProblem.PAUSED
    side.desk.consent_changed()
    assert (await side.expect(FilePause)).paused
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.quiet()
    assert side.chunks == []
    side.refusals[RECEIVE] = None
    side.desk.consent_changed()
    assert await take_all(side, begin) == DATA


@pytest.mark.parametrize("here", [True, False])
async def test_either_side_may_hold_it(side: Side, source: Path, here: bool) -> None:
    begin = await begun(side, source)

    def pause(paused: bool) -> None:
        if here:
            side.desk.pause(begin.transfer, paused)
        else:
            side.hear(FilePause(transfer=begin.transfer, paused=paused))

    pause(True)
    side.hear(FileReady(stream=begin.stream, offset=0))
    await side.quiet()
    assert side.chunks == []
    pause(False)
    assert await take_all(side, begin) == DATA


async def test_what_is_held_lets_the_next_one_pass_and_goes_on_there(
    side: Side, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.bin").write_bytes(b"short")
    first = await begun(side, source)
    side.hear(FileReady(stream=first.stream, offset=0))
    await side.until(lambda: bool(side.chunks))
    side.hear(FilePause(transfer=first.transfer, paused=True))
    side.chunks.clear()
    begin = await begun(side, tmp_path / "b.bin")
    assert await take_all(side, begin) == b"short"
    await side.expect(FileEnd)
    assert next(one for one in side.desk.view.transfers if one.id == first.transfer).done_bytes > 0
    side.hear(FilePause(transfer=first.transfer, paused=False))
    side.hear(FileDone(stream=begin.stream, name="b.bin"))
    again = await side.expect(FileBegin)
    assert (again.transfer, again.key) == (first.transfer, first.key)
    assert await take_all(side, again, 500_000) == DATA[500_000:]
    assert (await side.expect(FileEnd)).sha256 == sha256(DATA)


async def test_the_technician_may_decline(side: Side, source: Path) -> None:
    side.desk.send([source])
    made = await side.expect(FileOffer)
    side.hear(FileAnswer(transfer=made.transfer, problem=FileProblem.DISK_FULL))
    assert side.desk.view.transfers[0].stage is Stage.ENDED
    assert [one.problem for one in side.reports] == [FileProblem.DISK_FULL]


async def test_without_the_right_nothing_is_offered(side: Side, source: Path) -> None:
    side.refusals[RECEIVE] = FileProblem.NOT_GRANTED
    side.desk.send([source])
    await side.until(lambda: side.desk.view.trouble is FileProblem.NOT_GRANTED)
    assert side.said == []


async def test_a_folder_goes_with_its_empty_folders(side: Side, tmp_path: Path) -> None:
    (tmp_path / "top" / "empty").mkdir(parents=True)
    (tmp_path / "top" / "a.txt").write_bytes(b"1")
    side.desk.send([tmp_path / "top"])
    made = await side.expect(FileOffer)
    side.hear(FileAnswer(transfer=made.transfer))
    assert (await side.expect(FileFolder)).path == ("top",)
    begin = await side.expect(FileBegin)
    assert begin.path == ("top", "a.txt")
    side.hear(FileDone(stream=begin.stream, name="a.txt"))
    assert (await side.expect(FileFolder)).path == ("top", "empty")
    await side.expect(FileOver)


async def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(
    side: Side, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"1")
    side.desk.send([tmp_path / "a", tmp_path / "b"])
    made = await side.expect(FileOffer)
    (tmp_path / "a").unlink()
    side.hear(FileAnswer(transfer=made.transfer))
    begin = await side.expect(FileBegin)
    side.hear(FileReady(stream=begin.stream, offset=0))
    assert (await side.expect(FileDropped)).problem is FileProblem.NOT_READABLE
    assert (await side.expect(FileBegin)).path == ("b",)


async def test_the_technicians_wish_is_answered_by_what_is_chosen(side: Side, source: Path) -> None:
    side.hear(ASK)
    wish = side.desk.view.wish
    assert wish is not None
    assert wish.reason == "the log, please"
    side.desk.send([source])
    assert (await side.expect(FileOffer)).transfer == ASK.id
    assert side.desk.view.wish is None


async def test_a_wish_may_be_declined_and_only_one_is_open(side: Side) -> None:
    side.hear(ASK, FileAsk(id="another-one", reason="more"))
    assert (await side.expect(FileAskAnswer)).id == "another-one"
    side.desk.decline_wish()
    answer = await side.expect(FileAskAnswer)
    assert (answer.id, answer.problem) == (ASK.id, FileProblem.DECLINED)


async def test_a_wish_without_the_right_is_not_shown(side: Side) -> None:
    side.refusals[RECEIVE] = FileProblem.NOT_GRANTED
    side.hear(ASK)
    assert (await side.expect(FileAskAnswer)).problem is FileProblem.NOT_GRANTED
    assert side.desk.view.wish is None
