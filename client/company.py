"""Who of the technicians is in, who has control, and whom the end user is asked about. Pure.

The end user lets in; nobody else can. What the broker tells only takes away: whoever it no longer
names is out, and whoever it names without the end user having said yes is not in.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from broker.protocol.participants import (
    COLOURS,
    ENTRY_TIMEOUT_S,
    ControlPassed,
    EntryAnswer,
    EntryAsk,
    EntryPurpose,
    Participant,
    ParticipantHere,
    ParticipantRemoved,
    ParticipantsState,
    SessionParticipants,
)
from broker.protocol.trust import TrustString
from broker.protocol.vocabulary import Capability
from client import effects as do
from client import events as on
from client.consent import NO_CONSENT, Consent
from client.rights import MAX_REFUSALS

TO_LOOK: Final = (EntryPurpose.GUEST, EntryPurpose.LEAD)

_VIEW: Final = frozenset({Capability.VIEW})
HANDS: Final = frozenset(
    {Capability.CONTROL, Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE}
)
"""What passes with control."""
_FILES: Final = frozenset({Capability.FILES_SEND, Capability.FILES_RECEIVE})
_OTHERS: Final = frozenset(Capability) - _VIEW - HANDS - _FILES


@dataclass(frozen=True)
class Member:
    """A technician who is in."""

    account_id: str
    name: str
    colour: int = 0
    """Which of `COLOURS`."""
    may_control: bool = True
    """Whether they may be given control, as a guest."""


@dataclass(frozen=True)
class EntryQuestion:
    """The question that is open: whether somebody may come in."""

    ask: EntryAsk
    deadline: float
    """Monotonic seconds: without an answer by then it is refused."""

    @property
    def account_id(self) -> str:
        """Whom it is about."""
        return self.ask.participant.account_id

    @property
    def takes_over(self) -> bool:
        """Whether they would be in charge."""
        return self.ask.purpose not in TO_LOOK


@dataclass(frozen=True)
class Company:
    """The technicians of a session at one moment."""

    in_charge: Member | None = None
    """Nobody while the session waits in the queue."""
    guests: tuple[Member, ...] = ()
    controller_id: str | None = None
    """The guest who has keyboard and mouse; None: whoever is in charge has them."""
    question: EntryQuestion | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody who is in; whoever is in charge first."""
        return (*((self.in_charge,) if self.in_charge else ()), *self.guests)

    @property
    def in_charge_participant(self) -> Participant | None:
        """Who is in charge, as others are told; None while no broker has said who."""
        return self.participant(self.in_charge.account_id) if self.in_charge else None

    def participant(self, account_id: str) -> Participant | None:
        """Name somebody who is in."""
        member = self.member(account_id) if account_id else None
        return Participant(account_id=account_id, name=member.name) if member else None

    @property
    def controller(self) -> Member | None:
        """Who has keyboard and mouse, as far as the end user allows it."""
        return self.member(self.controller_id) if self.controller_id else self.in_charge

    def member(self, account_id: str) -> Member | None:
        """Find somebody who is in."""
        return next((one for one in self.members if one.account_id == account_id), None)

    def name_of(self, account_id: str) -> str | None:
        """Name somebody who is in, or at the door."""
        if self.question and self.question.account_id == account_id:
            return self.question.ask.participant.name
        member = self.member(account_id) if account_id else None
        return member.name if member else None

    def is_guest(self, account_id: str) -> bool:
        """Whether the end user let this account in to look."""
        return any(guest.account_id == account_id for guest in self.guests)

    def is_in_charge(self, account_id: str) -> bool:
        """Whether this account is the one in charge."""
        return self.in_charge is not None and self.in_charge.account_id == account_id

    def may_agree(self, account_id: str) -> bool:
        """Whether a string is agreed on with them: who is in, or at the door."""
        at_the_door = self.question.account_id if self.question else None
        return account_id == at_the_door or self.member(account_id) is not None

    def share(self, consent: Consent, account_id: str) -> Consent:
        """Give what one technician may do of all that the end user allows."""
        member, controller = self.member(account_id), self.controller
        if member is None:
            return NO_CONSENT
        allowed = set(_VIEW)
        if member == controller and member.may_control:
            allowed |= HANDS
        if member == self.in_charge:
            allowed |= _FILES | _OTHERS
        return consent.within(allowed)

    def state_for(self, account_id: str) -> ParticipantsState | None:
        """Tell one console who is there; None when nobody is in charge, or no broker said who."""
        controller = self.controller
        if self.in_charge is None or controller is None or not self.in_charge.account_id:
            return None
        return ParticipantsState(
            you=account_id,
            in_charge=self.in_charge.account_id,
            controller=controller.account_id,
            participants=tuple(
                ParticipantHere(account_id=one.account_id, name=one.name, colour=one.colour)
                for one in self.members
            ),
        )

    def with_guest(self, who: Participant, *, may_control: bool = True) -> "Company":
        """Let somebody in to look, in the first colour that nobody has."""
        taken = {one.colour for one in self.members}
        colour = next((c for c in range(1, len(COLOURS)) if c not in taken), len(COLOURS) - 1)
        guest = Member(who.account_id, who.name, colour, may_control)
        return replace(self, guests=(*self.guests, guest))

    def without(self, *account_ids: str) -> "Company":
        """The same without these guests; control falls back to whoever is in charge."""
        guests = tuple(one for one in self.guests if one.account_id not in account_ids)
        control = None if self.controller_id in account_ids else self.controller_id
        return replace(self, guests=guests, controller_id=control)

    def handed_to(self, who: Participant) -> "Company":
        """The same with somebody else in charge, who has control."""
        left = self.without(who.account_id)
        return replace(left, in_charge=Member(who.account_id, who.name), controller_id=None)


