from pathlib import Path

import pytest

from client import instance
from client.errors import AlreadyRunning, PlatformUnavailable


def test_a_second_client_on_the_same_desktop_is_refused_until_the_first_is_gone(
    tmp_path: Path,
) -> None:
    with instance.hold(tmp_path / "run", "host:7"):
        with pytest.raises(AlreadyRunning):
            instance.hold(tmp_path / "run", "host:7")
        instance.hold(tmp_path / "run", "host:8").close()
    instance.hold(tmp_path / "run", "host:7").close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PlatformUnavailable, match="cannot be written"):
        instance.hold(tmp_path / "file", "host:7")


def test_every_way_to_write_a_display_is_one_desktop() -> None:
    names = {
        instance.desktop_name({"DISPLAY": d}) for d in (":7", ":7.0", "unix:7", "localhost:7.1")
    }
    assert len(names) == 1
    assert instance.desktop_name({"DISPLAY": "far:7"}) == "far:7"
    assert instance.desktop_name({"SESSIONNAME": "Console"}) == "Console"


def test_the_lock_lies_in_the_runtime_folder_of_the_person(tmp_path: Path) -> None:
    assert instance.user_folder({"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path
    for none in ({}, {"XDG_RUNTIME_DIR": str(tmp_path / "missing")}, {"XDG_RUNTIME_DIR": "run"}):
        assert instance.user_folder(none) == Path.home() / ".cache" / "handrail"
