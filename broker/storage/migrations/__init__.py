"""The steps from an empty database to today's; `migrate` takes those that are missing."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, insert, select

from broker.session.lifecycle import LEGAL_MOVES
from broker.storage.database import Database
from broker.storage.schema import legal_moves

HERE: Final = Path(__file__).parent


async def migrate(database_url: str) -> None:
    """Bring the database up to date, in one transaction; brokers that start together take turns.

    AuditUnavailable when it cannot be done.
    """
    database = Database(database_url)
    try:
        async with database.write() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await database.close()


def alembic_config(connection: Connection) -> Config:
    """Give Alembic's configuration, which is all in code, for work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
    _seed_legal_moves(connection)


def _seed_legal_moves(connection: Connection) -> None:
    """Tell the database's trigger what `lifecycle.TRANSITIONS` allows today."""
    wanted = {(before.value, after.value) for before, after in LEGAL_MOVES}
    if {tuple(row) for row in connection.execute(select(legal_moves))} == wanted:
        return
    connection.execute(delete(legal_moves))
    rows = [{"from_state": before, "to_state": after} for before, after in sorted(wanted)]
    connection.execute(insert(legal_moves), rows)
