"""Sessions, the audit log, accounts and sign-ins."""

import sqlalchemy as sa
from alembic import op

from broker.storage.migrations import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    _legal_moves()
    _sessions()
    _audit_events()
    _accounts()
    _sign_ins()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in triggers.SQLITE if is_sqlite else triggers.POSTGRESQL:
        op.execute(statement)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _legal_moves() -> None:
    op.create_table(
        "legal_moves",
        _text("from_state", 32),
        _text("to_state", 32),
        sa.PrimaryKeyConstraint("from_state", "to_state", name=op.f("pk_legal_moves")),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("session_id", 36),
        _text("ticket_id", 64),
        _text("technician_id", 36),
        _text("technician_name", 120),
        sa.Column("requested", sa.Text, nullable=False),
        _moment("created_at", nullable=False),
        _moment("code_expires_at"),
        _text("code_hash", 64, nullable=True),
        _text("resume_hash", 64, nullable=True),
        _text("state", 32),
        sa.Column("granted", sa.Text, nullable=False),
        _text("consent_source", 32, nullable=True),
        sa.Column("paused", sa.Boolean, nullable=False),
        _text("machine", 200, nullable=True),
        _text("peer_id", 64, nullable=True),
        _moment("client_absent_since"),
        _moment("console_absent_since"),
        _moment("joined_at"),
        _moment("consented_at"),
        _moment("connected_at"),
        _moment("ended_at"),
        _text("end_reason", 32, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sessions_code_hash")),
        sa.CheckConstraint(
            "(state = 'ended') = (end_reason IS NOT NULL)",
            name=op.f("ck_sessions_end_reason_iff_ended"),
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)",
            name=op.f("ck_sessions_ended_at_iff_ended"),
        ),
        sa.CheckConstraint(
            "code_hash IS NULL OR state = 'waiting'",
            name=op.f("ck_sessions_code_only_while_waiting"),
        ),
    )
    for columns in (
        ["created_at", "session_id"],
        ["ticket_id", "created_at"],
        ["technician_id", "created_at"],
        ["state", "created_at"],
    ):
        op.create_index(op.f("ix_sessions_" + "_".join(columns)), "sessions", columns)


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        _text("recorded_at", 27),
        _text("action", 64),
        _text("outcome", 16),
        _text("actor_kind", 32),
        _text("actor_id", 36, nullable=True),
        sa.Column("actor_name", sa.Text),
        sa.Column("source_address", sa.Text),
        _text("session_id", 36, nullable=True),
        _text("ticket_id", 64, nullable=True),
        sa.Column("details", sa.Text, nullable=False),
        _text("previous_hash", 64),
        _text("hash", 64),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_events_previous_hash")),
    )
    for column in ("session_id", "ticket_id"):
        name = op.f(f"ix_audit_events_{column}_sequence")
        op.create_index(name, "audit_events", [column, "sequence"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        _text("account_id", 36),
        _text("email", 254),
        _text("email_key", 512),
        _text("name", 120),
        _text("role", 32),
        _moment("created_at", nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_accounts_email_key")),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        _text("sign_in_id", 36),
        _text("account_id", 36),
        _text("refresh_hash", 64),
        _moment("created_at", nullable=False),
        _moment("expires_at", nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        _text("previous_hash", 64, nullable=True),
        _moment("rotated_at"),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_sign_ins")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_sign_ins_account_id_accounts")
        ),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"])
