"""Colours that text can be read on."""

import pytest

from broker.protocol.colours import (
    DARK_SURFACE,
    TEXT_CONTRAST,
    WHITE,
    contrast,
    darkened,
    readable,
    stylesheet,
    wash,
)


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)  # the known near miss
    assert contrast(WHITE, "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", ["#ffff00", "#ff6600", "#777777", "#ffffff", "#00ffff"])
def test_a_pale_colour_has_a_darker_neighbour(colour: str) -> None:
    assert not readable(colour)
    assert readable(darkened(colour))


@pytest.mark.parametrize("colour", ["#0b6470", "#000000", "#7a1fa2", "#0000ff"])
def test_text_is_read_in_the_dark_too(colour: str) -> None:
    assert darkened(colour) == colour
    css = stylesheet(colour)
    dark = css.partition("dark")[2]
    pale = dark[dark.index("--accent:") + 9 :][:7]
    for ground in (DARK_SURFACE, wash(pale, DARK_SURFACE)):
        assert contrast(pale, ground) >= TEXT_CONTRAST
    on = dark[dark.index("--on-accent:") + 12 :][:7]
    assert contrast(pale, on) >= TEXT_CONTRAST
