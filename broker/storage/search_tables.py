"""The tables by which audit records are found; the log itself is in `schema`.

They hold nothing that is not in the log or a note. Deleted, they can be made again from there.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from broker.storage.schema import metadata

BUCKET: Final = 4096
"""Records of one bucket: bucket 0 holds the sequences 0 to 4095, and so on."""

audit_index: Final = Table(
    "audit_index",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("indexed", Integer, nullable=False),
    Column("key", LargeBinary, nullable=False),
)
"""One row: the last record that the tables below know, and the key of their terms."""

audit_buckets: Final = Table(
    "audit_buckets",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("first_at", String(27), nullable=False),
    Column("last_at", String(27), nullable=False),
)
"""The earliest and latest moment of each bucket: clocks may disagree, so order tells nothing."""

audit_session_terms: Final = Table(
    "audit_session_terms",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("session_id", String(36), primary_key=True),
    Column("personal", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""By which terms a session is found, once for each bucket that holds a record of it. In the order
of its key, a query reads the newest buckets first and stops when its page is full."""

Index(None, audit_session_terms.c.session_id, audit_session_terms.c.bucket)

audit_record_terms: Final = Table(
    "audit_record_terms",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("owner", String(80), nullable=False),
    Column("personal", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""By which terms a record is found that belongs to no session."""

Index(None, audit_record_terms.c.owner)
