from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.path.estimate import LEAST, START, Arrival, Estimate
from client.path.path import (
    FORGOTTEN_S,
    HOLD_S,
    MOST_TILES,
    MOST_UNSEEN,
    MOST_VIDEO,
    VIDEO_SHARE,
    Path,
    Urgency,
)
from tests.client.path.line import Simulated

FAST, SLOW = 50e6 / 8, 300e3 / 8
"""Bytes per second."""


def a_thirtieth(rate: float) -> int:
    return int(min(12_000, rate / 30))


def an_eighth(rate: float) -> int:
    return int(min(12_000, rate / 8))


def test_a_fast_path_is_known_within_a_second() -> None:
    line = Simulated(FAST)
    assert line.path.video_rate(line.now) < START
    line.run(1.0, a_thirtieth)
    assert line.path.video_rate(line.now) == MOST_VIDEO


@pytest.mark.parametrize("rate", [SLOW, 125e3, 625e3])
def test_the_rate_of_a_slow_path_is_found(rate: float) -> None:
    line = Simulated(rate)
    line.run(8.0, an_eighth)
    assert 0.6 * rate < line.path.estimate.rate < 1.6 * rate


def test_frames_do_not_queue_on_a_slow_path() -> None:
    line = Simulated(SLOW)
    line.run(10.0, an_eighth)
    ages = [age for came_at, age in line.seen if came_at > 104]
    assert len(ages) > 30
    assert max(ages) < 0.35


def test_a_path_that_falls_to_300_kbit_shows_nothing_old_and_recovers_at_once() -> None:
    line = Simulated(FAST)
    line.run(3.0, a_thirtieth)
    line.rate = SLOW
    fell_at = line.now
    line.run(10.0, an_eighth)
    shown = [came_at for came_at, _ in line.seen if came_at > fell_at]
    assert max(age for _, age in line.seen) < 0.9
    assert max(later - earlier for earlier, later in pairwise(shown)) < 0.5
    line.rate = FAST
    line.run(1.0, an_eighth)
    assert line.path.video_rate(line.now) > 0.5 * MOST_VIDEO


def test_while_nothing_is_heard_a_frame_leaves_now_and_then() -> None:
    line = Simulated(FAST)
    line.run(2.0, a_thirtieth)
    line.hears = False
    line.run(0.5, a_thirtieth)
    sizes = line.run(3.0, a_thirtieth)
    assert 4 <= len(sizes) <= 2 * 3.0 / HOLD_S


def test_few_bytes_are_under_way_unseen() -> None:
    line = Simulated(FAST)
    line.run(2.0, a_thirtieth)
    line.hears = False
    sent = sum(line.run(0.4, lambda _: min(9000, line.path.video_room())))
    assert sent <= MOST_UNSEEN


def test_the_last_news_may_be_lost_without_harm() -> None:
    line = Simulated(FAST)
    line.run(2.0, a_thirtieth)
    before = line.path.estimate.rate
    line.hears = False
    line.send(9000)
    line.pass_time(1.5)
    line.hears = True
    line.run(0.3, a_thirtieth)
    assert line.path.estimate.rate >= 0.9 * before


def test_what_left_before_something_that_came_has_come_too() -> None:
    path = Path()
    path.video_sent(1, 1000, 0.0)
    path.video_shown(1, 0.0, 0.05)
    path.video_sent(2, 9000, 1.0)
    assert path.video_room() == MOST_UNSEEN - 9000
    path.round_trip(1.1, 0.2, 1.4)
    assert path.video_room() == MOST_UNSEEN


def test_what_is_never_heard_of_is_forgotten() -> None:
    path = Path()
    path.video_sent(1, 1000, 0.0)
    path.video_shown(1, 0.0, 0.05)
    path.video_sent(2, 9000, 1.0)
    path.tile_sent(5000, 5000, 1.0)
    assert path.room(Urgency.ECHO, 1.1) <= MOST_TILES - 5000
    assert path.video_wait(1000, 1.0 + FORGOTTEN_S + 0.1) == 0.0
    assert path.video_room() == MOST_UNSEEN


def test_a_timestamp_that_wrapped_is_later() -> None:
    path = Path()
    path.video_sent(0xFFFFFFF0, 1000, 0.0)
    path.video_sent(0x10, 2000, 0.1)
    path.video_shown(0xFFFFFFF0, 0.0, 0.2)
    assert path.video_room() == MOST_UNSEEN - 2000
    path.video_shown(0x10, 0.0, 0.3)
    assert path.video_room() == MOST_UNSEEN


