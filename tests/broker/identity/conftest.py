"""A directory on a real store, with a clock that a test sets and a quick hasher."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from broker.audit.event import AuditEvent
from broker.identity.directory import DirectoryParts, LocalDirectory
from broker.identity.secrets import BrokerSecrets, open_secrets
from broker.identity.tokens import AccessTokens
from broker.ports import Account, NewAccount, SignedIn
from broker.protocol.vocabulary import Role
from broker.storage.accounts import SqlAccountStore
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from tests.builders import ADMIN, SetClock, quick_passwords
from tests.conftest import PutDatabase

PASSWORD = "correct horse battery"
EMAIL = "ada@example.org"
ADDRESS = "192.0.2.7"


@dataclass(slots=True)
class Home:
    """Everything a test of the directory asks."""

    directory: LocalDirectory
    audit_log: SqlAuditLog
    secrets: BrokerSecrets
    tokens: AccessTokens
    clock: SetClock

    async def add(self, email: str = EMAIL, role: Role = Role.TECHNICIAN) -> Account:
        return await self.directory.add(NewAccount(email, "Ada", PASSWORD), role, ADMIN)

    async def sign_in(self) -> SignedIn:
        return await self.directory.sign_in(EMAIL, PASSWORD, ADDRESS)

    async def events(self) -> list[AuditEvent]:
        return [sealed.event async for sealed in self.audit_log.everything()]

    async def actions(self) -> list[str]:
        return [event.action for event in await self.events()]


@pytest.fixture
def secrets(tmp_path: Path) -> BrokerSecrets:
    return open_secrets(tmp_path / "var")


@pytest.fixture
async def home(
    tmp_path: Path, secrets: BrokerSecrets, put_database: PutDatabase
) -> AsyncIterator[Home]:
    database, clock = Database(f"sqlite:///{put_database(tmp_path)}"), SetClock()
    audit_log, tokens = SqlAuditLog(database), AccessTokens(secrets.signing_key)
    parts = DirectoryParts(
        SqlAccountStore(database),
        audit_log,
        secrets,
        tokens,
        quick_passwords(),
        clock,
        timedelta(hours=12),
    )
    yield Home(LocalDirectory(parts), audit_log, secrets, tokens, clock)
    await database.close()
