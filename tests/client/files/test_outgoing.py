import os
from pathlib import Path

import pytest

from broker.protocol.files import MAX_DEPTH, FileProblem
from client.files import tree
from client.files.outgoing import OutgoingFile
from client.files.problems import FileTrouble
from tests.client.files.wire import noise, sha256

DATA = noise(50_000)


def found(path: Path) -> tree.Found:
    return tree.find([path]).found[0]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(DATA)
    return path


def test_a_file_is_read_to_its_end_and_hashed_whole(source: Path) -> None:
    file = OutgoingFile(found(source))
    file.open_at(0)
    read = b"".join(iter(lambda: file.read(7_000), b""))
    assert read == DATA
    assert file.finish() == sha256(DATA)


def test_from_the_middle_the_hash_is_still_the_wholes(source: Path) -> None:
    file = OutgoingFile(found(source))
    file.open_at(30_000)
    assert b"".join(iter(lambda: file.read(7_000), b"")) == DATA[30_000:]
    assert file.finish() == sha256(DATA)


def test_a_file_that_was_changed_is_not_sent(source: Path) -> None:
    one = found(source)
    source.write_bytes(DATA + b"more")
    with pytest.raises(FileTrouble, match="changed"):
        OutgoingFile(one).open_at(0)


def test_a_file_that_is_changed_while_it_is_sent_is_found_out(source: Path) -> None:
    file = OutgoingFile(found(source))
    file.open_at(0)
    file.read(1000)
    os.utime(source, ns=(1, 1))
    with pytest.raises(FileTrouble, match="changed"):
        file.finish()


def test_a_file_that_is_cut_short_is_found_out(source: Path) -> None:
    file = OutgoingFile(found(source))
    file.open_at(0)
    source.write_bytes(DATA[:10])
    with pytest.raises(FileTrouble, match="changed"):
        while file.read(7_000):
            pass


def test_a_file_that_is_gone_is_said(source: Path) -> None:
    one = found(source)
    source.unlink()
    with pytest.raises(FileTrouble, match="not_readable"):
        OutgoingFile(one).open_at(0)


def test_a_pipe_in_its_place_is_not_waited_for(source: Path) -> None:
    one = found(source)
    source.unlink()
    os.mkfifo(source)
    with pytest.raises(FileTrouble):
        OutgoingFile(one).open_at(0)


def test_a_folder_is_found_with_its_structure_and_without_links(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "empty").mkdir(parents=True)
    (top / "sub").mkdir()
    (top / "sub" / "b.txt").write_text("bb")
    (top / "a.txt").write_text("a")
    (top / "link").symlink_to("/etc/passwd")
    os.mkfifo(top / "pipe")
    chosen = tree.find([top])
    assert [one.path for one in chosen.found] == [
        ("top",),
        ("top", "a.txt"),
        ("top", "empty"),
        ("top", "sub"),
        ("top", "sub", "b.txt"),
    ]
    assert (chosen.skipped, chosen.size) == (2, 3)
    offer = chosen.offer("12345678")
    assert (offer.files, offer.folders, offer.size_bytes) == (2, 3, 3)
    assert [(one.name, one.folder, one.files) for one in offer.items] == [("top", True, 2)]


def test_what_is_too_deep_is_left_out(tmp_path: Path) -> None:
    deep = tmp_path / "d"
    deep.joinpath(*["d"] * MAX_DEPTH).mkdir(parents=True)
    chosen = tree.find([deep])
    assert len(chosen.found) == MAX_DEPTH
    assert chosen.skipped == 1


def test_nothing_to_send_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble) as trouble:
        tree.find([tmp_path / "missing"]).offer("12345678")
    assert trouble.value.problem is FileProblem.NOT_READABLE


def test_the_key_changes_with_the_file(source: Path) -> None:
    before = found(source).key
    assert found(source).key == before
    os.utime(source, ns=(1, 1))
    assert found(source).key != before
