"""Canned replies, and the chats that end users agreed to keep with their ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    _canned_replies()
    _transcripts()
    _transcript_lines()


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _canned_replies() -> None:
    op.create_table(
        "canned_replies",
        _text("reply_id", 36),
        _text("title", 80),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _text("changed_by", 120),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_canned_replies")),
    )


def _transcripts() -> None:
    op.create_table(
        "transcripts",
        _text("session_id", 36),
        _moment("kept_at"),
        sa.Column("line_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_transcripts")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("fk_transcripts_session_id_sessions"),
        ),
    )


def _transcript_lines() -> None:
    op.create_table(
        "transcript_lines",
        _text("session_id", 36),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        _text("author", 32),
        sa.Column("text", sa.Text, nullable=False),
        _moment("sent_at"),
        sa.PrimaryKeyConstraint("session_id", "sequence", name=op.f("pk_transcript_lines")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["transcripts.session_id"],
            name=op.f("fk_transcript_lines_session_id_transcripts"),
        ),
    )
