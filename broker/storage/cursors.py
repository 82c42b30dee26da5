"""Cursors: where the next page of a list begins, as text that means nothing to its bearer."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.errors import InvalidRequest

_FOREIGN: Final = "This cursor is not one of this broker's."
SESSION_ID: Final = re.compile(r"ses_[0-9a-f]{32}")


def encode(created_at: datetime, session_id: str) -> str:
    """Name the place just after this session in a list that is newest first."""
    text = json.dumps([created_at.astimezone(UTC).isoformat(), session_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, str]:
    """Give the place back. InvalidRequest when the cursor is not one of ours."""
    try:
        created_at, session_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * 3))
        place = datetime.fromisoformat(created_at)
        known = place.utcoffset() == timedelta(0) and SESSION_ID.fullmatch(session_id)
    except (ValueError, TypeError) as error:
        raise InvalidRequest(_FOREIGN) from error
    if not known:
        raise InvalidRequest(_FOREIGN)
    return place, session_id
