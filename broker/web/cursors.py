"""Cursors of lists of audit events: the sequence of the last one shown."""

from broker.errors import InvalidRequest

LARGEST = 2**31 - 1
"""Of what the databases keep as a sequence."""


def sequence_of(cursor: str) -> int:
    """Read a cursor. InvalidRequest when no list gave it."""
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidRequest("cursor: it is not one that this list gave")
    return min(int(cursor), LARGEST)
