"""Which stamps belong to a key press, and the functions that are wrapped to make them."""

import sys
from pathlib import Path

from benchmarks.screen.profile.stages import Stage, Stamp, table, way
from tests.rig.display import virtual_display
from tests.rig.processes import output_of

SPOT = (150, 150)
STAGES = (
    Stage("sent", "input", "it left"),
    Stage("damage", "sent", "it is seen"),
    Stage("tile", "damage", "it is a tile"),
    Stage("video", "damage", "it is a frame"),
    Stage("shown", "input", "it is shown"),
)


def test_each_stage_is_the_first_stamp_after_the_one_it_follows() -> None:
    stamps = [
        Stamp("shown", 1.030),
        Stamp("tile", 1.001),
        Stamp("input", 1.000),
        Stamp("sent", 1.002),
        Stamp("damage", 1.005, [(0, 0, 400, 400)]),
        Stamp("tile", 1.007),
        Stamp("tile", 1.009),
    ]
    reached = way(stamps, STAGES, SPOT)
    expected = {"input": 1.000, "sent": 1.002, "damage": 1.005, "tile": 1.007, "shown": 1.030}
    assert reached == expected


def test_damage_somewhere_else_is_not_this_press() -> None:
    stamps = [
        Stamp("input", 1.000),
        Stamp("sent", 1.002),
        Stamp("damage", 1.003, [(600, 0, 700, 20)]),
        Stamp("damage", 1.006, [(600, 0, 700, 20), (100, 100, 500, 400)]),
    ]
    assert way(stamps, STAGES, SPOT)["damage"] == 1.006


def test_the_table_gives_steps_and_totals_and_passes_over_what_never_happened() -> None:
    ways = [{"input": 1.0, "sent": 1.001, "damage": 1.004, "tile": 1.009, "shown": 1.025}] * 3
    lines = [line.split()[:5] for line in table(ways, STAGES).splitlines()[1:]]
    assert lines == [
        ["sent", "1.0", "1.0", "1.0", "1.0"],
        ["damage", "3.0", "3.0", "4.0", "4.0"],
        ["tile", "5.0", "5.0", "9.0", "9.0"],
        ["video", "–", "–", "–", "–"],
        ["shown", "16.0", "16.0", "25.0", "25.0"],
    ]


async def test_every_function_that_is_wrapped_is_there(tmp_path: Path) -> None:
    program = (
        "from benchmarks.screen.profile.client import hooks\n"
        "print(*(hook.name for hook in hooks() if not callable(getattr(hook.owner, hook.name, 0))))"
    )
    async with virtual_display(tmp_path) as display:
        missing = await output_of([sys.executable, "-c", program], display.env)
    assert missing.strip() == ""
