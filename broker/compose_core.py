"""The broker without its doors: its stores and its accounts, for the server and the commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from broker.account_ports import AccountKeeper
from broker.audit_ports import AuditIndex, AuditSearch, SavedFilterStore
from broker.branding_ports import BrandStore
from broker.chat_ports import ReplyStore, TranscriptStore
from broker.checkpoint_ports import CheckpointFile, CheckpointStore
from broker.config import Config
from broker.errors import Misconfigured
from broker.feed_ports import FeedStore
from broker.group_ports import GroupStore
from broker.identity.directory import DirectoryParts, LocalDirectory
from broker.identity.keeper import LocalAccountKeeper
from broker.identity.passwords import Passwords
from broker.identity.secrets import (
    BrokerSecrets,
    look_at_secrets,
    open_secrets,
    prepare_data_dir,
)
from broker.identity.tokens import AccessTokens
from broker.measure_ports import MeasureStore, RatingStore
from broker.ports import AccountStore, AuditLog, Clock, Directory, NoteStore, SessionStore
from broker.report_ports import ReportStore
from broker.retention_ports import RetentionStore
from broker.storage.accounts import SqlAccountStore
from broker.storage.audit_index import SqlAuditIndex
from broker.storage.audit_log import SqlAuditLog
from broker.storage.audit_search import SqlAuditSearch
from broker.storage.branding import SqlBrandStore
from broker.storage.checkpoints import JsonLinesCheckpoints, SqlCheckpointStore
from broker.storage.database import Database, protect_file, require_file
from broker.storage.feeds import SqlFeedStore
from broker.storage.groups import SqlGroupStore
from broker.storage.measures import SqlMeasures
from broker.storage.migrations import migrate as migrate_database
from broker.storage.notes import SqlNoteStore
from broker.storage.ratings import SqlRatingStore
from broker.storage.replies import SqlReplyStore
from broker.storage.reports import SqlReportStore
from broker.storage.retention import SqlRetention
from broker.storage.saved_filters import SqlSavedFilterStore
from broker.storage.sessions import SqlSessionStore
from broker.storage.tokens import SqlTokenStore
from broker.storage.transcripts import SqlTranscriptStore
from broker.token_ports import TokenStore


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """The broker without its doors: what both the server and the commands work on."""

    directory: Directory
    keeper: AccountKeeper
    accounts: AccountStore
    sessions: SessionStore
    replies: ReplyStore
    notes: NoteStore
    transcripts: TranscriptStore
    ratings: RatingStore
    measures: MeasureStore
    reports: ReportStore
    groups: GroupStore
    tokens: TokenStore
    audit_log: AuditLog
    audit_search: AuditSearch
    audit_index: AuditIndex
    retention: RetentionStore
    checkpoints: CheckpointStore
    checkpoint_file: CheckpointFile
    feeds: FeedStore
    brand: BrandStore
    saved_filters: SavedFilterStore
    secrets: BrokerSecrets
    clock: Clock
    database: Database


async def migrate(config: Config) -> None:
    """Bring the database up to date. AuditUnavailable when it cannot be done."""
    _make_data_dir(config)
    protect_file(config.database_url)
    await migrate_database(config.database_url)


@asynccontextmanager
async def open_core(
    config: Config, *, only_read: bool = False, passwords: Passwords | None = None
) -> AsyncIterator[Core]:
    """Bring the database up to date and open the stores; close them at the end.

    `only_read` leaves the database and the data directory as they are, for those who look at
    evidence. `passwords` stands in for the costly ones of a real broker.
    """
    if only_read:
        require_file(config.database_url)
        secrets = look_at_secrets(config.data_dir)
    else:
        await migrate(config)
        secrets = open_secrets(config.data_dir)
    database = Database(config.database_url)
    try:
        yield _core_on(database, config, secrets, passwords or Passwords())
    finally:
        await database.close()


def _core_on(
    database: Database, config: Config, secrets: BrokerSecrets, passwords: Passwords
) -> Core:
    accounts, audit_log, clock = SqlAccountStore(database), SqlAuditLog(database), SystemClock()
    parts = DirectoryParts(
        accounts,
        audit_log,
        secrets,
        AccessTokens(secrets.signing_key, config.access_token_s),
        passwords,
        clock,
        timedelta(seconds=config.refresh_token_s),
    )
    directory = LocalDirectory(parts)
    return Core(
        directory=directory,
        keeper=LocalAccountKeeper(parts, directory),
        accounts=accounts,
        sessions=SqlSessionStore(database),
        replies=SqlReplyStore(database),
        notes=SqlNoteStore(database),
        transcripts=SqlTranscriptStore(database),
        ratings=SqlRatingStore(database),
        measures=SqlMeasures(database),
        reports=SqlReportStore(database),
        groups=SqlGroupStore(database),
        tokens=SqlTokenStore(database),
        audit_log=audit_log,
        audit_search=SqlAuditSearch(database),
        audit_index=SqlAuditIndex(database),
        retention=SqlRetention(database),
        checkpoints=SqlCheckpointStore(database),
        checkpoint_file=JsonLinesCheckpoints(config.audit_checkpoints),
        feeds=SqlFeedStore(database),
        brand=SqlBrandStore(database),
        saved_filters=SqlSavedFilterStore(database),
        secrets=secrets,
        clock=clock,
        database=database,
    )


def _make_data_dir(config: Config) -> None:
    try:
        prepare_data_dir(config.data_dir)
    except OSError as error:
        raise Misconfigured(f"{config.data_dir} cannot be used: {error.strerror}.") from error
