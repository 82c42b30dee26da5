"""Binding kept chats to the records that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FIND = """
UPDATE transcripts SET sequence = (
    SELECT max(told.sequence) FROM audit_events AS told
    WHERE told.session_id = transcripts.session_id AND told.action = 'session.transcript_kept'
)
"""


def upgrade() -> None:
    """Take the step; the records so far hold no hash."""
    op.add_column("transcripts", sa.Column("sequence", sa.Integer))
    op.add_column("transcripts", sa.Column("salt", sa.String(32)))
    op.create_index(op.f("ix_transcripts_sequence"), "transcripts", ["sequence"])
    op.execute(FIND)