NOBODY: Final = Company()


class Facts(Protocol):
    """What is known of the session."""

    @property
    def company(self) -> Company:
        """Who is in."""

    @property
    def request(self) -> Any:
        """Who asked for what (`client.situation.Request`)."""

    @property
    def trust(self) -> tuple[Any, ...]:
        """What is agreed on with each of them (`client.trust.exchanges.Agreed`)."""


@dataclass
class _Unconfirmed:
    """A yes that the broker has not confirmed yet."""

    number: int
    before: Company


@dataclass
class Comings:
    """The technicians of one session after another; `change` replaces fields of the situation."""

    facts: Callable[[], Facts]
    change: Callable[..., None]
    _unconfirmed: _Unconfirmed | None = None
    _answered: set[int] = field(default_factory=set)
    _refusals: Counter[str] = field(default_factory=Counter)
    """How often each account was not let in: refusing costs nothing, so they are counted."""

    @property
    def handlers(self) -> dict[type[Any], Callable[[Any], list[do.Effect]]]:
        """What is done about each event."""
        return {
            on.ParticipantsTold: self._told,
            on.PutBack: self._put_back,
            on.HandOverVoid: self._void,
            on.EntryAnswered: self._answered_about,
            on.HandOverAllowed: self._handed_over,
            on.GuestRemoved: self._removed,
            on.ControlAsked: self._control_asked,
        }

    def begin(self, account_id: str | None, name: str) -> None:
        """Begin a session with the technician who asked."""
        self._unconfirmed = None
        self._answered.clear()
        self._refusals.clear()
        self.change(company=Company(Member(account_id or "", name)))

    @property
    def company(self) -> Company:
        """Who is in now."""
        return self.facts().company

    def next_moment(self, now: float) -> float | None:
        """When the question is over; None when there is none."""
        question = self.company.question
        return question.deadline if question and question.deadline > now else None

    def time_passed(self, now: float) -> list[do.Effect]:
        """Refuse what was not answered in time."""
        question = self.company.question
        if question is None or question.deadline > now:
            return []
        return self._refuse(question, timed_out=True)

    def refine(self, event: on.Event) -> on.Event:
        """Name the case at hand: what changes who is in charge is another event."""
        match event:
            case on.ParticipantsTold(message, now) if self._is_void(message):
                return on.HandOverVoid(message, now)
            case on.ParticipantsTold(message, now) if self._is_put_back(message):
                return on.PutBack(message, now)
            case on.EntryAnswered(number, True, seen):
                question = self._open(number)
                if question and question.takes_over and self._is_agreed_on(question, seen):
                    return on.HandOverAllowed(number)
        return event

    # ---- what the broker tells

    def _is_put_back(self, message: SessionParticipants) -> bool:
        held = self.company.in_charge is not None and not self._waits_for(message)
        return message.in_charge is None and held

    def _waits_for(self, message: SessionParticipants) -> bool:
        """Whether the broker told this before it had heard our last yes."""
        ask, waits = message.ask, self._unconfirmed
        return waits is not None and ask is not None and ask.number == waits.number

    def _told(self, event: on.ParticipantsTold) -> list[do.Effect]:
        message = event.message
        if self._waits_for(message):
            return []
        self._unconfirmed = None
        return [*self._drop(message), *self._ask(message.ask, event.now)]

    def _is_void(self, message: SessionParticipants) -> bool:
        """Whether the broker still has in charge who was it before a yes that it did not take."""
        waits, now = self._unconfirmed, self.company.in_charge
        if waits is None or now is None or self._waits_for(message):
            return False
        theirs, before = message.in_charge, waits.before.in_charge
        their_id = theirs.account_id if theirs else None
        return their_id != now.account_id and their_id == (before and before.account_id)

    def _void(self, event: on.HandOverVoid) -> list[do.Effect]:
        before = self._unconfirmed.before.in_charge if self._unconfirmed else None
        self.change(company=replace(self.company, in_charge=before, controller_id=None))
        self._name_the_technician()
        rest = self._told(on.ParticipantsTold(event.message, event.now))
        return [do.ClosePeer(), do.ChangeHands(), do.ApplyConsent(), *rest]

    def _drop(self, message: SessionParticipants) -> list[do.Effect]:
        named = {guest.account_id for guest in message.guests}
        gone = tuple(g.account_id for g in self.company.guests if g.account_id not in named)
        if not gone:
            return []
        self.change(company=self.company.without(*gone))
        return [do.CloseGuests(gone), do.ApplyConsent()]

    def _ask(self, ask: EntryAsk | None, now: float) -> list[do.Effect]:
        """Ask what the broker asks, once; take the question away when it is taken back.

        Whoever was refused `MAX_REFUSALS` times is refused without a question.
        """
        question = self.company.question
        if ask is None or ask.number in self._answered:
            question = None
        elif question is None or question.ask.number != ask.number:
            question = EntryQuestion(ask, now + ENTRY_TIMEOUT_S)
        if question != self.company.question:
            self.change(company=replace(self.company, question=question))
        if question is None or self._refusals[question.account_id] < MAX_REFUSALS:
            return []
        return self._refuse(question)

    def _put_back(self, event: on.PutBack) -> list[do.Effect]:
        """Nobody is in charge, so nobody looks."""
        self._unconfirmed = None
        self.change(company=NOBODY)
        asked = self._ask(event.message.ask, event.now)
        closing: list[do.Effect] = [do.ClosePeer(), do.CloseGuests(None)]
        return [*closing, do.ChangeHands(), do.ApplyConsent(), *asked]

    # ---- what the end user says

    def _open(self, number: int) -> EntryQuestion | None:
        question = self.company.question
        return question if question and question.ask.number == number else None

    def _is_agreed_on(self, question: EntryQuestion, seen: TrustString | None) -> bool:
        """Whether what was seen is the string agreed on with who would come in, as at first."""
        account_id, agreed = question.account_id, self.facts().trust
        return any((one.account_id, one.string) == (account_id, seen) for one in agreed)

    def _answered_about(self, event: on.EntryAnswered) -> list[do.Effect]:
        question = self._open(event.number)
        if question is None:
            return []
        if not event.allowed:
            return self._refuse(question)
        if not self._is_agreed_on(question, event.seen):
            return []
        answer, ask = self._yes(question), question.ask
        joined = self.company.with_guest(ask.participant, may_control=ask.may_control)
        self.change(company=joined)
        return [do.Send(answer), do.ApplyConsent()]

    def _handed_over(self, event: on.HandOverAllowed) -> list[do.Effect]:
        question = self._open(event.number)
        if question is None:
            return []
        who = question.ask.participant
        answer = self._yes(question)
        self.change(company=self.company.handed_to(who))
        self._name_the_technician()
        closing: list[do.Effect] = [do.ClosePeer(), do.CloseGuests((who.account_id,))]
        return [*closing, do.ChangeHands(), do.Send(answer), do.ApplyConsent()]

    def _name_the_technician(self) -> None:
        """Whatever is said of the technician is said of whoever is in charge."""
        request, member = self.facts().request, self.company.in_charge
        if request is not None and member is not None:
            technician = request.technician.model_copy(
                update={"name": member.name, "account": None}
            )
            self.change(request=replace(request, technician=technician))

    def _yes(self, question: EntryQuestion) -> EntryAnswer:
        number = question.ask.number
        self._unconfirmed = _Unconfirmed(number, replace(self.company, question=None))
        self._answered.add(number)
        self.change(company=replace(self.company, question=None))
        return EntryAnswer(number=number, allowed=True)

    def _refuse(self, question: EntryQuestion, *, timed_out: bool = False) -> list[do.Effect]:
        number = question.ask.number
        self._answered.add(number)
        self._refusals[question.account_id] += 1
        self.change(company=replace(self.company, question=None))
        return [do.Send(EntryAnswer(number=number, allowed=False, timed_out=timed_out))]

    def _removed(self, event: on.GuestRemoved) -> list[do.Effect]:
        account_id = event.account_id
        if not self.company.is_guest(account_id):
            return []
        self.change(company=self.company.without(account_id))
        told = do.Send(ParticipantRemoved(account_id=account_id))
        return [do.CloseGuests((account_id,)), told, do.ApplyConsent()]

    # ---- who has control

    def _control_asked(self, event: on.ControlAsked) -> list[do.Effect]:
        """Heard from whoever is in charge, and from who has control only to give it back."""
        company = self.company
        controller, to = company.controller, company.member(event.to)
        gives_back = controller is not None and controller.account_id == event.by
        may = company.is_in_charge(event.by) or (gives_back and company.is_in_charge(event.to))
        if to is None or not may or to == controller or not to.may_control:
            return []
        guest = event.to if company.is_guest(event.to) else None
        self.change(company=replace(company, controller_id=guest))
        told = do.Send(ControlPassed(account_id=event.to, by=event.by))
        return [told, do.ApplyConsent()]
