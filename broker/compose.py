"""The composition root: the only module that names concrete adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from broker.config import Config
from broker.errors import Misconfigured
from broker.identity.directory import DirectoryParts, LocalDirectory
from broker.identity.passwords import Passwords
from broker.identity.secrets import open_secrets
from broker.identity.tokens import AccessTokens
from broker.ports import AccountStore, AuditLog, Clock, Directory, Secrets, SessionStore
from broker.storage.accounts import SqlAccountStore
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.migrations import migrate as migrate_database
from broker.storage.sessions import SqlSessionStore


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """The broker without its doors: what both the server and the commands work on."""

    directory: Directory
    accounts: AccountStore
    sessions: SessionStore
    audit_log: AuditLog
    secrets: Secrets
    clock: Clock


async def migrate(config: Config) -> None:
    """Bring the database up to date. AuditUnavailable when it cannot be done."""
    _make_data_dir(config)
    await migrate_database(config.database_url)


@asynccontextmanager
async def open_core(config: Config) -> AsyncIterator[Core]:
    """Bring the database up to date and open the stores; close them at the end."""
    await migrate(config)
    secrets = open_secrets(config.data_dir)
    database = Database(config.database_url)
    accounts, audit_log = SqlAccountStore(database), SqlAuditLog(database)
    clock = SystemClock()
    parts = DirectoryParts(
        accounts,
        audit_log,
        secrets,
        AccessTokens(secrets.signing_key, config.access_token_s),
        Passwords(),
        clock,
        timedelta(seconds=config.refresh_token_s),
    )
    directory = LocalDirectory(parts)
    try:
        yield Core(directory, accounts, SqlSessionStore(database), audit_log, secrets, clock)
    finally:
        await database.close()


def _make_data_dir(config: Config) -> None:
    try:
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"{config.data_dir} cannot be made: {error.strerror}.") from error
