"""What the end user may be shown of a session at one moment. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from broker.protocol.branding import ClientBranding
from broker.protocol.connection import ConnectionTried, Way
from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, EndReason, ErrorCode
from client.company import NOBODY, Company
from client.consent import NO_CONSENT, Consent
from client.distrust import ReportStage
from client.rights import Ask
from client.trials import Trial
from client.trust.exchanges import Agreed


class State(StrEnum):
    """Where the support client is."""

    ENTERING = "entering"
    """Waits for a join code."""
    JOINING = "joining"
    """The code is on its way to the broker."""
    ASKING = "asking"
    """The end user is asked what the technician may do."""
    READY = "ready"
    """Consent is given; waits for the console to connect."""
    LINKING = "linking"
    """A peer connection is being made."""
    LINKED = "linked"
    """The peer connection stands."""
    OVER = "over"
    """The session ended."""


class Problem(StrEnum):
    """What went wrong beyond the broker's own `ErrorCode`s."""

    BROKER_UNREACHABLE = "broker_unreachable"


Trouble = ErrorCode | Problem


@dataclass(frozen=True)
class Request:
    """Who asks for what, as the broker told it when it accepted the code."""

    session_id: str
    technician: Technician
    ticket_id: str
    requested: tuple[Capability, ...]
    timeout_s: int
    support_contact: str = ""
    """How the organisation is reached outside of Handrail."""
    branding: ClientBranding = field(default_factory=ClientBranding)
    """Its colour, and what it says beside what these windows say."""


@dataclass(frozen=True)
class Situation:
    """Everything the end user may be shown of the session, at one moment."""

    state: State = State.ENTERING
    request: Request | None = None
    consent: Consent = NO_CONSENT
    grant_waits: bool = False
    """The command line allows it without a question, once there is a string on both screens."""
    technician_present: bool = True
    broker_attached: bool = False
    link_trouble: bool = False
    trouble: Trouble | None = None
    proof_percent: int | None = None
    """How much is done of the work that the broker asks for in a flood of wrong codes."""
    end_reason: EndReason | None = None
    explanation: str | None = None
    """Why an admin ended the session, in their words."""
    whose: str | None = None
    """The name of the technician whose connection was not to be trusted, if that ended it."""
    unrecovered: bool = False
    """The connection did not come back by itself: the end user may try again, or end."""
    unrecorded: bool = False
    """The broker cannot write down what happens: it ends the session within a minute."""
    may_ask: tuple[Capability, ...] = ()
    """What the technician may ask for, and the end user give, while the session lives."""
    ask: Ask | None = None
    ending: tuple[Capability, ...] = ()
    """Rights that end by themselves within a minute."""
    company: Company = NOBODY
    """The technicians: who is in, who has control, and whom the end user is asked about."""
    report: ReportStage | None = None
    """How far the report is of a session that the end user does not trust."""
    trials: tuple[Trial, ...] = ()
    """Which ways out of this network work, once that is known."""
    told: ConnectionTried | None = None
    """The same of the technician's."""
    way: Way | None = None
    """The one that the peer connection took."""
    trust: tuple[Agreed, ...] = ()
    """The strings that both screens show, one for each technician."""
    held_back: bool = False
    """Remote input waits, since the end user uses the computer."""

    @property
    def mistrusted(self) -> bool:
        """Whether the session ended since the connection was not to be trusted."""
        return self.end_reason in (EndReason.SCREENS_DIFFER, EndReason.CONNECTION_ALTERED)

    @property
    def cut_off(self) -> bool:
        """Whether consent was given and the way to the console is broken."""
        waits = self.state in (State.READY, State.LINKING)
        return waits and (self.link_trouble or not self.broker_attached)
