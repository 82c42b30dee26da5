"""What is kept to be counted: how satisfied end users were. It goes with its session."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from broker.storage.columns import UtcDateTime
from broker.storage.schema import metadata

session_ratings: Final = Table(
    "session_ratings",
    metadata,
    Column(
        "session_id",
        String(36),
        ForeignKey("sessions.session_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("steps", Integer, nullable=False),
    Column("rated_at", UtcDateTime(), nullable=False),
    CheckConstraint("steps BETWEEN 1 AND 5", name="steps_in_range"),
)
"""At most one answer a session, without what was said beside it: nothing about a person."""
