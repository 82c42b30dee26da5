"""Arithmetic of the figures: percentiles, medians of repeats, frames out of samples, PSNR. Pure."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.screen import barcode

EXACT_DB = 99.0
"""What is written as the PSNR of a picture without any error, which has none."""

_LUMA = np.array([0.299, 0.587, 0.114])
"""Y' of BT.601, as JPEG and the encoders here take it."""

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which `share` (0 to 1) of the values lie, interpolated."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def median_of_repeats(values: Sequence[float | None]) -> float | None:
    """Give the median where None means never: it is larger than every number."""
    middle = percentile([math.inf if value is None else value for value in values], 0.5)
    return middle if math.isfinite(middle) else None


def first_sights(samples: Sequence[tuple[float, int]], since_s: float) -> list[tuple[float, int]]:
    """Give (seen at, time stamp) of every picture that came up, from (seconds, word) samples.

    What was there at the first sample did not come up then, and a time stamp from before `since_s`
    is no picture of this scene.
    """
    sights: list[tuple[float, int]] = []
    for seen_at, word in samples:
        stamp = barcode.decode(word)
        if stamp is None or barcode.age_ms(stamp, seen_at) > (seen_at - since_s) * 1000:
            continue
        if not sights or stamp != sights[-1][1]:
            sights.append((seen_at, stamp))
    return sights[1:] if sights and sights[0] == _first(samples) else sights


def ages_ms(sights: Sequence[tuple[float, int]]) -> list[float]:
    """Give how old each picture was when it was first seen."""
    return [barcode.age_ms(stamp, seen_at) for seen_at, stamp in sights]


def psnr_rgb(one: Picture, other: Picture) -> float:
    """Give the peak signal-to-noise ratio over all three colours, in dB."""
    return _psnr(one.astype(np.float64) - other.astype(np.float64))


def psnr_y(one: Picture, other: Picture) -> float:
    """Give the peak signal-to-noise ratio of the luma, in dB."""
    return _psnr((one.astype(np.float64) - other.astype(np.float64)) @ _LUMA)


def exact_share(one: Picture, other: Picture) -> float:
    """Give the share of pixels, 0 to 1, that are the same in all three colours."""
    return float(np.mean(np.all(one == other, axis=-1)))


def _first(samples: Sequence[tuple[float, int]]) -> tuple[float, int | None]:
    seen_at, word = samples[0]
    return seen_at, barcode.decode(word)


def _psnr(difference: NDArray[np.float64]) -> float:
    error = float(np.mean(difference**2))
    return EXACT_DB if error == 0 else min(EXACT_DB, 10 * math.log10(255**2 / error))
