"""Legal holds: sessions that nothing may be erased of, whatever the time."""

from typing import Annotated

from pydantic import StringConstraints

from broker.protocol.vocabulary import NOT_IN_NOTES, WireModel


class PutHold(WireModel):
    """Why a session is held, for the audit log."""

    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=500, pattern=rf"^[^{NOT_IN_NOTES}]+$")
    ]
