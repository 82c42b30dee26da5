"""A row that is written anew to find out whether anything can be written."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "audit_probe",
        sa.Column("probe", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("filler", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("probe", name=op.f("pk_audit_probe")),
    )
