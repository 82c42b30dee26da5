"""All that was said against a session, instead of the first sentence alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "report_said",
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("source_address", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_report_said")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["reports.session_id"],
            name=op.f("fk_report_said_session_id_reports"),
        ),
    )
    op.execute(
        "INSERT INTO report_said (session_id, number, place, source_address, note, said_at) "
        "SELECT session_id, 1, place, source_address, note, reported_at FROM reports"
    )
    for column in ("place", "source_address", "note"):
        op.drop_column("reports", column)
