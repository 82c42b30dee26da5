"""Files past cut lines, killed programs and flipped bytes: whole under their name, or not there."""

import os
from pathlib import Path
from random import Random

import pytest

from broker.protocol.files import CHUNK_BYTES
from tests.faults.console_by_hand import UNDER_WAY, Fault, Receiving, Sending, a_client, a_plan

FEW: dict[Fault, int] = {"cut": 8, "client": 2, "console": 2}
MANY: dict[Fault, int] = {"cut": 50, "client": 10, "console": 10}
SMALL, LARGE = 10_000_000, 200_000_000


async def send(folder: Path, size: int, faults: dict[Fault, int], seed: int) -> Sending:
    random = Random(seed)
    async with a_client(folder) as client:
        sending = Sending(client, os.urandom(size))
        await sending.run(a_plan(random, size, faults))
        assert [each.name for each in folder.iterdir() if not each.name.startswith(".")] == [
            "large.bin"
        ]
    account = sending.account
    assert account.acknowledged_again == 0
    # What a killed program had taken and not written is lost with it; a cut loses nothing of that.
    killed = faults.get("client", 0)
    assert account.came_again <= (account.faults - killed) * CHUNK_BYTES + killed * UNDER_WAY
    return sending


async def receive(folder: Path, size: int, faults: dict[Fault, int], seed: int) -> Receiving:
    random = Random(seed)
    data = os.urandom(size)
    (folder / "large.bin").write_bytes(data)
    async with a_client(folder, folder / "large.bin") as client:
        receiving = Receiving(client, data)
        await receiving.run(a_plan(random, size, faults))
    return receiving


async def test_a_file_to_the_end_user_outlives_cuts_and_kills(tmp_path: Path) -> None:
    sending = await send(tmp_path, SMALL, FEW, seed=1)
    assert sending.account.faults == 12


async def test_after_a_cut_nothing_comes_again_that_had_come(tmp_path: Path) -> None:
    sending = await send(tmp_path, SMALL, {"cut": 20}, seed=5)
    assert sending.account.came_again <= 20 * CHUNK_BYTES


async def test_a_file_from_the_end_user_outlives_cuts_and_kills(tmp_path: Path) -> None:
    receiving = await receive(tmp_path, SMALL, FEW, seed=2)
    assert receiving.account.faults == 12


@pytest.mark.parametrize("cuts", [0, 3])
async def test_a_flipped_byte_never_gets_a_name_and_the_file_is_sent_anew(
    tmp_path: Path, cuts: int
) -> None:
    data = os.urandom(3_000_000)
    plan = a_plan(Random(cuts), len(data), {"cut": cuts})
    async with a_client(tmp_path) as client:
        await Sending(client, data).run(plan, flip_at=1_234_567)


async def test_a_byte_that_flips_at_the_console_has_the_file_sent_anew(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "large.bin").write_bytes(data)
    async with a_client(tmp_path, tmp_path / "large.bin") as client:
        await Receiving(client, data).run([(1_000_000, "cut")], flip_at=2_345_678)


@pytest.mark.slow
async def test_two_hundred_megabytes_outlive_fifty_cuts_and_ten_kills_of_each(
    tmp_path: Path,
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.mkdir()
    back.mkdir()
    sending = await send(there, LARGE, MANY, seed=3)
    receiving = await receive(back, LARGE, MANY, seed=4)
    print(f"to the end user: {sending.account}; from the end user: {receiving.account}")
