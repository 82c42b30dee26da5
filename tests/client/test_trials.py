"""What follows from the ways that work; the console's tests read the same vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from broker.protocol.connection import ConnectionTried, Way, WayOutcome
from client.trials import Trial, finding, road, summary

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "trials.json").read_text())
SIDES = {
    side["name"]: ConnectionTried.model_validate_json(json.dumps({"ways": side["ways"]}))
    for side in VECTORS["sides"]
}


@pytest.mark.parametrize("side", VECTORS["sides"], ids=lambda side: side["name"])
def test_what_a_network_is_like(side: dict[str, Any]) -> None:
    assert finding(SIDES[side["name"]]) == side["finding"]
    assert road(SIDES[side["name"]], None) == side["best"]


@pytest.mark.parametrize("pair", VECTORS["roads"])
def test_two_sides_take_the_worse_of_their_best_ways(pair: dict[str, Any]) -> None:
    sides = [name and SIDES[name] for name in (pair["ours"], pair["theirs"])]
    assert road(*sides) == road(*reversed(sides)) == pair["road"]


def test_a_way_is_as_good_as_its_best_server() -> None:
    told = summary(
        [
            Trial(Way.TURN_TLS, "turns:b", WayOutcome.WORKS, 40),
            Trial(Way.DIRECT, "stun:a", WayOutcome.SILENT),
            Trial(Way.DIRECT, "stun:b", WayOutcome.WORKS, 12),
            Trial(Way.DIRECT, "stun:c", WayOutcome.REFUSED, 3, 400),
        ]
    )
    found = [(one.way, one.outcome, one.milliseconds) for one in told.ways]
    assert found == [
        (Way.DIRECT, WayOutcome.WORKS, 12),
        (Way.TURN_TLS, WayOutcome.WORKS, 40),
    ]
