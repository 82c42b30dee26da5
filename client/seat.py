"""What one technician may do here now, asked anew each time: as who is in charge, or a guest."""

import time
from collections.abc import Callable
from typing import Protocol

from broker.protocol.participants import Participant, ParticipantsState
from broker.protocol.rights import RightsAsk
from broker.protocol.vocabulary import Capability
from client import events as on
from client.company import Company
from client.consent import NO_CONSENT, Consent
from client.guide import Hand


class Engine(Protocol):
    """What a seat asks and tells."""

    @property
    def consent(self) -> Callable[[], Consent]:
        """What the end user allows at this very moment."""

    @property
    def company(self) -> Callable[[], Company]:
        """Who is in."""

    @property
    def deliver(self) -> Callable[[on.Event], None]:
        """Tells the session."""


class Seat:
    """One technician's. It holds nothing: who leaves the company has no rights by that alone."""

    def __init__(self, engine: Engine, guest_id: str | None) -> None:
        """`guest_id` None: whoever is in charge when this is made."""
        self._engine = engine
        in_charge = engine.company().in_charge
        self.is_in_charge = guest_id is None
        self.account_id = guest_id or (in_charge.account_id if in_charge else "")

    @property
    def hand(self) -> Hand:
        """Name and colour of what they show."""
        member = self._engine.company().member(self.account_id)
        return Hand(member.name, member.colour) if member else Hand()

    def participant(self) -> Participant | None:
        """Name them to others."""
        return self._engine.company().participant(self.account_id)

    def consent(self) -> Consent:
        """Give what they may do now of all that the end user allows."""
        company = self._engine.company()
        if company.is_in_charge(self.account_id) is not self.is_in_charge:
            return NO_CONSENT
        return company.share(self._engine.consent(), self.account_id)

    def company(self) -> ParticipantsState | None:
        """Tell their console who is there."""
        return self._engine.company().state_for(self.account_id)

    def ask(self, ask: RightsAsk) -> None:
        """They ask for a right: heard from whoever is in charge alone."""
        if self.is_in_charge:
            self._engine.deliver(on.RightAsked(ask, time.monotonic()))

    def pass_control(self, account_id: str) -> None:
        """They would have somebody have control."""
        self._engine.deliver(on.ControlAsked(self.account_id, account_id))

    def choose(self, choose: Callable[[str], None], monitor: str) -> None:
        """They choose a monitor, for all: heard from whoever is in charge or has control."""
        if self.is_in_charge or self.consent().allows(Capability.CONTROL):
            choose(monitor)
