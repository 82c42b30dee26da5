import os
from pathlib import Path

import pytest

from broker.protocol.files import FileProblem
from client.files import incoming
from client.files.incoming import IncomingFile, sweep
from client.files.problems import FileTrouble
from tests.client.files.wire import below, noise, sha256

KEY = "5" * 64
DATA = noise(100_000)


def take(folder: Path, path: tuple[str, ...] = ("a.txt",), data: bytes = DATA) -> Path:
    file = IncomingFile(folder, path, len(data), KEY)
    file.open()
    if data:
        file.write(0, data)
    return file.finish(sha256(data))


def test_a_whole_file_gets_its_name_and_nothing_else_stays(tmp_path: Path) -> None:
    assert take(tmp_path, ("sub", "a.txt")) == tmp_path / "sub" / "a.txt"
    assert below(tmp_path) == {"sub/a.txt": DATA}


def test_an_empty_file_comes_too(tmp_path: Path) -> None:
    take(tmp_path, data=b"")
    assert below(tmp_path) == {"a.txt": b""}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "a (2).txt").write_text("mine too")
    assert take(tmp_path).name == "a (3).txt"
    assert (tmp_path / "a.txt").read_text() == "mine"


def test_the_same_file_again_is_found_whole(tmp_path: Path) -> None:
    take(tmp_path)
    again = IncomingFile(tmp_path, ("a.txt",), len(DATA), KEY)
    again.open()
    assert again.offset == len(DATA)
    assert again.finish(sha256(DATA)) == tmp_path / "a.txt"
    assert below(tmp_path) == {"a.txt": DATA}


def test_another_file_of_the_same_size_is_left_alone(tmp_path: Path) -> None:
    mine = noise(len(DATA))
    (tmp_path / "a.txt").write_bytes(mine)
    file = IncomingFile(tmp_path, ("a.txt",), len(DATA), KEY)
    file.open()
    with pytest.raises(FileTrouble, match="damaged"):
        file.finish(sha256(DATA))
    file.open(fresh=True)
    assert file.offset == 0
    file.write(0, DATA)
    file.finish(sha256(DATA))
    assert below(tmp_path) == {"a.txt": mine, "a (2).txt": DATA}


def test_what_was_cut_off_goes_on_in_another_run(tmp_path: Path) -> None:
    cut = IncomingFile(tmp_path, ("a.txt",), len(DATA), KEY)
    cut.open()
    cut.write(0, DATA[:40_000])
    cut.close()
    file = IncomingFile(tmp_path, ("a.txt",), len(DATA), KEY)
    file.open()
    assert file.offset == 40_000
    file.write(40_000, DATA[40_000:])
    file.finish(sha256(DATA))
    assert below(tmp_path) == {"a.txt": DATA}


@pytest.mark.parametrize(("offset", "size"), [(1, 10), (0, 11)])
def test_a_gap_or_too_much_is_refused(tmp_path: Path, offset: int, size: int) -> None:
    file = IncomingFile(tmp_path, ("a.txt",), 10, KEY)
    file.open()
    with pytest.raises(FileTrouble, match="damaged"):
        file.write(offset, b"x" * size)


def test_a_flipped_bit_deletes_the_part(tmp_path: Path) -> None:
    file = IncomingFile(tmp_path, ("a.txt",), len(DATA), KEY)
    file.open()
    file.write(0, bytes([DATA[0] ^ 1]) + DATA[1:])
    with pytest.raises(FileTrouble, match="damaged"):
        file.finish(sha256(DATA))
    assert below(tmp_path) == {}


def test_a_link_in_the_folders_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    with pytest.raises(FileTrouble, match="not_writable"):
        take(folder, ("sub", "a.txt"))
    assert below(outside) == {}


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / f".{KEY[:40]}{incoming.PART_SUFFIX}").symlink_to(victim)
    with pytest.raises(FileTrouble, match="not_writable"):
        take(folder)
    assert victim.read_text() == "mine"


def test_a_link_with_the_files_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(noise(len(DATA)))
    before = victim.read_bytes()
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "a.txt").symlink_to(victim)
    assert take(folder).name == "a (2).txt"
    assert victim.read_bytes() == before


def test_a_file_that_the_disk_has_no_room_for_is_refused_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "SPARE_BYTES", 1 << 60)
    with pytest.raises(FileTrouble) as trouble:
        take(tmp_path)
    assert trouble.value.problem is FileProblem.DISK_FULL
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_which_nothing_came_leaves_no_part(tmp_path: Path) -> None:
    file = IncomingFile(tmp_path, ("a.txt",), 10, KEY)
    file.open()
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    file = IncomingFile(tmp_path, ("a.txt",), 10, KEY)
    file.open()
    file.close()
    file._file = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(FileTrouble, match="disk_full"):
        file.write(0, b"0123456789")


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileTrouble, match="not_writable"):
        take(tmp_path / "file")


def test_parts_that_nobody_went_on_with_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / f".x{incoming.PART_SUFFIX}"
    part.write_text("old")
    sweep(tmp_path)
    assert part.exists()
    monkeypatch.setattr(incoming, "KEPT_FOR_S", -1)
    sweep(tmp_path)
    assert not part.exists()
