"""A process that appends to the audit log until it is killed, and tells each acknowledgement."""

import asyncio
import sys
from itertools import count

from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from tests.builders import an_event


async def write(url: str) -> None:
    """Append for ever."""
    audit_log = SqlAuditLog(Database(url))
    for number in count(1):
        await audit_log.append(an_event(details={"version": number}))
        print(number, flush=True)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
