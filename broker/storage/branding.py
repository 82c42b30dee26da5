"""How the organisation is shown, in one row: implements `broker.branding_ports.BrandStore`."""

import json
from typing import Final

from sqlalchemy import insert, select, update

from broker.audit.event import AuditEvent
from broker.branding_ports import Brand
from broker.errors import Conflict
from broker.protocol.branding import Welcome
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import branding

_THE_ROW: Final = 1


class SqlBrandStore:
    """The row is made by the first change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self) -> Brand:
        """Give what there is."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(branding))).one_or_none()
        if row is None:
            return Brand()
        said = json.loads(row.said)
        return Brand(
            name=said["name"],
            colour=said["colour"],
            welcome=Welcome(**said["welcome"]),
            languages=tuple(said["languages"]),
            logo=row.logo,
            version=row.version,
        )

    async def put(self, brand: Brand, event: AuditEvent) -> None:
        """Store the next version. Conflict when it is not the next one."""
        said = {
            "name": brand.name,
            "colour": brand.colour,
            "welcome": brand.welcome.model_dump(),
            "languages": brand.languages,
        }
        values = {"said": json.dumps(said), "logo": brand.logo, "version": brand.version}
        async with self._database.write() as connection:
            version = await connection.scalar(select(branding.c.version))
            if (version or 0) != brand.version - 1:
                raise Conflict
            if version is None:
                await connection.execute(insert(branding).values(brand_id=_THE_ROW, **values))
            else:
                await connection.execute(update(branding).values(values))
            await record(connection, event)
