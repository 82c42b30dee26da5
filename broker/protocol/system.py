"""The state of the system: bodies of the HTTP API."""

from datetime import datetime
from enum import StrEnum

from broker.protocol.vocabulary import ShortText, WireModel


class Severity(StrEnum):
    """How much a finding asks for."""

    OK = "ok"
    WARNING = "warning"
    """Sessions work; something should be done before they do not."""
    CRITICAL = "critical"
    """Sessions fail, or the log is not what it should be."""


class SystemSubject(StrEnum):
    """What a finding is about."""

    VERSION = "version"
    DATABASE = "database"
    SCHEMA = "schema"
    DISK = "disk"
    SERVERS = "servers"
    """STUN and TURN."""
    CERTIFICATE = "certificate"
    AUDIT_LOG = "audit_log"
    CHECKPOINT = "checkpoint"
    FEED = "feed"
    CLOCK = "clock"


class SystemSeen(StrEnum):
    """What was seen: a text for each, with what to do about it unless all is well."""

    VERSION = "version"
    DATABASE_OK = "database_ok"
    DATABASE_AWAY = "database_away"
    SCHEMA_CURRENT = "schema_current"
    SCHEMA_BEHIND = "schema_behind"
    SCHEMA_AHEAD = "schema_ahead"
    DISK_OK = "disk_ok"
    DISK_LOW = "disk_low"
    DISK_UNKNOWN = "disk_unknown"
    SERVERS_NONE = "servers_none"
    SERVER_OK = "server_ok"
    SERVER_SILENT = "server_silent"
    SERVER_UNKNOWN = "server_unknown"
    SERVER_UNTRUSTED = "server_untrusted"
    SERVER_ODD = "server_odd"
    CERTIFICATE_NONE = "certificate_none"
    CERTIFICATE_OK = "certificate_ok"
    CERTIFICATE_ENDING = "certificate_ending"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_UNSEEN = "certificate_unseen"
    LOG_OK = "log_ok"
    LOG_FAILING = "log_failing"
    CHECKPOINT_OK = "checkpoint_ok"
    CHECKPOINT_NONE = "checkpoint_none"
    CHECKPOINT_LATE = "checkpoint_late"
    CHECKPOINT_FAILING = "checkpoint_failing"
    CHECKPOINT_BESIDE = "checkpoint_beside"
    FEEDS_NONE = "feeds_none"
    FEED_OK = "feed_ok"
    FEED_BEHIND = "feed_behind"
    FEED_FAILING = "feed_failing"
    CLOCK_OK = "clock_ok"
    CLOCK_BACK = "clock_back"
    CLOCK_DIFFERS = "clock_differs"
    CLOCK_ALONE = "clock_alone"


class SystemFinding(WireModel):
    """One thing that was looked at.

    The texts of `seen` are in the catalogues of `static/locales`, as `system.seen.*` and
    `system.do.*`; `values` are what they name. `…_bytes` is a size, `…_at` a time.
    """

    subject: SystemSubject
    seen: SystemSeen
    severity: Severity
    name: ShortText | None = None
    """Which one, where there may be several: a URL, a host, a kind of feed."""
    values: dict[str, str | int]


class SystemLimit(WireModel):
    """A setting that bounds what sessions may do; its name tells the unit. 0: no limit."""

    name: str
    value: int


class SystemState(WireModel):
    """All that was found, and the limits in force."""

    looked_at: datetime
    severity: Severity
    """The worst of the findings."""
    findings: tuple[SystemFinding, ...]
    limits: tuple[SystemLimit, ...]
