"""What the technician sends, up to what lies on the end user's disk."""

from pathlib import Path

import pytest

from broker.protocol.files import (
    FileAnswer,
    FileBegin,
    FileCancel,
    FileDirection,
    FileDone,
    FileDropped,
    FileEnd,
    FileFailed,
    FileFolder,
    FileGot,
    FileItem,
    FileOver,
    FilePause,
    FileProblem,
    FileReady,
    FileResult,
)
from client.files import receiver
from client.files.transfer import Stage
from tests.client.files.wire import Side, begin, below, noise, offer, sha256

SEND = FileDirection.SEND
DATA = noise(300_000)
PIECE = 16_000


@pytest.fixture
async def side() -> Side:
    return Side()


async def accepted(side: Side, folder: Path, files: dict[str, bytes] | None = None) -> str:
    made = offer(files or {"a.bin": DATA})
    side.hear(made)
    await side.until(lambda: any(one.id == made.transfer for one in side.desk.view.transfers))
    side.desk.accept(made.transfer, folder)
    answer = await side.expect(FileAnswer)
    assert answer.problem is None
    return made.transfer


def start(transfer: str, stream: int = 1, data: bytes = DATA, name: str = "a.bin") -> FileBegin:
    return FileBegin(
        transfer=transfer, stream=stream, path=(name,), size_bytes=len(data), key=sha256(b"k")
    )


async def send_all(side: Side, stream: int = 1, data: bytes = DATA, offset: int = 0) -> None:
    for at in range(offset, len(data), PIECE):
        side.chunk(stream, at, data[at : at + PIECE])
    side.hear(FileEnd(stream=stream, sha256=sha256(data)))


async def test_a_file_comes_whole_and_is_told_to_the_broker(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    assert (await side.expect(FileReady)).offset == 0
    await send_all(side)
    assert (await side.expect(FileDone)).name == "a.bin"
    side.hear(FileOver(transfer=transfer))
    await side.until(lambda: side.desk.view.transfers[0].stage is Stage.OVER)
    assert below(tmp_path) == {"a.bin": DATA}
    [report] = side.reports
    assert (report.direction, report.name, report.size_bytes) == (SEND, "a.bin", len(DATA))
    assert (report.result, report.sha256) == (FileResult.DONE, sha256(DATA))


async def test_what_is_on_the_disk_is_acknowledged(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, DATA[:PIECE])
    assert (await side.expect(FileGot)).bytes == PIECE


async def test_a_declined_offer_writes_nothing_and_is_told(side: Side, tmp_path: Path) -> None:
    made = offer({"a.bin": DATA})
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.decline(made.transfer)
    assert (await side.expect(FileAnswer)).problem is FileProblem.DECLINED
    side.hear(start(made.transfer))
    assert (await side.expect(FileFailed)).stream == 1
    assert below(tmp_path) == {}
    assert [one.problem for one in side.reports] == [FileProblem.DECLINED]


async def test_files_that_nobody_accepted_are_refused(side: Side, tmp_path: Path) -> None:
    made = offer({"a.bin": DATA})
    side.hear(made, start(made.transfer))
    assert (await side.expect(FileFailed)).problem is FileProblem.CANCELLED
    side.hear(start("not-offered"))
    await side.expect(FileFailed)
    assert below(tmp_path) == {}


async def test_without_the_right_the_end_user_is_not_even_asked(side: Side) -> None:
    side.refusals[SEND] = FileProblem.NOT_GRANTED
    side.hear(offer({"a.bin": DATA}))
    assert (await side.expect(FileAnswer)).problem is FileProblem.NOT_GRANTED
    assert side.desk.view.transfers == ()


async def test_a_right_that_is_taken_in_mid_file_stops_it(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, DATA[:PIECE])
    await side.expect(FileGot)
    side.refusals[SEND] = FileProblem.NOT_GRANTED
    side.chunk(1, PIECE, DATA[PIECE : 2 * PIECE])
    side.desk.consent_changed()
    assert (await side.expect(FileCancel)).problem is FileProblem.NOT_GRANTED
    side.refusals[SEND] = None
    await send_all(side, offset=PIECE)
    await side.until(lambda: [one.result for one in side.reports] == [FileResult.CANCELLED])
    assert all(name.startswith(".") for name in below(tmp_path))
    assert sum(map(len, below(tmp_path).values())) == PIECE


async def test_while_the_session_is_paused_nothing_is_written_and_then_it_goes_on(
    side: Side, tmp_path: Path
) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, DATA[:PIECE])
    await side.expect(FileGot)
    side.refusals[SEND] = FileProblem.PAUSED
    side.desk.consent_changed()
    assert (await side.expect(FilePause)).paused
    await send_all(side, offset=PIECE)  # it was on its way
    await side.quiet()
    await side.until(lambda: not side.desk._receiver._inbox)
    side.refusals[SEND] = None
    side.desk.consent_changed()
    assert not (await side.expect(FilePause)).paused
    assert (await side.expect(FileReady)).offset == PIECE
    side.chunk(1, 5 * PIECE, b"late")  # still of what was refused
    await send_all(side, offset=PIECE)
    await side.expect(FileDone)
    assert below(tmp_path) == {"a.bin": DATA}


