"""A platform that does nothing but remember what it was asked to do."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from broker.protocol.channels import MouseButton
from broker.protocol.keyboard import KeyBy
from client.channels.desk import Desk
from client.consent import Consent
from client.errors import InputLost
from client.platform.interface import Area, HeldKey, Typed

AREA = Area(100, 50, 1000, 500)


@dataclass
class Recorder:
    """An Injector; `unknown` are keys it does not have, `broken` makes everything fail."""

    did: list[tuple[object, ...]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    broken: bool = False
    reaches: bool | None = None
    types_at_once: int | None = None
    """How many characters it takes before it asks for time."""

    def _do(self, *what: object) -> None:
        if self.broken:
            raise InputLost("gone")
        self.did.append(what)

    def move(self, x: int, y: int) -> None:
        self._do("move", x, y)

    def button(self, button: MouseButton, down: bool) -> None:
        self._do("button", str(button), down)

    def wheel(self, dx: float, dy: float) -> None:
        self._do("wheel", dx, dy)

    def keys_reach(self, windows: Collection[int]) -> bool | None:
        return self.reaches

    def press(self, key: str, code: str, by: KeyBy = KeyBy.KEY) -> HeldKey | None:
        name = code if by is KeyBy.CODE else key
        if name in self.unknown:
            return None
        self._do("press", name)
        return name

    def type_text(self, text: str) -> Typed:
        count = len(text) if self.types_at_once is None else min(self.types_at_once, len(text))
        self._do("type", text[:count])
        return Typed(count, 0.15 if count < len(text) else 0.0)

    def repeat(self, held: HeldKey) -> None:
        self._do("repeat", held)

    def release(self, held: HeldKey) -> None:
        self._do("release", held)

    def close(self) -> None:
        self._do("close")


@dataclass
class Bench:
    """A desk with knobs: the consent in force, the area, and what was refused."""

    consent: Consent
    area: Area | None = AREA
    recorder: Recorder = field(default_factory=Recorder)
    refused: list[str] = field(default_factory=list)
    now: float = 0.0

    def desk(self) -> Desk:
        refuse: Callable[[str], None] = self.refused.append
        return Desk(
            self.recorder, lambda: self.consent, lambda: self.area, refuse, clock=lambda: self.now
        )
