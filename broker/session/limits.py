"""How long the parts of a session may take."""

from dataclasses import dataclass
from typing import Final

from broker.protocol.participants import ENTRY_TIMEOUT_S
from broker.protocol.vocabulary import CONSENT_TIMEOUT_S

CONSENT_SLACK_S: Final = 15
"""The client enforces the time for consent itself; the broker only clears up so much later."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    code_life_s: int = 600
    consent_s: int = CONSENT_TIMEOUT_S + CONSENT_SLACK_S
    """The client enforces 60 s itself; the broker only clears up after one that did not."""
    client_return_before_consent_s: int = 30
    client_return_s: int = 120
    technician_return_s: int = 1800
    session_s: int = 8 * 3600
    offer_s: int = 600
    """How long an invitation or a hand-over waits to be taken up."""
    entry_s: int = ENTRY_TIMEOUT_S + 15
    """As with consent: the client enforces 60 s itself."""
    queue_s: int = 1800
    """How long a session waits in the queue for another technician."""
