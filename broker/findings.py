"""What the facts about a broker's machine mean: pure, so it asks no clock and opens nothing.

Facts are gathered by `broker.service.system`; words stand in the catalogues.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from broker.protocol.feeds import FeedView
from broker.protocol.system import Severity, SystemFinding, SystemSeen, SystemSubject

MIB: Final = 1024 * 1024
DISK_LOW_BYTES: Final = 2048 * MIB
DISK_FULL_BYTES: Final = 256 * MIB
ENDING: Final = timedelta(days=21)
"""Certificates that are renewed by themselves are so a month before their end."""
UNSIGNED: Final = timedelta(minutes=5)
"""A record is under a checkpoint after a minute (`service.checkpoints.AGE`)."""
BEHIND_RECORDS: Final = 1000
FEED_LOST: Final = timedelta(hours=1)
"""A feed that fails for longer needs somebody."""
CLOCK_BACK: Final = timedelta(seconds=30)
CLOCK_DIFFERS: Final = timedelta(seconds=5)

Values = dict[str, str | int]


class Reach(StrEnum):
    """What became of an attempt to reach a server."""

    REACHED = "reached"
    SILENT = "silent"
    UNKNOWN = "unknown"
    """Its name leads nowhere."""
    UNTRUSTED = "untrusted"
    """Its certificate is not trusted, or is for another name."""
    ODD = "odd"
    """It answers, but not as such a server does."""


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database; `problem` says what to do when it does not answer."""

    kind: str
    size_bytes: int = 0
    revision: str = ""
    """The migration it is at."""
    ahead: bool = False
    """That is one which this version does not know."""
    newest: str = ""
    """The last one that this version has."""
    skew: timedelta | None = None
    """Its clock minus ours, where it has one of its own."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """The disk of the data folder."""

    folder: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A STUN or TURN server, and the certificate it showed."""

    url: str
    reach: Reach
    ms: int = 0
    certificate_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate that people's programs see."""

    name: str
    reach: Reach
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The audit log and its checkpoints."""

    records: int
    last_at: datetime | None = None
    """When its last record was made."""
    unsigned_since: datetime | None = None
    """When the oldest record was made that no checkpoint is over."""
    signed_at: str | None = None
    """When the last checkpoint was signed, as it says."""
    beside: bool = False
    """Checkpoints lie where the database does, and nowhere else."""
    problem: str | None = None
    checkpoint_problem: str | None = None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """All that is looked at; None where it could not be."""

    version: str
    protocol: int
    python: str
    database: DatabaseFacts
    disk: DiskFacts | None
    servers: tuple[ServerFacts, ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()
    log: LogFacts | None = None
    feeds: tuple[FeedView, ...] = ()
    clock_in_step: bool | None = None
    """Whether the operating system keeps its clock in step; None: it does not say."""


_SUBJECT: Final = SystemSubject
_OK, _WARNING, _CRITICAL = Severity.OK, Severity.WARNING, Severity.CRITICAL
_ORDER: Final = (_OK, _WARNING, _CRITICAL)


def judge(facts: SystemFacts, now: datetime) -> tuple[SystemFinding, ...]:
    """Say what was seen, subject by subject."""
    return tuple(_all(facts, now))


def worst(found: Iterable[SystemFinding]) -> Severity:
    """Give the worst of the findings."""
    return max((one.severity for one in found), key=_ORDER.index, default=_OK)


def _all(facts: SystemFacts, now: datetime) -> Iterator[SystemFinding]:
    about: Values = {"version": facts.version, "protocol": facts.protocol}
    about["python"] = facts.python
    yield _found(_SUBJECT.VERSION, SystemSeen.VERSION, _OK, about)
    yield from _database(facts.database)
    yield _disk(facts.disk)
    yield from _servers(facts.servers)
    yield from _certificates(facts, now)
    if facts.log is not None:
        yield _log(facts.log)
        yield _checkpoint(facts.log, now)
    yield from _feeds(facts.feeds, now)
    yield _clock(facts, now)


def _found(
    subject: SystemSubject,
    seen: SystemSeen,
    severity: Severity = _OK,
    values: Values | None = None,
    *,
    name: str | None = None,
) -> SystemFinding:
    return SystemFinding(
        subject=subject,
        seen=seen,
        severity=severity,
        name=None if name is None else name[:200],
        values=values or {},
    )


def _database(facts: DatabaseFacts) -> Iterator[SystemFinding]:
    if facts.problem is not None:
        values: Values = {"kind": facts.kind, "problem": facts.problem}
        yield _found(_SUBJECT.DATABASE, SystemSeen.DATABASE_AWAY, _CRITICAL, values)
        return
    values = {"kind": facts.kind, "size_bytes": facts.size_bytes}
    yield _found(_SUBJECT.DATABASE, SystemSeen.DATABASE_OK, _OK, values)
    at: Values = {"revision": facts.revision, "newest": facts.newest}
    if facts.ahead:
        yield _found(_SUBJECT.SCHEMA, SystemSeen.SCHEMA_AHEAD, _CRITICAL, at)
    elif facts.revision != facts.newest:
        yield _found(_SUBJECT.SCHEMA, SystemSeen.SCHEMA_BEHIND, _WARNING, at)
    else:
        yield _found(_SUBJECT.SCHEMA, SystemSeen.SCHEMA_CURRENT, _OK, at)


def _disk(facts: DiskFacts | None) -> SystemFinding:
    if facts is None:
        return _found(_SUBJECT.DISK, SystemSeen.DISK_UNKNOWN, _WARNING)
    values: Values = {
        "folder": facts.folder,
        "free_bytes": facts.free_bytes,
        "total_bytes": facts.total_bytes,
    }
    if facts.free_bytes < DISK_LOW_BYTES:
        severity = _CRITICAL if facts.free_bytes < DISK_FULL_BYTES else _WARNING
        return _found(_SUBJECT.DISK, SystemSeen.DISK_LOW, severity, values)
    return _found(_SUBJECT.DISK, SystemSeen.DISK_OK, _OK, values)


_SERVER_SEEN: Final = {
    Reach.REACHED: SystemSeen.SERVER_OK,
    Reach.SILENT: SystemSeen.SERVER_SILENT,
    Reach.UNKNOWN: SystemSeen.SERVER_UNKNOWN,
    Reach.UNTRUSTED: SystemSeen.SERVER_UNTRUSTED,
    Reach.ODD: SystemSeen.SERVER_ODD,
}


def _servers(every: tuple[ServerFacts, ...]) -> Iterator[SystemFinding]:
    """One that is away is worth a warning; sessions need one of them."""
    if not every:
        yield _found(_SUBJECT.SERVERS, SystemSeen.SERVERS_NONE)
    away = _WARNING if any(one.reach is Reach.REACHED for one in every) else _CRITICAL
    for one in every:
        reached = one.reach is Reach.REACHED
        values: Values = {"ms": one.ms} if reached else {}
        seen, severity = _SERVER_SEEN[one.reach], _OK if reached else away
        yield _found(_SUBJECT.SERVERS, seen, severity, values, name=one.url)


def _certificates(facts: SystemFacts, now: datetime) -> Iterator[SystemFinding]:
    if not facts.certificates:
        yield _found(_SUBJECT.CERTIFICATE, SystemSeen.CERTIFICATE_NONE)
    for one in facts.certificates:
        if one.reach is Reach.UNTRUSTED:
            seen = SystemSeen.CERTIFICATE_UNTRUSTED
            yield _found(_SUBJECT.CERTIFICATE, seen, _WARNING, name=one.name)
        elif one.ends_at is None:
            yield _found(_SUBJECT.CERTIFICATE, SystemSeen.CERTIFICATE_UNSEEN, name=one.name)
        else:
            yield _certificate(one.name, one.ends_at, now)
    for server in facts.servers:
        if server.certificate_ends_at is not None:
            yield _certificate(server.url, server.certificate_ends_at, now)


def _certificate(name: str, ends_at: datetime, now: datetime) -> SystemFinding:
    values: Values = {"ends_at": ends_at.isoformat(), "count": (ends_at - now).days}
    if ends_at <= now:
        seen, severity = SystemSeen.CERTIFICATE_ENDED, _CRITICAL
    elif ends_at - now < ENDING:
        seen, severity = SystemSeen.CERTIFICATE_ENDING, _WARNING
    else:
        seen, severity = SystemSeen.CERTIFICATE_OK, _OK
    return _found(_SUBJECT.CERTIFICATE, seen, severity, values, name=name)


def _log(facts: LogFacts) -> SystemFinding:
    if facts.problem is not None:
        failing = SystemSeen.LOG_FAILING
        return _found(_SUBJECT.AUDIT_LOG, failing, _CRITICAL, {"problem": facts.problem})
    return _found(_SUBJECT.AUDIT_LOG, SystemSeen.LOG_OK, _OK, {"count": facts.records})


def _checkpoint(facts: LogFacts, now: datetime) -> SystemFinding:
    subject = _SUBJECT.CHECKPOINT
    if facts.checkpoint_problem is not None:
        values: Values = {"problem": facts.checkpoint_problem}
        return _found(subject, SystemSeen.CHECKPOINT_FAILING, _CRITICAL, values)
    waiting = facts.unsigned_since
    if waiting is not None and now - waiting > UNSIGNED:
        minutes = int((now - waiting).total_seconds() // 60)
        return _found(subject, SystemSeen.CHECKPOINT_LATE, _WARNING, {"count": minutes})
    if facts.signed_at is None:
        return _found(subject, SystemSeen.CHECKPOINT_NONE)
    at: Values = {"signed_at": facts.signed_at}
    if facts.beside:
        return _found(subject, SystemSeen.CHECKPOINT_BESIDE, _WARNING, at)
    return _found(subject, SystemSeen.CHECKPOINT_OK, _OK, at)


def _feeds(every: tuple[FeedView, ...], now: datetime) -> Iterator[SystemFinding]:
    if not every:
        yield _found(_SUBJECT.FEED, SystemSeen.FEEDS_NONE)
    for one in every:
        values: Values = {"count": one.behind}
        name = f"{one.kind}: {one.target}"
        if one.problem is not None and one.failing_since is not None:
            severity = _CRITICAL if now - one.failing_since > FEED_LOST else _WARNING
            values |= {"problem": one.problem, "since_at": one.failing_since.isoformat()}
            yield _found(_SUBJECT.FEED, SystemSeen.FEED_FAILING, severity, values, name=name)
        elif one.behind >= BEHIND_RECORDS:
            yield _found(_SUBJECT.FEED, SystemSeen.FEED_BEHIND, _WARNING, values, name=name)
        else:
            yield _found(_SUBJECT.FEED, SystemSeen.FEED_OK, _OK, values, name=name)


def _clock(facts: SystemFacts, now: datetime) -> SystemFinding:
    subject, last = _SUBJECT.CLOCK, facts.log.last_at if facts.log else None
    if last is not None and last - now > CLOCK_BACK:
        seconds = int((last - now).total_seconds())
        return _found(subject, SystemSeen.CLOCK_BACK, _CRITICAL, {"count": seconds})
    skew = facts.database.skew
    if skew is not None and abs(skew) > CLOCK_DIFFERS:
        seconds = int(abs(skew).total_seconds())
        return _found(subject, SystemSeen.CLOCK_DIFFERS, _WARNING, {"count": seconds})
    if facts.clock_in_step is False:
        return _found(subject, SystemSeen.CLOCK_ALONE, _WARNING, {"now_at": now.isoformat()})
    return _found(subject, SystemSeen.CLOCK_OK, _OK, {"now_at": now.isoformat()})
