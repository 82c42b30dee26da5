"""Finding audit records: indexes, the tables of terms, and the words of notes."""

import secrets

import sqlalchemy as sa
from alembic import op

from broker.audit.terms import words_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOTES_SQLITE = (
    """
    CREATE VIRTUAL TABLE note_search
    USING fts5(words, content='session_notes', content_rowid='sequence', tokenize='unicode61')
    """,
    """
    CREATE TRIGGER session_notes_found AFTER INSERT ON session_notes
    WHEN NEW.sequence IS NOT NULL
    BEGIN INSERT INTO note_search (rowid, words) VALUES (NEW.sequence, NEW.words); END
    """,
    """
    CREATE TRIGGER session_notes_lost AFTER DELETE ON session_notes
    WHEN OLD.sequence IS NOT NULL
    BEGIN
        INSERT INTO note_search (note_search, rowid, words)
        VALUES ('delete', OLD.sequence, OLD.words);
    END
    """,
    "INSERT INTO note_search (note_search) VALUES ('rebuild')",
)
NOTES_POSTGRESQL = (
    """
    CREATE INDEX ix_session_notes_found ON session_notes
    USING gin (to_tsvector('simple'::regconfig, coalesce(words, '')))
    """,
)


def upgrade() -> None:
    """Take the step."""
    op.create_index(op.f("ix_audit_events_action_sequence"), "audit_events", ["action", "sequence"])
    not_well = sa.text("outcome <> 'success'")
    op.create_index(
        op.f("ix_audit_events_outcome_sequence"),
        "audit_events",
        ["outcome", "sequence"],
        sqlite_where=not_well,
        postgresql_where=not_well,
    )
    _state()
    _terms()
    _notes()


def _state() -> None:
    index = op.create_table(
        "audit_index",
        sa.Column("one", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("indexed", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_index")),
    )
    op.bulk_insert(index, [{"one": 1, "indexed": 0, "key": secrets.token_bytes(32)}])
    op.create_table(
        "audit_buckets",
        sa.Column("bucket", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("first_at", sa.String(27), nullable=False),
        sa.Column("last_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_audit_buckets")),
    )


def _terms() -> None:
    op.create_table(
        "audit_session_terms",
        sa.Column("term", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("bucket", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(
            "term", "bucket", "session_id", name=op.f("pk_audit_session_terms")
        ),
        sqlite_with_rowid=False,
    )
    name = op.f("ix_audit_session_terms_session_id_bucket")
    op.create_index(name, "audit_session_terms", ["session_id", "bucket"])
    op.create_table(
        "audit_record_terms",
        sa.Column("term", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("term", "sequence", name=op.f("pk_audit_record_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_audit_record_terms_owner"), "audit_record_terms", ["owner"])


def _notes() -> None:
    op.add_column("session_notes", sa.Column("sequence", sa.Integer))
    op.add_column("session_notes", sa.Column("words", sa.Text))
    _find_old_notes()
    name = op.f("ix_session_notes_sequence")
    op.create_index(name, "session_notes", ["sequence"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in NOTES_SQLITE if is_sqlite else NOTES_POSTGRESQL:
        op.execute(statement)


def _find_old_notes() -> None:
    """Join the notes so far to their records: both are in order, one for one in each session."""
    bind = op.get_bind()
    notes = bind.execute(
        sa.text("SELECT note_id, session_id, text FROM session_notes ORDER BY written_at, note_id")
    ).all()
    told: dict[str, list[int]] = {}
    records = "SELECT session_id, sequence FROM audit_events WHERE action = 'session.note_added' "
    for row in bind.execute(sa.text(records + "ORDER BY sequence DESC")):
        told.setdefault(row.session_id, []).append(row.sequence)
    change = sa.text(
        "UPDATE session_notes SET sequence = :sequence, words = :words WHERE note_id = :note_id"
    )
    for note in notes:
        sequences = told.get(note.session_id)
        values = {"note_id": note.note_id, "words": " ".join(words_of(note.text))}
        bind.execute(change, values | {"sequence": sequences.pop() if sequences else None})