def test_the_frame_whose_timestamp_nobody_knows_counts_as_older_than_any() -> None:
    path = Path()
    path.video_sent(None, 1000, 0.0)
    path.video_shown(77, 0.0, 0.1)
    assert path.video_room() == MOST_UNSEEN


def test_an_echo_may_leave_while_video_and_refinement_wait() -> None:
    path = Path()
    path.video_sent(1, int(START * 0.012), 0.0)  # twelve milliseconds of the line
    assert path.room(Urgency.ECHO, 0.0) > 0
    assert path.video_wait(1000, 0.0) > 0
    assert path.wait(Urgency.FILES, 0.0) > 0
    assert path.wait(Urgency.ECHO, 0.0) == 0.0


def test_files_come_last() -> None:
    path = Path()
    rooms = [path.room(urgency, 0.0) for urgency in (Urgency.EXACTNESS, Urgency.FILES)]
    assert rooms == sorted(rooms, reverse=True)


def test_before_anything_is_heard_the_receivers_estimate_is_the_rate() -> None:
    path = Path()
    assert path.video_rate(0.0) == VIDEO_SHARE * START
    path.receiver_estimates(800_000)
    assert path.video_rate(0.0) == VIDEO_SHARE * 100_000


def test_an_estimate_of_the_receiver_that_falls_lowers_ours_a_little() -> None:
    estimate = Estimate()
    estimate.receiver_estimates(100_000)
    assert estimate.rate == START
    estimate.receiver_estimates(50_000)
    assert 0.8 * START < estimate.rate < START


def test_heavy_loss_lowers_the_rate_and_light_loss_does_not() -> None:
    estimate = Estimate()
    for lost, highest, now in ((5, 1000, 1.0), (105, 2000, 2.0), (105, 2000, 3.0)):
        estimate.receiver_counted(lost, highest, now)
        assert estimate.rate == START
    estimate.receiver_counted(505, 3000, 4.0)
    assert estimate.rate == pytest.approx(0.8 * START)


def test_on_a_lossy_path_a_frame_that_waited_for_a_packet_does_not_lower_the_rate() -> None:
    rates = []
    for lost in (0, 10):
        estimate = Estimate()
        estimate.came([Arrival(1000, 0.0, 0.02)])
        estimate.receiver_counted(0, 0, 1.0)
        estimate.receiver_counted(lost, 100, 2.0)
        for number in range(5):
            estimate.came([Arrival(4000, 2.1 + number, 2.22 + number)])
        rates.append(estimate.rate)
    assert rates[0] < 0.2 * START
    assert rates[1] >= START


def test_losses_within_a_moment_say_nothing_alone() -> None:
    estimate = Estimate()
    estimate.receiver_counted(0, 0, 1.0)
    estimate.receiver_counted(9, 10, 1.1)
    assert estimate.rate == START
    estimate.receiver_counted(9, 200, 1.6)
    assert estimate.rate == START


def test_tiles_that_come_quickly_raise_the_rate_and_late_ones_leave_it() -> None:
    estimate = Estimate()
    estimate.tile_came(Arrival(20_000, 0.0, 1.0), 20_000)
    assert estimate.rate == START
    estimate.tile_came(Arrival(20_000, 2.0, 2.02), 20_000)
    assert estimate.rate > START


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["send", "shown", "tile", "drawn", "remb", "loss", "trip"]),
            st.integers(0, 60_000),
            st.floats(0, 2),
        ),
        max_size=60,
    )
)
def test_whatever_happens_a_frame_leaves_within_half_a_second(
    events: list[tuple[str, int, float]],
) -> None:
    path, now, stamp, tiles = Path(), 0.0, 0, 0
    for what, number, passed in events:
        now += passed
        if what == "send":
            stamp += 1
            path.video_sent(stamp, number, now)
        elif what == "shown":
            path.video_shown(number, passed, now)
        elif what == "tile":
            tiles += number
            path.tile_sent(tiles, number, now)
        elif what == "drawn":
            path.tiles_drawn(min(number, tiles), now)
        elif what == "remb":
            path.receiver_estimates(number * 100)
        elif what == "loss":
            path.receiver_counted(number // 2, number, now)
        else:
            path.round_trip(now - passed, passed / 2, now)
        assert path.estimate.rate >= LEAST
        assert path.video_rate(now) > 0
        assert path.video_wait(8000, now) <= HOLD_S
        assert 0 <= path.room(Urgency.ECHO, now) <= MOST_TILES
