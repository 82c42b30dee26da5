"""Makes a large log of a smaller one, in the database itself: for sizes that take hours to write.

Each copy has sessions, tickets, places and times of its own, and is in the index as the follower
would have put it there, so that searching it costs what searching such a log costs. Its hashes are
random and its personal parts are those of the records that were copied: it does not verify, and
what it says of people is tried and not decrypted.
"""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from broker.storage.audit_index import SqlAuditIndex
from broker.storage.database import Database
from broker.storage.search_tables import BUCKET

COPY_TIMEOUT_S: Final = 3600.0

_ID: Final = "substr({0}, 1, 4) || 'x{1:02d}' || substr({0}, 8)"
_TIMES: Final = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S', {0}, '+{1} seconds') || substr({0}, 20)",
    "postgresql": (
        "to_char(({0}::timestamptz + interval '{1} seconds') AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')'
    ),
}
_HASHES: Final = {
    "sqlite": "lower(hex(randomblob(32)))",
    "postgresql": "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
}


async def copy(database: Database, records: int, copies: int) -> None:
    """Take a log of so many records into the index, and put copies of it behind it."""
    index = SqlAuditIndex(database)
    await index.follow(await index.follow(0))
    for number in range(1, copies):
        async with database.write() as connection:
            for statement in _statements(connection.dialect.name, records, number):
                await _run(connection, statement)


async def _run(connection: AsyncConnection, statement: str) -> None:
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(statement)
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute(statement, timeout=COPY_TIMEOUT_S)


def buckets_of(records: int) -> int:
    """Give how many buckets a copy is away from the one before it."""
    return records // BUCKET + 1


def _statements(dialect: str, records: int, number: int) -> list[str]:
    buckets = buckets_of(records) * number
    shift, seconds = buckets * BUCKET, 8 * records * number
    session, time, fresh = _ID.format("session_id", number), _TIMES[dialect], _HASHES[dialect]
    note, owner = _ID.format("note_id", number), _ID.format("owner", number)
    ticket = f"ticket_id || '-{number}'"
    mine = f"sequence <= {records}"
    return [
        f"""INSERT INTO sessions (session_id, ticket_id, technician_id, technician_name, requested,
            created_at, state, granted, paused, participants, policy, group_ids, version)
            SELECT {session}, {ticket}, technician_id, technician_name, requested, created_at,
            state, granted, paused, participants, policy, group_ids, version FROM sessions
            WHERE ticket_id NOT LIKE 'ZD-%-%'""",
        f"""INSERT INTO session_notes (note_id, session_id, author_id, author_name, written_at,
            text, sequence, words)
            SELECT {note}, {session}, author_id, author_name, written_at, text,
            sequence + {shift}, words FROM session_notes WHERE {mine}""",
        f"""INSERT INTO personal_keys (owner, key) SELECT {owner}, key FROM personal_keys
            WHERE owner IN (SELECT session_id FROM sessions WHERE ticket_id NOT LIKE 'ZD-%-%')""",
        f"""INSERT INTO audit_events (sequence, recorded_at, action, outcome, actor_kind, actor_id,
            session_id, ticket_id, details, personal_hash, personal, previous_hash, hash)
            SELECT sequence + {shift}, {time.format("recorded_at", seconds)}, action, outcome,
            actor_kind, actor_id, {session}, {ticket}, details, personal_hash, personal, {fresh},
            {fresh} FROM audit_events WHERE {mine} ORDER BY sequence""",
        f"""INSERT INTO audit_session_terms (term, bucket, session_id, personal)
            SELECT term, bucket + {buckets}, {session}, personal FROM audit_session_terms
            WHERE bucket < {buckets_of(records)} ORDER BY term, bucket""",
        f"""INSERT INTO audit_buckets (bucket, first_at, last_at)
            SELECT bucket + {buckets}, {time.format("first_at", seconds)},
            {time.format("last_at", seconds)} FROM audit_buckets
            WHERE bucket < {buckets_of(records)}""",
        f"UPDATE audit_index SET indexed = {records + shift}",
    ]
