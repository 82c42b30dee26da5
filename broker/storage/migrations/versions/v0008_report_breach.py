"""Connections that are not to be trusted, among the reports."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("report_said", sa.Column("breach", sa.String(32)))
