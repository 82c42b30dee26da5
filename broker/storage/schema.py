"""The tables. The migrations make what this draws."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from broker.protocol.reports import ReportPlace
from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import ConsentSource, EndReason, Role, SessionState
from broker.storage.columns import (
    Capabilities,
    ParticipantsText,
    PolicyText,
    UtcDateTime,
    Word,
    Words,
)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can change it on SQLite too."""

metadata: Final = MetaData(naming_convention=NAMING)

legal_moves: Final = Table(
    "legal_moves",
    metadata,
    Column("from_state", String(32), primary_key=True),
    Column("to_state", String(32), primary_key=True),
)
"""`lifecycle.LEGAL_MOVES`, for the trigger that guards `sessions.state`."""

sessions: Final = Table(
    "sessions",
    metadata,
    Column("session_id", String(36), primary_key=True),
    Column("ticket_id", String(64), nullable=False),
    Column("technician_id", String(36), nullable=False),
    Column("technician_name", String(120), nullable=False),
    Column("requested", Capabilities(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("code_expires_at", UtcDateTime()),
    Column("code_hash", String(64), unique=True),
    Column("resume_hash", String(64)),
    Column("state", Word(SessionState), nullable=False),
    Column("granted", Capabilities(), nullable=False),
    Column("consent_source", Word(ConsentSource)),
    Column("paused", Boolean, nullable=False),
    Column("machine", String(200)),
    Column("peer_id", String(64)),
    Column("client_absent_since", UtcDateTime()),
    Column("console_absent_since", UtcDateTime()),
    Column("joined_at", UtcDateTime()),
    Column("consented_at", UtcDateTime()),
    Column("connected_at", UtcDateTime()),
    Column("ended_at", UtcDateTime()),
    Column("end_reason", Word(EndReason)),
    Column("participants", ParticipantsText(), nullable=False),
    Column("policy", PolicyText(), nullable=False),
    Column("group_ids", Words(), nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="end_reason_iff_ended"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_iff_ended"),
    CheckConstraint("code_hash IS NULL OR state = 'waiting'", name="code_only_while_waiting"),
)
"""Columns are named as the fields of `broker.session.session.Session`."""

Index(None, sessions.c.created_at, sessions.c.session_id)
Index(None, sessions.c.ticket_id, sessions.c.created_at)
Index(None, sessions.c.technician_id, sessions.c.created_at)
Index(None, sessions.c.state, sessions.c.created_at)

audit_events: Final = Table(
    "audit_events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", String(27), nullable=False),
    Column("action", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("actor_kind", String(32), nullable=False),
    Column("actor_id", String(36)),
    Column("session_id", String(36)),
    Column("ticket_id", String(64)),
    Column("details", Text, nullable=False),
    Column("personal_hash", String(64)),
    Column("personal", LargeBinary),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)
"""Append-only. Times and details are kept as the very text that is hashed; `personal` is what
`broker.storage.personal` encrypted, and only its hash is in the chain."""

Index(None, audit_events.c.session_id, audit_events.c.sequence)
Index(None, audit_events.c.ticket_id, audit_events.c.sequence)
Index(None, audit_events.c.action, audit_events.c.sequence)
_NOT_WELL: Final = audit_events.c.outcome != "success"
Index(
    None,
    audit_events.c.outcome,
    audit_events.c.sequence,
    sqlite_where=_NOT_WELL,
    postgresql_where=_NOT_WELL,
)

audit_probe: Final = Table(
    "audit_probe",
    metadata,
    Column("probe", Integer, primary_key=True, autoincrement=False),
    Column("filler", LargeBinary, nullable=False),
)
"""One row of noise, written anew to find out whether anything can be written."""

personal_keys: Final = Table(
    "personal_keys",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
"""What personal parts of audit events are encrypted with. A row that is deleted erases them."""

audit_checkpoints: Final = Table(
    "audit_checkpoints",
    metadata,
    Column("records", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("signed_at", String(27), nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("signature", String(88), nullable=False),
)
"""Append-only. Columns are named as in `broker.audit.checkpoint.checkpoint_json`."""

audit_feeds: Final = Table(
    "audit_feeds",
    metadata,
    Column("feed", String(16), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("moved_at", UtcDateTime(), nullable=False),
)
"""Up to where each live feed was taken."""

branding: Final = Table(
    "branding",
    metadata,
    Column("brand_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("logo", LargeBinary, nullable=True),
)
"""How the organisation is shown: one row, once somebody changed anything."""

accounts: Final = Table(
    "accounts",
    metadata,
    Column("account_id", String(36), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("email_key", String(512), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", Word(Role), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("revoked_at", UtcDateTime()),
)
"""`email_key` is the email whatever its case."""

sign_ins: Final = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", String(36), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("refresh_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("previous_hash", String(64)),
    Column("rotated_at", UtcDateTime()),
)
"""Columns are named as the fields of `broker.ports.SignIn`."""

groups: Final = Table(
    "groups",
    metadata,
    Column("group_id", String(36), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("name_key", String(320), nullable=False, unique=True),
    Column("policy", PolicyText(), nullable=False),
    Column("version", Integer, nullable=False),
)
"""Columns are named as the fields of `broker.group_ports.Group`; `name_key` is the name whatever
its case."""

group_members: Final = Table(
    "group_members",
    metadata,
    Column("group_id", ForeignKey("groups.group_id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
)

api_tokens: Final = Table(
    "api_tokens",
    metadata,
    Column("token_id", String(36), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("scopes", Words(), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("last_used_at", UtcDateTime()),
)
"""Columns are named as the fields of `broker.token_ports.ApiToken`."""

saved_filters: Final = Table(
    "saved_filters",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("filters", Text, nullable=False),
)
"""Of the audit log's page, as JSON."""

canned_replies: Final = Table(
    "canned_replies",
    metadata,
    Column("reply_id", String(36), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", String(120), nullable=False),
    Column("changed_at", UtcDateTime(), nullable=False),
)
"""Columns are named as the fields of `broker.chat_ports.Reply`."""

transcripts: Final = Table(
    "transcripts",
    metadata,
    Column("session_id", ForeignKey("sessions.session_id"), primary_key=True),
    Column("kept_at", UtcDateTime(), nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("sequence", Integer),
    Column("salt", String(32)),
)
"""The chats that end users agreed to keep with their ticket, whole or not at all; `sequence` is of
the audit record that tells of one, and `salt` is of the hash that it holds."""

Index(None, transcripts.c.sequence)

transcript_lines: Final = Table(
    "transcript_lines",
    metadata,
    Column("session_id", ForeignKey("transcripts.session_id"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("author", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", UtcDateTime(), nullable=False),
    Column("author_name", String(120)),
)
"""Columns are named as the fields of `broker.protocol.transcripts.TranscriptLine`."""

session_notes: Final = Table(
    "session_notes",
    metadata,
    Column("note_id", String(36), primary_key=True),
    Column("session_id", ForeignKey("sessions.session_id"), nullable=False),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(120), nullable=False),
    Column("written_at", UtcDateTime(), nullable=False),
    Column("text", Text, nullable=False),
    Column("sequence", Integer),
    Column("words", Text),
)
"""Columns are named as the fields of `broker.ports.Note`; `sequence` is of the audit record that
tells of it, and `words` are what it is found by."""

Index(None, session_notes.c.session_id, session_notes.c.written_at)
Index(None, session_notes.c.sequence)

session_holds: Final = Table(
    "session_holds",
    metadata,
    Column("session_id", ForeignKey("sessions.session_id"), primary_key=True),
    Column("held_at", UtcDateTime(), nullable=False),
    Column("held_by", String(120), nullable=False),
    Column("reason", Text, nullable=False),
)
"""Columns are named as the fields of `broker.retention_ports.Hold`."""

reports: Final = Table(
    "reports",
    metadata,
    Column("session_id", ForeignKey("sessions.session_id"), primary_key=True),
    Column("ticket_id", String(64), nullable=False),
    Column("technician_id", String(36), nullable=False),
    Column("technician_name", String(120), nullable=False),
    Column("machine", String(200)),
    Column("reported_at", UtcDateTime(), nullable=False),
    Column("seen_at", UtcDateTime()),
    Column("seen_by", String(120)),
)
"""Columns are named as the fields of `broker.report_ports.Report`."""

Index(None, reports.c.seen_at, reports.c.reported_at)

report_said: Final = Table(
    "report_said",
    metadata,
    Column("session_id", ForeignKey("reports.session_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", Word(ReportPlace), nullable=False),
    Column("source_address", Text),
    Column("note", Text),
    Column("said_at", UtcDateTime(), nullable=False),
    Column("breach", Word(TrustBreach)),
)
"""Columns are named as the fields of `broker.report_ports.Said`.

`number` counts a session's from 1.
"""
