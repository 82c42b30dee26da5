"""Who takes part in a session beside the technician in charge: the rules of coming and going. Pure.

`Participants` is a value; each method gives the next one, or refuses. That the technician in charge
may invite and a guest may not is not decided here but in `access`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from broker.errors import IllegalTransition, NotFound
from broker.protocol.participants import MAX_GUESTS, EntryPurpose, EntryStage

_TO_LOOK: Final = (EntryPurpose.GUEST, EntryPurpose.LEAD)

ALREADY_HERE: Final = "They are in this session, or invited to it, already."
FULL: Final = f"No more than {MAX_GUESTS} others can be in a session."
ONE_HAND_OVER: Final = "The session is being handed over already."
ONE_QUESTION: Final = (
    "The end user is being asked about somebody else. Please try again in a minute."
)
NOT_QUEUED: Final = "This session does not wait in the queue any more."
QUEUED: Final = "This session waits in the queue."
NOBODY_THERE: Final = "They are not in this session."


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who is in, or on their way in."""

    account_id: str
    name: str
    purpose: EntryPurpose
    stage: EntryStage
    since: datetime
    """When this stage began."""
    by: str | None = None
    """The name of who invited them, or hands the session over."""
    number: int = 0
    """Names the question to the end user, from when they are asked."""
    may_control: bool = True
    """Whether their own groups allow them to be given control."""
    account_since: datetime | None = None
    """When their account was made, from when the end user is asked."""

    @property
    def is_in(self) -> bool:
        """Whether they may look."""
        return self.stage is EntryStage.ADMITTED


