"""What a fresh clone needs is declared, so that `make` works there and not only here."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    [name] = re.findall(r"^[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", str(name)).lower()


def test_the_environment_can_build_the_wheel_without_isolation(project: dict[str, Any]) -> None:
    installed = set(map(name_of, project["project"]["optional-dependencies"]["dev"]))
    assert set(map(name_of, project["build-system"]["requires"])) <= installed


@pytest.mark.parametrize("target", ["run", "package"])
def test_make_keeps_the_data_directory_closed(target: str) -> None:
    command = ["make", "--dry-run", "--always-make", target]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "install -d -m 700 var\n" in shown.replace(" &&", "\n")


def test_every_package_of_the_environment_has_one_version(project: dict[str, Any]) -> None:
    pinned = {name_of(line) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    extras = project["project"]["optional-dependencies"]
    wanted = {name_of(one) for extra in extras.values() for one in extra} - {"handrail"}
    assert wanted <= pinned
