"""Evidence: what records say of people is kept apart and can be erased; signed checkpoints."""

import sqlalchemy as sa
from alembic import op

from broker.errors import Misconfigured
from broker.storage.migrations import triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_LOG = (
    "This database holds an audit log of a form from before the first release, which hashes names "
    "and addresses themselves and cannot be changed without breaking its chain. Keep the database "
    "as evidence, with the version that wrote it, and begin with an empty one."
)


def upgrade() -> None:
    """Take the step. Misconfigured when there are records already: they are left as they are."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM audit_events LIMIT 1")).first() is not None:
        raise Misconfigured(OLD_LOG)
    op.drop_table("audit_events")
    _audit_events()
    op.create_table(
        "personal_keys",
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_personal_keys")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("records", sa.Integer, nullable=False, autoincrement=False),
        _text("hash", 64),
        _text("signed_at", 27),
        _text("key_id", 32),
        _text("signature", 88),
        sa.PrimaryKeyConstraint("records", name=op.f("pk_audit_checkpoints")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in triggers.AUDIT_SQLITE if is_sqlite else triggers.AUDIT_POSTGRESQL:
        op.execute(statement)
    for statement in triggers.CHECKPOINTS_SQLITE if is_sqlite else triggers.CHECKPOINTS_POSTGRESQL:
        op.execute(statement)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        _text("recorded_at", 27),
        _text("action", 64),
        _text("outcome", 16),
        _text("actor_kind", 32),
        _text("actor_id", 36, nullable=True),
        _text("session_id", 36, nullable=True),
        _text("ticket_id", 64, nullable=True),
        sa.Column("details", sa.Text, nullable=False),
        _text("personal_hash", 64, nullable=True),
        sa.Column("personal", sa.LargeBinary),
        _text("previous_hash", 64),
        _text("hash", 64),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_events_previous_hash")),
    )
    for column in ("session_id", "ticket_id"):
        name = op.f(f"ix_audit_events_{column}_sequence")
        op.create_index(name, "audit_events", [column, "sequence"])
