"""Where it is kept how the organisation is shown, as a Protocol."""

from dataclasses import dataclass, field
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.protocol.branding import Language, Welcome


@dataclass(frozen=True, slots=True)
class Brand:
    """All of it; as Handrail, before anybody changed anything."""

    name: str = ""
    colour: str | None = None
    welcome: Welcome = field(default_factory=Welcome)
    languages: tuple[Language, ...] = ("en", "fr")
    logo: bytes | None = None
    version: int = 0


class BrandStore(Protocol):
    """One row."""

    async def get(self) -> Brand:
        """Give what there is."""
        ...

    async def put(self, brand: Brand, event: AuditEvent) -> None:
        """Store the next version. Conflict when it is not the next one."""
        ...
