"""The facts of one session: an immutable value, which only `session.handle` gives a successor."""

from dataclasses import dataclass
from datetime import datetime

from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, SessionState
from broker.session.participants import NOBODY_ELSE, Participants
from broker.session.policy import NO_POLICY, Policy


@dataclass(frozen=True, slots=True)
class Session:
    """The facts of one session. Times are UTC."""

    session_id: str
    ticket_id: str
    technician_id: str
    technician_name: str
    requested: tuple[Capability, ...]
    created_at: datetime
    code_expires_at: datetime | None
    code_hash: str | None
    """HMAC of the live join code; gone once claimed or ended."""
    resume_hash: str | None = None
    """HMAC of the support client's resume token; gone once ended."""
    state: SessionState = SessionState.WAITING
    granted: tuple[Capability, ...] = ()
    consent_source: ConsentSource | None = None
    paused: bool = False
    machine: str | None = None
    peer_id: str | None = None
    client_absent_since: datetime | None = None
    console_absent_since: datetime | None = None
    joined_at: datetime | None = None
    consented_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    participants: Participants = NOBODY_ELSE
    policy: Policy = NO_POLICY
    """What it may do at most, by the groups of the technician who opened it."""
    group_ids: tuple[str, ...] = ()
    """The groups it began in: whose leads may see it."""
    version: int = 1
    """Goes up by one with every change, so that two writers cannot both win."""

    @property
    def client_present(self) -> bool:
        """Whether a support client is attached to the broker now."""
        started = self.joined_at is not None and self.state is not SessionState.ENDED
        return started and self.client_absent_since is None

    @property
    def is_agreed(self) -> bool:
        """Whether the end user gave consent and the session is not over."""
        return self.state in (SessionState.CONSENTED, SessionState.CONNECTED)

    @property
    def in_charge_id(self) -> str | None:
        """The account of the technician in charge; nobody is while the session is queued."""
        return None if self.participants.queued_since else self.technician_id

    @property
    def controller_id(self) -> str | None:
        """The account of whoever has keyboard and mouse, as far as the end user allows it."""
        return self.participants.controller_id or self.in_charge_id
