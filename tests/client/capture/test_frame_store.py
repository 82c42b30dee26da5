import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from client.capture.frame_store import FrameStore
from client.capture.region import Rect

WIDTH, HEIGHT = 70, 46


def noise(seed: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4)).astype(np.uint8)


def planes(store: FrameStore, stale: list[Rect]) -> list[np.ndarray]:
    """The planes without their padding."""
    seen = []
    for plane in store.frame(stale).planes:
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        seen.append(rows[: plane.height, : plane.width].copy())
    return seen


@st.composite
def inside(draw: st.DrawFn) -> Rect:
    left, right = sorted((draw(st.integers(0, WIDTH)), draw(st.integers(0, WIDTH))))
    top, bottom = sorted((draw(st.integers(0, HEIGHT)), draw(st.integers(0, HEIGHT))))
    return Rect(left, top, right, bottom)


@given(st.lists(st.lists(inside(), max_size=4), max_size=4))
def test_converting_only_what_changed_equals_converting_all(rounds: list[list[Rect]]) -> None:
    patched = FrameStore(WIDTH, HEIGHT)
    patched.write(patched.whole, noise(0))
    planes(patched, [patched.whole])
    for number, changes in enumerate(rounds, 1):
        for rect in changes:
            patched.write(rect, noise(number, rect.height, rect.width))
        seen = planes(patched, changes)
        full = FrameStore(WIDTH, HEIGHT)
        full.write(full.whole, patched.pixels)
        expected = planes(full, [full.whole])
        assert (seen[0] == expected[0]).all()
        for one, other in zip(seen[1:], expected[1:], strict=True):
            assert np.abs(one.astype(int) - other).max() <= 1  # rounding at a band's edge


def test_the_frame_is_one_object_that_is_reused() -> None:
    store = FrameStore(WIDTH, HEIGHT)
    first = store.frame([store.whole])
    assert store.frame([]) is first
    assert store.frame([Rect(3, 3, 5, 5)]) is first
    assert (first.width, first.height, first.format.name) == (WIDTH, HEIGHT, "yuv420p")


def test_what_is_not_stale_is_not_converted() -> None:
    store = FrameStore(WIDTH, HEIGHT)
    before = planes(store, [store.whole])
    store.write(store.whole, np.full((HEIGHT, WIDTH, 4), 200, np.uint8))
    after = planes(store, [Rect(0, 12, WIDTH, 20)])
    assert (after[0][:12] == before[0][:12]).all()
    assert (after[0][20:] == before[0][20:]).all()
    assert (after[0][12:20] != before[0][12:20]).all()


def test_a_grey_picture_has_that_brightness() -> None:
    store = FrameStore(WIDTH, HEIGHT)
    store.write(store.whole, np.full((HEIGHT, WIDTH, 4), 255, np.uint8))
    luma, blue, red = planes(store, [store.whole])
    assert np.unique(luma).tolist() == [235]
    assert np.unique([*blue.flat, *red.flat]).tolist() == [128]


def test_no_brightness_leaks_into_the_pixel_beside() -> None:
    store = FrameStore(WIDTH, HEIGHT)
    store.pixels[:, 33:] = 255
    luma, _, _ = planes(store, [store.whole])
    assert np.unique(luma[:, :33]).tolist() == [16]
    assert np.unique(luma[:, 33:]).tolist() == [235]
