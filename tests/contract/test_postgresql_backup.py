"""`pg_dump` and `pg_restore`, as `handrail-broker backup` and docs/operations.md say it."""

import pytest
from sqlalchemy import make_url, text

from broker.audit.chain import verify
from broker.errors import RecordRefused
from broker.storage.audit_index import SqlAuditIndex
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.migrations import migrate
from tests.builders import an_event
from tests.rig.postgresql import PostgreSQL


async def test_a_dump_that_is_restored_verifies_goes_on_and_stays_append_only(
    postgresql_server: PostgreSQL, postgresql_template: str
) -> None:
    url = postgresql_server.new_database(postgresql_template)
    database = Database(url)
    log = SqlAuditLog(database)
    for _ in range(3):
        await log.append(an_event())
    await SqlAuditIndex(database).follow(100)
    await database.close()

    name, again = str(make_url(url).database), postgresql_server.new_database()
    login = ("-h", postgresql_server.home, "-U", "postgres")
    dump = f"--file={postgresql_server.home}/{name}.dump"
    postgresql_server.run("pg_dump", *login, "--format=custom", dump, name)
    restored = str(make_url(again).database)
    file = f"{postgresql_server.home}/{name}.dump"
    postgresql_server.run("pg_restore", *login, f"--dbname={restored}", "--exit-on-error", file)

    await migrate(again)
    database = Database(again)
    log = SqlAuditLog(database)
    await log.append(an_event("backup.tried"))
    verdict = verify([record async for record in log.everything()])
    assert (verdict.records, verdict.flaw) == (4, None)
    assert await SqlAuditIndex(database).follow(100) == 0
    with pytest.raises(RecordRefused):
        async with database.write() as connection:
            await connection.execute(text("DELETE FROM audit_events"))
    await database.close()
