"""What a broker vouches for of a technician beside their name: for how long it has known them."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from broker.protocol.vocabulary import WireModel

NEW_ACCOUNT_DAYS: Final = 7
"""An account that is younger is called new wherever an end user is shown it."""


class KnownAccount(WireModel):
    """Since when an account exists, by the broker's clock: the reader's own may be wrong."""

    since: datetime
    days: Annotated[int, Field(ge=0)]
    """Whole days until now."""


def known_account(since: datetime, now: datetime) -> KnownAccount:
    """Tell how long an account that was made at `since` is known `now`."""
    return KnownAccount(since=since, days=max(0, (now - since).days))
