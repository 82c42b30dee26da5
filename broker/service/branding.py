"""How the organisation is shown: what admins make of it, and what is told to whom."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.branding_ports import Brand, BrandStore
from broker.errors import InvalidRequest, NotFound
from broker.png import cleaned
from broker.ports import Account, Clock
from broker.protocol.branding import (
    MAX_LOGO_BYTES,
    MAX_LOGO_SIDE,
    Branding,
    ClientBranding,
    SaveBranding,
    SaveLogo,
)
from broker.protocol.colours import stylesheet
from broker.service.registry import actor_of

FRESH: Final = timedelta(seconds=5)
"""Every page asks for it: another broker's change is seen this late at most."""


@dataclass(slots=True)
class BrandDesk:
    """One broker's."""

    store: BrandStore
    clock: Clock
    _last: tuple[datetime, Brand] | None = field(default=None, init=False)

    async def view(self) -> Branding:
        """Give it as pages need it."""
        brand = await self._brand()
        return Branding(
            name=brand.name,
            colour=brand.colour,
            welcome=brand.welcome,
            languages=brand.languages,
            logo=None if brand.logo is None else hashlib.sha256(brand.logo).hexdigest()[:16],
            version=brand.version,
        )

    async def for_client(self) -> ClientBranding:
        """Give it as the support client needs it."""
        brand = await self._brand()
        logo = None if brand.logo is None else base64.b64encode(brand.logo).decode()
        return ClientBranding(
            name=brand.name, colour=brand.colour, welcome=brand.welcome, logo=logo
        )

    async def logo(self) -> bytes:
        """Give the logo, a PNG that we wrote. NotFound."""
        logo = (await self._brand()).logo
        if logo is None:
            raise NotFound
        return logo

    async def stylesheet(self) -> str:
        """Give the colours as CSS; empty for Handrail's."""
        colour = (await self._brand()).colour
        return stylesheet(colour) if colour else ""

    async def change(self, account: Account, wanted: SaveBranding, address: str | None) -> Branding:
        """Change all but the logo. Conflict when somebody else did meanwhile."""
        before = await self.store.get()
        after = replace(
            before,
            name=wanted.name.strip(),
            colour=wanted.colour,
            welcome=wanted.welcome,
            languages=wanted.languages,
            version=wanted.version + 1,
        )
        changed = tuple(
            name
            for name in ("name", "colour", "welcome", "languages")
            if getattr(before, name) != getattr(after, name)
        )
        return await self._put(after, changed, account, address)

    async def change_logo(
        self, account: Account, wanted: SaveLogo, address: str | None
    ) -> Branding:
        """Take a logo, or take it away. InvalidRequest, saying what is wrong with the picture."""
        before = await self.store.get()
        logo = None if wanted.png is None else _checked(wanted.png)
        after = replace(before, logo=logo, version=before.version + 1)
        return await self._put(after, ("logo",), account, address)

    async def _put(
        self, brand: Brand, changed: tuple[str, ...], account: Account, address: str | None
    ) -> Branding:
        details: dict[str, DetailValue] = {
            "branding_changed": changed,
            "branding_name": brand.name,
            "branding_colour": brand.colour,
            "branding_welcome": (brand.welcome.en, brand.welcome.fr),
        }
        now = self.clock.now()
        event = AuditEvent(now, "branding.changed", actor_of(account, address), details=details)
        await self.store.put(brand, event)
        self._last = None
        return await self.view()

    async def _brand(self) -> Brand:
        now = self.clock.now()
        if self._last is None or now - self._last[0] >= FRESH:
            self._last = now, await self.store.get()
        return self._last[1]


def _checked(png: str) -> bytes:
    try:
        logo = cleaned(base64.b64decode(png, validate=True), MAX_LOGO_SIDE)
    except ValueError as error:
        raise InvalidRequest(f"png: {error}") from error
    if len(logo) > MAX_LOGO_BYTES:
        raise InvalidRequest(f"png: the picture is larger than {MAX_LOGO_BYTES // 1024} KiB")
    return logo
