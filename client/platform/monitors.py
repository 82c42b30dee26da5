"""Which monitors there are and which one is shown, from what mss finds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from broker.protocol.monitors import ALL_MONITORS, MAX_MONITORS, Monitor
from client.platform.interface import Area

_MAX_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """The desktop and the monitors on it, from left to right. There is one at least."""

    whole: Area
    monitors: tuple[Monitor, ...]

    def shown(self, wanted: str | None) -> tuple[str, Area]:
        """Give the id and the place of what is shown, of even size: the primary monitor when
        nothing is wanted, or a monitor that is not there."""
        if wanted == ALL_MONITORS:
            return ALL_MONITORS, self.whole.cropped_even()
        first = self.monitors[0]
        primary = next((one for one in self.monitors if one.primary), first)
        chosen = next((one for one in self.monitors if one.id == wanted), primary)
        area = Area(chosen.left, chosen.top, chosen.width, chosen.height)
        return chosen.id, area.cropped_even()


def layout(found: Sequence[Mapping[str, Any]], better: Mapping[Area, str]) -> Layout:
    """Read `mss.MSS.monitors`: the whole desktop, then each monitor; `better` names go first.

    Where the system marks none as primary, the first that it names is.
    """
    whole, *monitors = found
    marked = any(one.get("is_primary") for one in monitors)
    names = [_name(better.get(_area(one)) or one.get("name")) for one in monitors]
    told = [
        _monitor(one, name, names.count(name) == 1, bool(one.get("is_primary")) or first)
        for one, name, first in zip(
            monitors, names, [not marked] + [False] * len(monitors), strict=False
        )
    ]
    told.sort(key=lambda one: (not one.primary, one.left, one.top))  # the primary one is kept
    kept = sorted(told[:MAX_MONITORS], key=lambda one: (one.left, one.top))
    return Layout(_area(whole), tuple(kept))


def _monitor(found: Mapping[str, Any], name: str, is_unique: bool, primary: bool) -> Monitor:
    """Known by its name, or by its place where it has none of its own."""
    area = _area(found)
    place = f"{area.width}x{area.height}+{area.left}+{area.top}"
    return Monitor(
        id=name if name and is_unique and name != ALL_MONITORS else place,
        name=name,
        left=area.left,
        top=area.top,
        width=area.width,
        height=area.height,
        primary=primary,
    )


def _name(told: object) -> str:
    printable = (character for character in str(told or "") if character.isprintable())
    return "".join(printable).strip()[:_MAX_NAME]


def _area(found: Mapping[str, Any]) -> Area:
    return Area(found["left"], found["top"], found["width"], found["height"])
