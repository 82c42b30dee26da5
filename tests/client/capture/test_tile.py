import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.capture import tile
from client.platform.interface import Pixels
from tests.client.viewer import decode_png

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40))


def picture_of(colours: int, height: int, width: int, seed: int = 0) -> Pixels:
    """Pixels that use this many colours (when there are as many pixels), the fourth byte noise."""
    chance = np.random.default_rng(seed)
    palette = chance.choice(1 << 24, colours, replace=False).astype("<u4")
    palette |= chance.integers(0, 256, colours).astype("<u4") << 24
    index = np.arange(height * width) % colours
    chance.shuffle(index)
    return palette[index].view(np.uint8).reshape(height, width, 4)


def rgb_of(pixels: Pixels) -> np.ndarray:
    return pixels[:, :, 2::-1]


@given(st.sampled_from([1, 2, 3, 17, 255, 256, 257, 1600]), SIZES, st.integers(0, 99))
def test_a_tile_decodes_to_exactly_the_same_colours(
    colours: int, size: tuple[int, int], seed: int
) -> None:
    pixels = picture_of(colours, *size, seed)
    for level in (tile.FAST, tile.SMALL):
        assert (decode_png(tile.encode(pixels, level)) == rgb_of(pixels)).all()


@pytest.mark.parametrize("colours", [1, 2, 3, 256, 257, 50_000])
def test_a_part_of_a_larger_picture_decodes_too(colours: int) -> None:
    pixels = picture_of(colours, 200, 300)
    part = pixels[7:120, 11:250]
    assert not part.flags.c_contiguous
    assert (decode_png(tile.encode(part)) == rgb_of(part)).all()


@given(st.lists(st.integers(0, (1 << 24) - 1), min_size=1, max_size=300))
def test_colours_that_hash_alike_are_never_mixed_up(colours: list[int]) -> None:
    pixels = np.array([colours], "<u4").view(np.uint8).reshape(1, -1, 4)
    assert (decode_png(tile.encode(pixels)) == rgb_of(pixels)).all()


def test_two_colours_that_collide_fall_back_to_rgb() -> None:
    slots: dict[int, int] = {}
    for colour in range(1 << 16):
        slot = (colour * 0x9E3779B1 & 0xFFFFFFFF) >> 17
        if slot in slots:
            break
        slots[slot] = colour
    pair = [slots[slot], colour]
    pixels = np.array([pair], "<u4").view(np.uint8).reshape(1, 2, 4)
    png = tile.encode(pixels)
    assert png[25] == 2  # colour type: RGB
    assert (decode_png(png) == rgb_of(pixels)).all()


def test_the_ignored_byte_does_not_make_a_colour() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :, 3] = np.arange(64).reshape(8, 8)
    png = tile.encode(pixels)
    assert png[24:26] == bytes([1, 3])  # one bit a pixel, palette


def test_few_colours_cost_far_fewer_bytes_than_many() -> None:
    text, photograph = picture_of(2, 64, 256), picture_of(16_384, 64, 256)
    assert len(tile.encode(text)) * 10 < len(tile.encode(photograph))


def test_the_small_level_is_no_larger_on_flat_areas() -> None:
    pixels = np.repeat(np.repeat(picture_of(300, 20, 20), 8, axis=0), 8, axis=1)
    assert len(tile.encode(pixels, tile.SMALL)) <= len(tile.encode(pixels, tile.FAST))


def test_a_tile_is_a_png_that_others_accept() -> None:
    codec = av.CodecContext.create("png", "r")
    (frame,) = codec.decode(av.Packet(tile.encode(picture_of(3, 5, 9))))
    assert (frame.width, frame.height) == (9, 5)