async def test_after_a_reconnect_it_goes_on_where_it_was(side: Side, tmp_path: Path) -> None:
    made = offer({"a.bin": DATA})
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.accept(made.transfer, tmp_path)
    side.hear(start(made.transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, DATA[:PIECE])
    await side.expect(FileGot)
    side.reconnect()
    side.hear(made)
    assert (await side.expect(FileAnswer)).problem is None
    side.hear(start(made.transfer))
    assert (await side.expect(FileReady)).offset == PIECE
    await send_all(side, offset=PIECE)
    await side.expect(FileDone)
    assert below(tmp_path) == {"a.bin": DATA}
    assert side.desk.view.transfers[0].done_bytes == len(DATA)


async def test_another_session_goes_on_with_what_was_cut_off(tmp_path: Path) -> None:
    first = Side()
    transfer = await accepted(first, tmp_path)
    first.hear(start(transfer))
    await first.expect(FileReady)
    first.chunk(1, 0, DATA[:PIECE])
    await first.expect(FileGot)
    first.desk.close()
    second = Side()
    transfer = await accepted(second, tmp_path)
    second.hear(start(transfer))
    assert (await second.expect(FileReady)).offset == PIECE


async def test_a_beginning_that_was_anothers_is_sent_anew(side: Side, tmp_path: Path) -> None:
    other = noise(len(DATA))
    (tmp_path / "a.bin").write_bytes(other)
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    assert (await side.expect(FileReady)).offset == len(DATA)
    side.hear(FileEnd(stream=1, sha256=sha256(DATA)))
    assert (await side.expect(FileFailed)).problem is FileProblem.DAMAGED
    side.hear(start(transfer, 2))
    assert (await side.expect(FileReady)).offset == 0
    await send_all(side, 2)
    assert (await side.expect(FileDone)).name == "a (2).bin"
    assert below(tmp_path) == {"a.bin": other, "a (2).bin": DATA}


async def test_a_file_whose_name_is_taken_is_shown_by_the_one_it_has_now(
    side: Side, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"another")
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    await send_all(side)
    await side.expect(FileDone)
    assert side.desk.view.transfers[0].renamed == (("a.bin", "a (2).bin"),)


async def test_a_flipped_bit_is_found_out_and_told(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, bytes([DATA[0] ^ 1]) + DATA[1:PIECE])
    await send_all(side, offset=PIECE)
    assert (await side.expect(FileFailed)).problem is FileProblem.DAMAGED
    assert below(tmp_path) == {}
    assert [one.result for one in side.reports] == [FileResult.FAILED]


@pytest.mark.parametrize("lie", [len(DATA) + 1, 10 * len(DATA)])
async def test_more_than_was_offered_is_not_taken(side: Side, tmp_path: Path, lie: int) -> None:
    transfer = await accepted(side, tmp_path)
    message = start(transfer)
    side.hear(message.model_copy(update={"size_bytes": lie}))
    assert (await side.expect(FileFailed)).problem is FileProblem.TOO_LARGE


async def test_more_files_than_were_offered_are_not_taken(side: Side, tmp_path: Path) -> None:
    top = FileItem(name="top", folder=True, files=2, size_bytes=5)
    made = offer({"top": b"12345"}).model_copy(update={"files": 2, "items": (top,)})
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.accept(made.transfer, tmp_path)
    for number, name in enumerate(("a", "b", "c"), 1):
        side.hear(begin(made, number, ("top", name), b"", name))
        if name == "c":
            assert (await side.expect(FileFailed)).problem is FileProblem.TOO_LARGE
        else:
            await side.expect(FileReady)
            side.hear(FileEnd(stream=number, sha256=sha256(b"")))
            await side.expect(FileDone)


@pytest.mark.parametrize("path", [("evil.exe",), ("a.bin", "evil.exe"), ("..", "a.bin")])
async def test_what_the_end_user_was_not_shown_is_not_taken(
    side: Side, tmp_path: Path, path: tuple[str, ...]
) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(FileFolder(transfer=transfer, path=path[:1]))
    side.hear(start(transfer).model_copy(update={"path": path}))
    assert (await side.expect(FileFailed)).problem is FileProblem.TOO_LARGE
    assert list(tmp_path.iterdir()) == []


async def test_a_piece_behind_the_end_is_damage(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path, {"a.bin": b"12345"})
    side.hear(start(transfer, data=b"12345"))
    await side.expect(FileReady)
    side.chunk(1, 0, b"123456")
    assert (await side.expect(FileFailed)).problem is FileProblem.DAMAGED


async def test_a_sender_that_does_not_wait_does_not_fill_the_memory(
    side: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_WAITING", 4 * PIECE)
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    await send_all(side)
    assert (await side.expect(FileFailed)).problem is FileProblem.DAMAGED


async def test_folders_come_with_their_structure(side: Side, tmp_path: Path) -> None:
    top = FileItem(name="top", folder=True, files=2, size_bytes=5)
    made = offer({"top": b"12345"}).model_copy(update={"folders": 2, "items": (top,)})
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.accept(made.transfer, tmp_path)
    side.hear(FileFolder(transfer=made.transfer, path=("top", "empty")))
    side.hear(FileFolder(transfer=made.transfer, path=("top", "..", "..", "out")))
    side.hear(begin(made, 1, ("top", "../x", "a.txt"), b"12345"))
    await side.expect(FileReady)
    await send_all(side, data=b"12345")
    await side.expect(FileDone)
    assert below(tmp_path) == {"top/__x/a.txt": b"12345"}
    assert (tmp_path / "top" / "empty").is_dir()
    assert (tmp_path / "top" / "file" / "file" / "out").is_dir()


async def test_the_end_user_cancels(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.desk.cancel(transfer)
    assert (await side.expect(FileCancel)).problem is FileProblem.CANCELLED
    side.chunk(1, 0, DATA[:PIECE])
    side.hear(start(transfer, 2))
    assert (await side.expect(FileFailed)).stream == 2


async def test_a_file_that_the_sender_gives_up_is_named(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.hear(FileDropped(stream=1, problem=FileProblem.CHANGED))
    await side.until(lambda: bool(side.desk.view.transfers[0].failures))
    assert [one.problem for one in side.reports] == [FileProblem.CHANGED]


async def test_too_many_offers_are_not_shown(side: Side) -> None:
    for _ in range(100):
        side.hear(offer({"a": b"1"}))
    await side.until(lambda: len(side.desk.view.transfers) > 3)
    assert len(side.desk.view.transfers) <= 5


async def test_an_end_without_all_that_was_offered_is_not_called_done(
    side: Side, tmp_path: Path
) -> None:
    transfer = await accepted(side, tmp_path, {"a.bin": DATA, "b.bin": DATA})
    side.hear(start(transfer))
    await side.expect(FileReady)
    await send_all(side)
    await side.expect(FileDone)
    side.hear(FileOver(transfer=transfer))
    await side.until(lambda: side.desk.view.transfers[0].stage is Stage.OVER)
    assert side.desk.view.transfers[0].failures == 1


async def test_an_end_after_nothing_at_all_is_damage(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(FileOver(transfer=transfer))
    await side.until(lambda: side.desk.view.transfers[0].stage is Stage.ENDED)
    assert side.desk.view.transfers[0].problem is FileProblem.DAMAGED


async def test_what_had_come_before_a_cut_need_not_come_again(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    for at in range(0, 10 * PIECE, PIECE):
        side.chunk(1, at, DATA[at : at + PIECE])
    side.reconnect()  # before any of it was written
    side.hear(side.desk.view.transfers[0].offer)
    assert (await side.expect(FileAnswer)).problem is None
    side.hear(start(transfer))
    assert (await side.expect(FileReady)).offset == 10 * PIECE
    await send_all(side, offset=10 * PIECE)
    assert (await side.expect(FileDone)).name == "a.bin"
    assert side.desk.view.transfers[0].done_bytes == len(DATA)


async def test_a_file_put_aside_for_another_goes_on_or_is_told_as_given_up(
    side: Side, tmp_path: Path
) -> None:
    held, lost = [await accepted(side, tmp_path / name) for name in ("held", "lost")]
    other = await accepted(side, tmp_path / "other", {"b.bin": b"short"})
    for stream, transfer in ((1, held), (2, lost)):
        side.hear(start(transfer, stream))
        await side.expect(FileReady)
        side.chunk(stream, 0, DATA[:PIECE])
        await side.expect(FileGot)
    side.hear(start(other, 3, b"short", "b.bin"))
    await side.expect(FileReady)
    shown = {one.id: one.done_bytes for one in side.desk.view.transfers}
    assert (shown[held], shown[lost]) == (PIECE, PIECE)
    await send_all(side, 3, b"short")
    await side.expect(FileDone)
    side.hear(FileCancel(transfer=lost))
    side.hear(start(held, 4))
    assert (await side.expect(FileReady)).offset == PIECE
    await send_all(side, 4, offset=PIECE)
    await side.expect(FileDone)
    assert below(tmp_path / "held") == {"a.bin": DATA}
    results = [(one.name, one.result) for one in side.reports]
    assert results == [
        ("b.bin", FileResult.DONE),
        ("a.bin", FileResult.CANCELLED),
        ("a.bin", FileResult.DONE),
    ]


async def test_what_is_not_allowed_at_a_cut_is_not_written(side: Side, tmp_path: Path) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    side.chunk(1, 0, DATA[:PIECE])
    side.refusals[SEND] = FileProblem.PAUSED
    side.reconnect()
    side.refusals[SEND] = None
    side.hear(side.desk.view.transfers[0].offer, start(transfer))
    assert (await side.expect(FileReady)).offset == 0


async def test_a_file_is_told_as_under_way_through_a_cut_and_until_it_is_over(
    side: Side, tmp_path: Path
) -> None:
    transfer = await accepted(side, tmp_path)
    side.hear(start(transfer))
    await side.expect(FileReady)
    assert side.under_way == {SEND: "a.bin"}
    side.reconnect()
    assert side.under_way == {SEND: "a.bin"}
    side.desk.cancel(transfer)
    assert side.under_way == {}
    assert [one.result for one in side.reports] == [FileResult.CANCELLED]
