"""Puts many rows into a table at once, the fastest way that each database has.

Rows go past SQLAlchemy's types, as the driver takes them, and one that is there already breaks the
transaction.
"""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection


async def add_rows(connection: AsyncConnection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Add rows that hold every column of the table, in its order.

    In a transaction that has executed something already: SQLAlchemy begins one no sooner.
    """
    if not rows:
        return
    columns = [column.name for column in table.columns]
    if connection.dialect.name == "sqlite":
        into = f"INSERT INTO {table.name} ({', '.join(columns)})"
        places = ", ".join("?" * len(columns))
        await connection.exec_driver_sql(f"{into} VALUES ({places})", rows)
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(table.name, records=rows, columns=columns)
