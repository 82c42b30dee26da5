"""Legal holds, and ended sessions whose people may be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MESSAGE = "a session may not move this way"
_ERASED = (
    "OLD.state = 'ended' AND NEW.state = 'ended' "
    "AND NEW.machine IS NULL AND NEW.technician_name = '\N{EM DASH}' "
    "AND NEW.end_reason = OLD.end_reason AND NEW.ended_at = OLD.ended_at"
)
_SQLITE = f"""
    CREATE TRIGGER sessions_refuse_illegal_move BEFORE UPDATE ON sessions
    WHEN NOT ({_ERASED}) AND NOT EXISTS (
        SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state
    )
    BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END
"""  # noqa: S608 - constants of this module
_POSTGRESQL = f"""
    CREATE OR REPLACE FUNCTION sessions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'waiting' OR NEW.version <> 1 THEN
                RAISE EXCEPTION 'a session begins waiting, at version 1'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NOT ({_ERASED}) AND NOT EXISTS (
            SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state
        ) THEN
            RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'a session version goes up by one' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""  # noqa: S608 - the same


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "session_holds",
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_holds")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
            name=op.f("fk_session_holds_session_id_sessions"),
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER sessions_refuse_illegal_move")
        op.execute(_SQLITE)
    else:
        op.execute(_POSTGRESQL)
