import fractions
from collections.abc import Iterator

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from client.path.ladder import FrameTarget
from client.rtc import streams
from client.rtc.encoders import CLOCK_RATE, KINDS, EncoderFailed, EncoderKind, OpenEncoder
from client.rtc.probe import EncoderChoice, has_key, try_out
from client.rtc.streams import VP8, H264Stream, Vp8Stream, make_stream, scaled

X264 = KINDS[-1]
BROKEN = EncoderKind("h264_that_is_not_in_ffmpeg", {})
WIDTH, HEIGHT = 640, 360


def target(size: int, scale: float = 1.0) -> FrameTarget:
    return FrameTarget(scale, size, size * 30.0)


def noise(count: int) -> Iterator[av.VideoFrame]:
    """Frames that no encoder can make small without loss."""
    dice = np.random.default_rng(1)
    for number in range(count):
        coarse = dice.integers(0, 256, (HEIGHT // 8, WIDTH // 8), np.uint8)
        luma = np.kron(coarse, np.ones((8, 8), np.uint8))
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        rows = np.full((HEIGHT, frame.planes[0].line_size), 128, np.uint8)
        rows[:, :WIDTH] = luma
        frame.planes[0].update(rows.tobytes())
        for plane in frame.planes[1:]:
            plane.update(bytes([128]) * plane.buffer_size)
        yield stamped(frame, number)


def stamped(frame: av.VideoFrame, number: int) -> av.VideoFrame:
    frame.pts, frame.time_base = number * 3000, fractions.Fraction(1, CLOCK_RATE)
    return frame


# ---- libx264 as it is opened


def test_frames_keep_to_the_size_they_are_told_and_a_new_size_needs_no_key_frame() -> None:
    sizes = [20_000] * 10 + [15_000] * 10 + [18_000] * 10
    encoder = OpenEncoder(X264, WIDTH, HEIGHT, target(sizes[0]))
    made = [
        encoder.encode(frame, target(size), key=number == 0)
        for number, (size, frame) in enumerate(zip(sizes, noise(len(sizes)), strict=True))
    ]
    assert all(len(data) <= 1.1 * size for data, size in zip(made[1:], sizes[1:], strict=True))
    assert sum(map(len, made[22:])) > 0.6 * sum(sizes[22:])
    assert [has_key(data) for data in made] == [True] + [False] * 29


def test_a_frame_that_was_told_too_small_a_size_still_shows_all_that_changed() -> None:
    encoder, decoder = (
        OpenEncoder(X264, WIDTH, HEIGHT, target(500)),
        av.CodecContext.create("h264", "r"),
    )
    frames = list(noise(6))
    for number, frame in enumerate(frames):
        shown = decoder.decode(av.Packet(encoder.encode(frame, target(500), key=number == 0)))
    luma = [f.to_ndarray()[:HEIGHT].astype(float) for f in (shown[0], *frames[-2:])]
    cells = [p.reshape(HEIGHT // 40, 40, WIDTH // 40, 40).swapaxes(1, 2) for p in luma]
    new = ((cells[0] - cells[2]) ** 2).mean((2, 3))
    old = ((cells[0] - cells[1]) ** 2).mean((2, 3))
    assert (new < old).all()


def test_a_key_frame_comes_when_it_is_asked_for_and_not_otherwise() -> None:
    encoder = OpenEncoder(X264, WIDTH, HEIGHT, target(8000))
    keys = [
        has_key(encoder.encode(f, target(8000), key=i in (0, 5))) for i, f in enumerate(noise(9))
    ]
    assert [i for i, key in enumerate(keys) if key] == [0, 5]


def test_the_encoder_tells_how_coarse_a_frame_became() -> None:
    encoder = OpenEncoder(X264, WIDTH, HEIGHT, target(20_000))
    quantisers = []
    for number, frame in enumerate(noise(8)):
        size = 20_000 if number < 4 else 2000
        encoder.encode(frame, target(size), key=number == 0)
        assert encoder.quantiser is not None
        quantisers.append(encoder.quantiser)
    assert max(quantisers[1:4]) < min(quantisers[5:])


def test_an_encoder_that_cannot_be_opened_fails_with_a_reason() -> None:
    with pytest.raises(EncoderFailed, match="h264_that_is_not_in_ffmpeg"):
        OpenEncoder(BROKEN, WIDTH, HEIGHT, target(8000))
    with pytest.raises(EncoderFailed):
        OpenEncoder(X264, 0, 0, target(8000))


def test_only_an_encoder_that_cannot_change_its_rate_must_begin_anew_for_another() -> None:
    fixed = EncoderKind("libx264", X264.options, takes_new_rate=False)
    assert not OpenEncoder(X264, WIDTH, HEIGHT, target(8000)).must_restart(target(1000))
    assert OpenEncoder(fixed, WIDTH, HEIGHT, target(8000)).must_restart(target(1000))
    assert not OpenEncoder(fixed, WIDTH, HEIGHT, target(8000)).must_restart(target(7000))


# ---- which one is used


def works(kind: EncoderKind) -> None:
    if kind is BROKEN:
        raise EncoderFailed("not here")


def test_the_first_encoder_that_works_is_chosen_and_named_once() -> None:
    choice = EncoderChoice((BROKEN, X264), works)
    with capture_logs() as logs:
        choice.start()
        choice.join()
        assert [choice.current() for _ in range(3)] == [X264] * 3
    assert [line["encoder"] for line in logs if line["event"] == "encoder_chosen"] == ["libx264"]


def test_until_the_look_is_over_the_last_one_is_used() -> None:
    assert EncoderChoice((BROKEN, X264), works).current() is X264


def test_one_that_fails_later_is_not_used_again() -> None:
    first, second = EncoderKind("first", {}), EncoderKind("second", {})
    choice = EncoderChoice((first, second), works)
    choice.start()
    choice.join()
    assert choice.current() is first
    with capture_logs() as logs:
        choice.failed(first, EncoderFailed("it broke"))
    assert choice.current() is second
    assert {"event": "encoder_failed", "encoder": "first", "reason": "it broke"}.items() <= logs[
        0
    ].items()
    choice.failed(second, EncoderFailed("this one too"))
    with pytest.raises(EncoderFailed):
        choice.current()


def test_libx264_passes_the_look_and_one_that_is_not_there_does_not() -> None:
    try_out(X264)
    with pytest.raises(EncoderFailed):
        try_out(BROKEN)


def test_an_encoder_that_holds_frames_back_does_not_pass() -> None:
    options = {"preset": "ultrafast", "x264-params": "rc-lookahead=20:bframes=2"}
    with pytest.raises(EncoderFailed, match="holds frames back"):
        try_out(EncoderKind("libx264", options, profile=None))


# ---- streams


def test_when_an_encoder_cannot_be_opened_the_next_goes_on_with_a_key_frame() -> None:
    choice = EncoderChoice((BROKEN, X264), lambda _: None)
    choice.start()
    choice.join()
    assert choice.current() is BROKEN
    stream = H264Stream(choice)
    made = [stream.encode(frame, target(8000), key=False) for frame in noise(3)]
    assert [one.encoder for one in made] == ["libx264"] * 3
    assert [one.is_key for one in made] == [True, False, False]


def test_when_an_encoder_breaks_the_session_goes_on_with_the_next_and_a_key_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fragile = EncoderKind("libx264", X264.options, keeps_to_sizes=False)
    choice = EncoderChoice((fragile, X264), lambda _: None)
    choice.start()
    choice.join()
    stream, frames = H264Stream(choice), noise(4)
    assert stream.encode(next(frames), target(8000), key=True).is_key

    class Broken(OpenEncoder):
        def encode(self, *arguments: object, **options: object) -> bytes:
            if self.kind is fragile:
                raise EncoderFailed("the device is gone")
            return super().encode(*arguments, **options)  # type: ignore[arg-type]

    assert stream._open is not None
    stream._open.__class__ = Broken
    assert stream.encode(next(frames), target(8000), key=False).is_key
    assert choice.current() is X264
    assert not stream.encode(next(frames), target(8000), key=False).is_key


def test_a_smaller_picture_has_even_sides_and_begins_with_a_key_frame() -> None:
    stream = H264Stream(EncoderChoice((X264,)))
    made = [
        stream.encode(frame, target(8000, scale), key=False)
        for frame, scale in zip(noise(4), (1.0, 0.75, 0.75, 1.0), strict=True)
    ]
    assert [(one.width, one.height) for one in made[:2]] == [(640, 360), (480, 270)]
    assert [one.is_key for one in made] == [True, True, False, True]
    odd = scaled(stamped(av.VideoFrame(1366, 768, "yuv420p"), 0), 0.75)
    assert (odd.width % 2, odd.height % 2) == (0, 0)


def test_vp8_is_there_for_browsers_without_h264() -> None:
    stream = make_stream(VP8, EncoderChoice((X264,)))
    assert isinstance(stream, Vp8Stream)
    made = [stream.encode(frame, target(8000), key=i == 2) for i, frame in enumerate(noise(4))]
    assert [one.is_key for one in made] == [True, False, True, False]
    assert {one.encoder for one in made} == {"libvpx"}
    assert all(one.payloads for one in made)


def test_a_vp8_stream_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Vp8Stream()

    def broken(*_: object) -> None:
        raise ValueError("gone")

    monkeypatch.setattr(stream._encoder, "encode", broken)
    with pytest.raises(streams.EncoderFailed):
        stream.encode(next(noise(1)), target(8000), key=True)
