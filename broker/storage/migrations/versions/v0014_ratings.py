"""How satisfied end users were."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "session_ratings",
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_ratings")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("fk_session_ratings_session_id_sessions"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("steps BETWEEN 1 AND 5", name=op.f("ck_session_ratings_steps_in_range")),
    )
