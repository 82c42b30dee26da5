"""What the database itself refuses, whoever asks: the triggers of the first step, by dialect."""

# ruff: noqa: S608 - the only things put into these statements are the constants below

from typing import Final

_APPEND_ONLY: Final = "audit_events is append-only"
_CHECKPOINTS_APPEND_ONLY: Final = "audit_checkpoints is append-only"
_ILLEGAL_MOVE: Final = "a session may not move this way"
_VERSION: Final = "a session version goes up by one"
_FRESH: Final = "a session begins waiting, at version 1"

AUDIT_SQLITE: Final = (
    f"""
    CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END
    """,
    f"""
    CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END
    """,
    # INSERT OR REPLACE deletes without asking the trigger above.
    f"""
    CREATE TRIGGER audit_events_refuse_replace BEFORE INSERT ON audit_events
    WHEN EXISTS (
        SELECT 1 FROM audit_events
        WHERE sequence >= NEW.sequence OR previous_hash = NEW.previous_hash
    )
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END
    """,
)

CHECKPOINTS_SQLITE: Final = tuple(
    f"""
    CREATE TRIGGER audit_checkpoints_refuse_{what.lower()} BEFORE {what} ON audit_checkpoints
    {condition} BEGIN SELECT RAISE(ABORT, '{_CHECKPOINTS_APPEND_ONLY}'); END
    """
    for what, condition in (
        ("UPDATE", ""),
        ("DELETE", ""),
        ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit_checkpoints WHERE records >= NEW.records)"),
    )
)

SQLITE: Final = (
    *AUDIT_SQLITE,
    f"""
    CREATE TRIGGER sessions_refuse_illegal_move BEFORE UPDATE ON sessions
    WHEN NOT EXISTS (
        SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state
    )
    BEGIN SELECT RAISE(ABORT, '{_ILLEGAL_MOVE}'); END
    """,
    f"""
    CREATE TRIGGER sessions_refuse_lost_update BEFORE UPDATE ON sessions
    WHEN NEW.version <> OLD.version + 1
    BEGIN SELECT RAISE(ABORT, '{_VERSION}'); END
    """,
    f"""
    CREATE TRIGGER sessions_refuse_stale_start BEFORE INSERT ON sessions
    WHEN NEW.state <> 'waiting' OR NEW.version <> 1
    BEGIN SELECT RAISE(ABORT, '{_FRESH}'); END
    """,
)

AUDIT_POSTGRESQL: Final = (
    """
    CREATE TRIGGER audit_events_refuse_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()
    """,
    """
    CREATE TRIGGER audit_events_refuse_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()
    """,
)

CHECKPOINTS_POSTGRESQL: Final = tuple(
    f"""
    CREATE TRIGGER audit_checkpoints_refuse_{what} BEFORE {event} ON audit_checkpoints
    FOR EACH {scope} EXECUTE FUNCTION audit_events_refuse()
    """
    for what, event, scope in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    )
)

POSTGRESQL: Final = (
    f"""
    CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    *AUDIT_POSTGRESQL,
    f"""
    CREATE FUNCTION sessions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'waiting' OR NEW.version <> 1 THEN
                RAISE EXCEPTION '{_FRESH}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state
        ) THEN
            RAISE EXCEPTION '{_ILLEGAL_MOVE}' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION '{_VERSION}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER sessions_guard BEFORE INSERT OR UPDATE ON sessions
    FOR EACH ROW EXECUTE FUNCTION sessions_guard()
    """,
)
