"""Sessions that end users reported."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "reports",
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("ticket_id", sa.String(64), nullable=False),
        sa.Column("technician_id", sa.String(36), nullable=False),
        sa.Column("technician_name", sa.String(120), nullable=False),
        sa.Column("machine", sa.String(200)),
        sa.Column("source_address", sa.Text),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("seen_by", sa.String(120)),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_reports")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("fk_reports_session_id_sessions"),
        ),
    )
    op.create_index(op.f("ix_reports_seen_at_reported_at"), "reports", ["seen_at", "reported_at"])
