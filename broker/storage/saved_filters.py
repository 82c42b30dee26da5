"""Saved filters of the audit log, a row for each account: implements `SavedFilterStore`."""

import json

from sqlalchemy import delete, insert, select

from broker.protocol.saved_filters import SavedFilters
from broker.storage.database import Database
from broker.storage.schema import saved_filters


class SqlSavedFilterStore:
    """They name people who were looked for, so they go when the account's person is erased."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account_id: str) -> SavedFilters:
        """Give what an account keeps."""
        query = select(saved_filters.c.filters).where(saved_filters.c.account_id == account_id)
        async with self._database.read() as connection:
            kept = await connection.scalar(query)
        return SavedFilters.model_validate_json(kept) if kept else SavedFilters(filters=())

    async def keep(self, account_id: str, filters: SavedFilters) -> None:
        """Keep these in place of those that there were."""
        row = {"account_id": account_id, "filters": json.dumps(filters.model_dump(mode="json"))}
        theirs = saved_filters.c.account_id == account_id
        async with self._database.write() as connection:
            await connection.execute(delete(saved_filters).where(theirs))
            if filters.filters:
                await connection.execute(insert(saved_filters).values(row))
