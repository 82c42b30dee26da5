"""Several technicians in one session, and their notes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    participants = sa.Column("participants", sa.Text, nullable=False, server_default="{}")
    op.add_column("sessions", participants)
    op.create_table(
        "session_notes",
        sa.Column("note_id", sa.String(36), nullable=False),
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("author_name", sa.String(120), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_session_notes")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("fk_session_notes_session_id_sessions"),
        ),
    )
    name = op.f("ix_session_notes_session_id_written_at")
    op.create_index(name, "session_notes", ["session_id", "written_at"])