@dataclass(frozen=True, slots=True)
class Participants:
    """Guests, who is to be in charge next, who has control, and since when nobody is in charge."""

    guests: tuple[Entry, ...] = ()
    hand_over: Entry | None = None
    controller_id: str | None = None
    """The guest who has keyboard and mouse; None: whoever is in charge has them."""
    queued_since: datetime | None = None

    # ---- asking

    @property
    def asking(self) -> Entry | None:
        """Whom the end user is asked about; one at a time."""
        return next((one for one in self._all if one.stage is EntryStage.ASKING), None)

    @property
    def admitted(self) -> tuple[Entry, ...]:
        """The guests who are in."""
        return tuple(guest for guest in self.guests if guest.is_in)

    @property
    def open(self) -> tuple[Entry, ...]:
        """Those who are on their way in."""
        return tuple(one for one in self._all if not one.is_in)

    def of(self, account_id: str) -> tuple[Entry, ...]:
        """Everything that an account is here: a guest may be the next in charge too."""
        return tuple(one for one in self._all if one.account_id == account_id)

    def is_guest(self, account_id: str) -> bool:
        """Whether this account may look as a guest."""
        return any(guest.account_id == account_id for guest in self.admitted)

    @property
    def _all(self) -> tuple[Entry, ...]:
        return (*self.guests, *((self.hand_over,) if self.hand_over else ()))

    # ---- coming in

    def invited(self, account_id: str, name: str, by: str | None, now: datetime) -> Self:
        """Offer somebody to look. IllegalTransition when they are here, or it is full."""
        self._check_in_charge()
        return self._with_guest(
            Entry(account_id, name, EntryPurpose.GUEST, EntryStage.OFFERED, now, by)
        )

    def offered(self, account_id: str, name: str, by: str | None, now: datetime) -> Self:
        """Offer somebody to be in charge: one at a time. IllegalTransition."""
        self._check_in_charge()
        return self._to_be_in_charge(
            Entry(account_id, name, EntryPurpose.HAND_OVER, EntryStage.OFFERED, now, by)
        )

    def arrived(
        self,
        account_id: str,
        name: str,
        purpose: EntryPurpose,
        number: int,
        now: datetime,
        *,
        may_control: bool = True,
        account_since: datetime | None = None,
    ) -> Self:
        """Somebody is at the door: have the end user asked about them.

        IllegalTransition when they were not asked in, or somebody else is at the door.
        """
        if self.asking is not None:
            raise IllegalTransition(ONE_QUESTION)
        stage = EntryStage.ASKING
        asking = Entry(
            account_id, name, purpose, stage, now, None, number, may_control, account_since
        )
        match purpose:
            case EntryPurpose.LEAD:
                self._check_in_charge()
                return self._with_guest(asking)
            case EntryPurpose.TAKE_OVER:
                self._check_in_charge()
                return self._to_be_in_charge(asking)
            case EntryPurpose.QUEUE:
                if self.queued_since is None:
                    raise IllegalTransition(NOT_QUEUED)
                return replace(self, hand_over=asking)
            case _:
                return self._taken_up(asking)

    def _to_be_in_charge(self, entry: Entry) -> Self:
        if self.hand_over is not None:
            raise IllegalTransition(ONE_HAND_OVER)
        return replace(self, hand_over=entry)

    def _taken_up(self, asking: Entry) -> Self:
        offer = self._open_offer(asking.account_id, asking.purpose)
        return self._replacing(offer, replace(asking, by=offer.by))

    def _open_offer(self, account_id: str, purpose: EntryPurpose) -> Entry:
        for one in self.of(account_id):
            if one.purpose is purpose and one.stage is EntryStage.OFFERED:
                return one
        raise NotFound

    def let_in(self, now: datetime) -> Self:
        """The end user lets in who is at the door: a guest, or who is in charge from now on.

        IllegalTransition when nobody is asked about.
        """
        asking = self._asked_about()
        if asking.purpose in _TO_LOOK:
            return self._replacing(asking, replace(asking, stage=EntryStage.ADMITTED, since=now))
        others = _without(self.guests, asking.account_id)
        return replace(self, guests=others, hand_over=None, controller_id=None, queued_since=None)

    def refused(self) -> Self:
        """The end user does not let in who is at the door. IllegalTransition: nobody is."""
        return self._replacing(self._asked_about(), None)

    def closed(self, account_id: str) -> Self:
        """What is open for this account comes to nothing. IllegalTransition: nothing is."""
        entry = next((one for one in self.open if one.account_id == account_id), None)
        if entry is None:
            raise IllegalTransition(NOBODY_THERE)
        return self._replacing(entry, None)

    # ---- being there

    def gone(self, account_id: str) -> Self:
        """A guest is out, and whatever was on its way for them. IllegalTransition: none such."""
        if not self.is_guest(account_id):
            raise IllegalTransition(NOBODY_THERE)
        hand_over = self.hand_over
        if hand_over is not None and hand_over.account_id == account_id:
            hand_over = None
        control = None if self.controller_id == account_id else self.controller_id
        others = _without(self.guests, account_id)
        return replace(self, guests=others, hand_over=hand_over, controller_id=control)

    def controlled_by(self, account_id: str | None) -> Self:
        """Give control to a guest; None: to whoever is in charge. IllegalTransition."""
        if account_id is not None and not self._may_control(account_id):
            raise IllegalTransition(NOBODY_THERE)
        return replace(self, controller_id=account_id)

    def _may_control(self, account_id: str) -> bool:
        return any(one.may_control for one in self.admitted if one.account_id == account_id)

    def put_back(self, now: datetime) -> Self:
        """Nobody is in charge any more, so nobody looks. IllegalTransition: so it is already."""
        self._check_in_charge()
        return type(self)(queued_since=now)

    # ----

    def _check_in_charge(self) -> None:
        if self.queued_since is not None:
            raise IllegalTransition(QUEUED)

    def _with_guest(self, guest: Entry) -> Self:
        if any(one.account_id == guest.account_id for one in self.guests):
            raise IllegalTransition(ALREADY_HERE)
        if len(self.guests) >= MAX_GUESTS:
            raise IllegalTransition(FULL)
        return replace(self, guests=(*self.guests, guest))

    def _asked_about(self) -> Entry:
        asking = self.asking
        if asking is None:
            raise IllegalTransition(NOBODY_THERE)
        return asking

    def _replacing(self, entry: Entry, other: Entry | None) -> Self:
        """The same with another in the place of this entry, or with nobody."""
        if entry is self.hand_over:
            return replace(self, hand_over=other)
        kept = (other if one is entry else one for one in self.guests)
        return replace(self, guests=tuple(one for one in kept if one is not None))


def _without(guests: Iterable[Entry], account_id: str) -> tuple[Entry, ...]:
    return tuple(guest for guest in guests if guest.account_id != account_id)


NOBODY_ELSE: Final = Participants()
"""The technician in charge alone, who has control."""
