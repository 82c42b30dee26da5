"""Makes names that a stranger chose safe for any disk, and for whoever reads them. Pure.

The console has the same rules in `files/names.js`; both are tested with one corpus.
"""

import re
from collections.abc import Sequence
from typing import Final

from broker.protocol.vocabulary import NOT_IN_NAMES

MAX_NAME_BYTES: Final = 255
"""Of UTF-8: what a directory entry holds nearly everywhere (NAME_MAX)."""
MAX_SUFFIX_BYTES: Final = 32
_FALLBACK: Final = "file"

_UNFIT: Final = re.compile(rf'[{NOT_IN_NAMES}\ud800-\udfff<>:"/\\|?*]')
"""Separators, and what Windows gives a meaning (a colon opens an alternate data stream)."""
_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.I | re.A
)
"""Windows opens the device, whatever follows the first dot."""

_RISKY_TEXT: Final = """
appimage apk app bat cmd com cpl deb desktop dll dmg exe gadget hta
inf jar js jse lnk mjs msc msi msix msp pif pkg ps1 psm1 py pyw
reg rpm run scf scr service sh url vb vbe vbs ws wsf xll
"""
RISKY: Final = frozenset(_RISKY_TEXT.split())
"""Suffixes of what may do something when it is opened."""


def safe_name(name: str) -> str:
    """Give a name that is one name everywhere, and looks like what it is."""
    plain = _UNFIT.sub("_", name).lstrip(" ").rstrip(". ")
    if plain.startswith("."):
        plain = "_" + plain.lstrip(".")
    if not plain:
        return _FALLBACK
    return _fitted(f"_{plain}" if _DEVICE.match(plain) else plain)


def safe_path(path: Sequence[str]) -> tuple[str, ...]:
    """Make each part of a path safe: none of them leads anywhere else."""
    return tuple(safe_name(part) for part in path)


def numbered(name: str, number: int) -> str:
    """Give another name for when one is taken: `report (2).pdf`."""
    return _fitted(name, f" ({number})")


def is_risky(name: str) -> bool:
    """Whether opening a file of this name may run something."""
    return split_suffix(name)[1][1:].lower() in RISKY


def split_suffix(name: str) -> tuple[str, str]:
    """Part a name from its suffix, the dot included; a dot in front begins none."""
    at = name.rfind(".")
    if at <= 0 or len(name[at:].encode()) > MAX_SUFFIX_BYTES:
        return name, ""
    return name[:at], name[at:]


def _fitted(name: str, mark: str = "") -> str:
    """Put a mark before the suffix, and cut the name so that it fits."""
    stem, suffix = split_suffix(name)
    room = MAX_NAME_BYTES - len((mark + suffix).encode())
    encoded = stem.encode()
    if len(encoded) > room:
        stem = encoded[:room].decode(errors="ignore").rstrip(". ")
    return stem + mark + suffix
