"""What an admin lets files do, kept to by the client whichever way they go."""

from pathlib import Path

import pytest

from broker.protocol.files import (
    FileAnswer,
    FileFailed,
    FileItem,
    FileOffer,
    FilePolicy,
    FileProblem,
)
from tests.client.files.wire import Side, begin, offer


@pytest.fixture
async def side() -> Side:
    side = Side()
    side.policy = FilePolicy(max_file_bytes=100, max_files=2)
    return side


async def test_an_offer_with_a_file_that_is_too_large_is_refused_before_anybody_is_asked(
    side: Side,
) -> None:
    side.hear(offer({"fits": bytes(100), "large": bytes(101)}))
    assert (await side.expect(FileAnswer)).problem is FileProblem.OVER_LIMIT
    assert side.desk.view.transfers == ()
    assert {one.problem for one in side.reports} == {FileProblem.OVER_LIMIT}


async def test_an_offer_of_too_many_files_is_refused(side: Side) -> None:
    side.hear(offer({"a": b"1", "b": b"2", "c": b"3"}))
    assert (await side.expect(FileAnswer)).problem is FileProblem.TOO_MANY


async def test_a_large_file_in_a_folder_is_refused_when_it_comes(
    side: Side, tmp_path: Path
) -> None:
    """An offer says how large a folder is, and not what each file in it is."""
    item = FileItem(name="logs", folder=True, files=1, size_bytes=101)
    made = FileOffer(transfer="transfer-1", items=(item,), files=1, folders=1, size_bytes=101)
    side.hear(made)
    await side.until(lambda: bool(side.desk.view.transfers))
    side.desk.accept(made.transfer, tmp_path)
    assert (await side.expect(FileAnswer)).problem is None
    side.hear(begin(made, 1, ("logs", "a.log"), bytes(101)))
    assert (await side.expect(FileFailed)).problem is FileProblem.OVER_LIMIT
    assert list(tmp_path.iterdir()) == []
    assert [one.problem for one in side.reports] == [FileProblem.OVER_LIMIT]


@pytest.mark.parametrize(
    ("sizes", "problem"),
    [((101,), FileProblem.OVER_LIMIT), ((1, 1, 1), FileProblem.TOO_MANY), ((100, 1), None)],
)
async def test_the_end_user_is_told_before_anything_is_offered(
    side: Side, tmp_path: Path, sizes: tuple[int, ...], problem: FileProblem | None
) -> None:
    places = [tmp_path / str(number) for number in range(len(sizes))]
    for place, size in zip(places, sizes, strict=True):
        place.write_bytes(bytes(size))
    side.desk.send(places)
    if problem is None:
        await side.expect(FileOffer)
    else:
        await side.until(lambda: side.desk.view.trouble is problem)
        assert side.said == []
    assert side.desk.view.max_file_bytes == 100
