"""What somebody with the database in their hands does to it."""

from broker.storage.database import Database


async def execute(database: Database, statement: str) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(statement)


async def drop_audit_triggers(database: Database) -> None:
    if database.is_sqlite:
        for name in ("update", "delete", "replace"):
            await execute(database, f"DROP TRIGGER audit_events_refuse_{name}")
    else:
        await execute(database, "ALTER TABLE audit_events DISABLE TRIGGER ALL")


async def drop_session_triggers(database: Database) -> None:
    if database.is_sqlite:
        for name in ("illegal_move", "lost_update"):
            await execute(database, f"DROP TRIGGER sessions_refuse_{name}")
    else:
        await execute(database, "ALTER TABLE sessions DISABLE TRIGGER USER")
