"""Groups and their members on SQLAlchemy: implements `broker.group_ports.GroupStore`."""

import re
from collections import defaultdict
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import AuditEvent
from broker.errors import Conflict, NotFound
from broker.group_ports import Group
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import group_members, groups

_GROUP_ID: Final = re.compile(r"grp_[0-9a-f]{32}")
NAME_TAKEN: Final = "There is a group of this name already."

_EVERY: Final = select(groups.c.group_id, groups.c.name, groups.c.policy, groups.c.version)
_MEMBERS: Final = select(group_members.c.group_id, group_members.c.account_id)
_COUNT: Final = select(func.count()).select_from(groups)


class SqlGroupStore:
    """Groups in two tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Group, ...]:
        """Give every group, by name."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_EVERY)).all()
            belongs = (await connection.execute(_MEMBERS)).all()
        members = defaultdict(list)
        for group_id, account_id in belongs:
            members[group_id].append(account_id)
        found = (Group(**row._mapping, members=_sorted(members[row.group_id])) for row in rows)
        # Sorted here: databases order text by rules of their own.
        return tuple(sorted(found, key=lambda group: (_key(group.name), group.group_id)))

    async def create(self, group: Group, most: int, event: AuditEvent) -> None:
        """Store a new group without members. Conflict when there are `most`, or the name is."""
        async with self._database.write(NAME_TAKEN) as connection:
            if (await connection.scalar(_COUNT) or 0) >= most:
                raise Conflict(f"There are {most} groups already: take one away first.")
            await connection.execute(insert(groups).values(_values(group)))
            await record(connection, event)

    async def change(self, group: Group, event: AuditEvent) -> None:
        """Store the next version of a group, its members apart. NotFound; Conflict."""
        if not _GROUP_ID.fullmatch(group.group_id):
            raise NotFound
        named = groups.c.group_id == group.group_id
        async with self._database.write(NAME_TAKEN) as connection:
            version = await connection.scalar(select(groups.c.version).where(named))
            if version is None:
                raise NotFound
            if version != group.version - 1:
                raise Conflict
            await connection.execute(update(groups).where(named).values(_values(group)))
            await record(connection, event)

    async def delete(self, group_id: str, event: AuditEvent) -> None:
        """Take a group away; nothing, and no event, when there is none."""
        async with self._database.write() as connection:
            its_members = group_members.c.group_id == group_id
            await connection.execute(delete(group_members).where(its_members))
            gone = delete(groups).where(groups.c.group_id == group_id)
            if (await connection.execute(gone)).rowcount:
                await record(connection, event)

    async def add_member(self, group_id: str, account_id: str, event: AuditEvent) -> None:
        """Put somebody into a group; nothing, and no event, when they are. NotFound."""
        there = select(groups.c.group_id).where(groups.c.group_id == group_id)
        async with self._database.write() as connection:
            if await connection.scalar(there) is None:
                raise NotFound
            if await _is_in(connection, group_id, account_id):
                return
            values = {"group_id": group_id, "account_id": account_id}
            await connection.execute(insert(group_members).values(values))
            await record(connection, event)

    async def remove_member(self, group_id: str, account_id: str, event: AuditEvent) -> None:
        """Take somebody out of a group; nothing, and no event, when they are not in it."""
        them = _them(group_id, account_id)
        async with self._database.write() as connection:
            if (await connection.execute(delete(group_members).where(*them))).rowcount:
                await record(connection, event)


async def _is_in(connection: AsyncConnection, group_id: str, account_id: str) -> bool:
    there = select(group_members.c.account_id).where(*_them(group_id, account_id))
    return await connection.scalar(there) is not None


def _them(group_id: str, account_id: str) -> tuple[Any, ...]:
    return group_members.c.group_id == group_id, group_members.c.account_id == account_id


def _values(group: Group) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "name": group.name,
        "name_key": _key(group.name),
        "policy": group.policy,
        "version": group.version,
    }


def _sorted(account_ids: list[str]) -> tuple[str, ...]:
    return tuple(sorted(account_ids))


def _key(name: str) -> str:
    return name.strip().casefold()
