"""How the organisation is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "branding",
        sa.Column("brand_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("logo", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_branding")),
    )
