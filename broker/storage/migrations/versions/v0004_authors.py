"""Which technician said a line of a kept transcript."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("transcript_lines", sa.Column("author_name", sa.String(120), nullable=True))
