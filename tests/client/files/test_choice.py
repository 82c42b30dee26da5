"""Which road a transfer takes, by what arrives on each."""

from broker.protocol.files import FileRoad
from client.files.choice import DIRECT_TRIAL_S, RELAY_TRIAL_S, RoadChoice

STEP_S = 0.01


class Trial:
    """A choice, and its clock."""

    def __init__(self) -> None:
        self.choice = RoadChoice()
        self.now = 100.0

    def run(self, seconds: float, rate: int) -> None:
        """Let bytes arrive at this rate (bytes a second), for so long."""
        for _ in range(round(seconds / STEP_S) + 1):
            self.now += STEP_S
            self.choice.arrived(int(rate * STEP_S), self.now)

    @property
    def due(self) -> bool:
        return self.choice.is_due(self.now)


def tried(direct: int, relay: int) -> Trial:
    trial = Trial()
    trial.choice.relay_opened()
    trial.run(DIRECT_TRIAL_S, direct)
    assert trial.due
    trial.choice.change()
    assert trial.choice.road is FileRoad.RELAY
    trial.run(RELAY_TRIAL_S, relay)
    return trial


def test_without_a_relay_everything_goes_straight() -> None:
    trial = Trial()
    trial.run(10, 1_000_000)
    assert not trial.due
    assert trial.choice.road is FileRoad.DIRECT


def test_a_faster_relay_is_kept() -> None:
    trial = tried(1_000_000, 1_300_000)
    assert not trial.due
    assert (trial.choice.road, trial.choice.settled) == (FileRoad.RELAY, True)


def test_a_relay_that_is_not_worth_the_detour_is_left() -> None:
    trial = tried(1_000_000, 1_100_000)
    assert trial.due
    trial.choice.change()
    assert (trial.choice.road, trial.choice.settled) == (FileRoad.DIRECT, True)
    trial.run(10, 1)
    assert not trial.due


def test_a_trial_takes_its_time() -> None:
    trial = Trial()
    trial.choice.relay_opened()
    trial.run(DIRECT_TRIAL_S * 0.9, 1_000_000)
    assert not trial.due


def test_windows_that_still_grow_do_not_count() -> None:
    trial = Trial()
    trial.choice.relay_opened()
    trial.run(DIRECT_TRIAL_S * 0.3, 10_000)
    trial.run(DIRECT_TRIAL_S * 0.7, 1_000_000)
    trial.choice.change()
    trial.run(RELAY_TRIAL_S, 1_100_000)
    assert trial.due  # it is not 1.2 times as much as straight ahead was at its best


def test_a_pause_begins_the_trial_anew() -> None:
    trial = Trial()
    trial.choice.relay_opened()
    trial.run(DIRECT_TRIAL_S * 0.9, 1_000_000)
    trial.choice.rests()
    trial.now += 60
    trial.run(DIRECT_TRIAL_S * 0.5, 1_000_000)
    assert not trial.due


def test_a_relay_that_is_lost_is_not_tried_again() -> None:
    trial = tried(1_000_000, 5_000_000)
    trial.choice.relay_lost()
    trial.choice.relay_opened()
    trial.run(10, 1_000_000)
    assert not trial.due
    assert (trial.choice.road, trial.choice.settled) == (FileRoad.DIRECT, True)
