"""The broker's own secrets."""

import json
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from broker.errors import Misconfigured
from broker.identity.secrets import FILE_NAME, BrokerSecrets, open_secrets, prepare_data_dir
from broker.protocol import join_code


def fingerprint_of(data_dir: Path) -> str:
    return open_secrets(data_dir).fingerprint("a code")


def test_only_the_brokers_user_can_read_them(tmp_path: Path) -> None:
    open_secrets(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "var" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("names", [[], ["downloads"], ["downloads", "handrail.db", FILE_NAME]])
def test_a_data_directory_of_ours_is_closed_to_others(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch(0o600)
    tmp_path.chmod(0o755)
    prepare_data_dir(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_an_open_directory_that_holds_other_things_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "photos").mkdir()
    tmp_path.chmod(0o755)
    with pytest.raises(Misconfigured, match="chmod 700"):
        open_secrets(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_they_are_the_same_after_a_restart(tmp_path: Path) -> None:
    first, second = open_secrets(tmp_path), open_secrets(tmp_path)
    assert first.fingerprint("x") == second.fingerprint("x")
    assert first.signing_key.private_bytes_raw() == second.signing_key.private_bytes_raw()


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        seen = set(pool.map(fingerprint_of, [tmp_path / "var"] * 8))
    assert seen == {fingerprint_of(tmp_path / "var")}


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        open_secrets(tmp_path)


def test_the_slower_of_two_that_make_them_takes_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fingerprint_of(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert fingerprint_of(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"hash_key": 1}', json.dumps({"hash_key": "AA==", "signing_key": "!"})],
)
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match="damaged"):
        open_secrets(tmp_path)
    assert path.read_text() == text


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be used"):
        open_secrets(tmp_path / "file" / "var")


def test_ids_tokens_and_codes_are_fresh_and_well_formed(secrets: BrokerSecrets) -> None:
    assert re.fullmatch(r"ses_[0-9a-f]{32}", secrets.new_id("ses"))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secrets.new_token())
    codes = {secrets.new_join_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(join_code.parse(code) == code for code in codes)
    assert len({code[0] for code in codes}) == 10


def test_a_fingerprint_is_known_again_and_nothing_else_is(secrets: BrokerSecrets) -> None:
    fingerprint = secrets.fingerprint("482109375520")
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint)
    assert secrets.matches("482109375520", fingerprint)
    assert not secrets.matches("482109375521", fingerprint)
    assert not secrets.matches("482109375520", None)


def test_other_brokers_have_other_fingerprints(tmp_path: Path, secrets: BrokerSecrets) -> None:
    other = open_secrets(tmp_path / "other")
    assert secrets.fingerprint("x") != other.fingerprint("x")
    assert secrets.derive_token("x") != other.derive_token("x")


def test_a_derived_token_is_no_fingerprint(secrets: BrokerSecrets) -> None:
    assert secrets.derive_token("x") == secrets.derive_token("x")
    assert len(secrets.derive_token("x")) == 43
    assert secrets.derive_token("x") != secrets.derive_token("y")
