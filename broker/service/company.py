"""What technicians do about each other: invite, hand over, put back, come in, and go."""

from dataclasses import dataclass
from typing import Final

from broker.errors import IllegalTransition, InvalidRequest, NotPermitted
from broker.ports import Account, Directory
from broker.protocol.participants import Departure, EntryClosure, EntryPurpose, EntryStage
from broker.protocol.vocabulary import Capability, Role
from broker.service.owner import SessionOwner
from broker.service.registry import Registry, actor_of
from broker.session import events as ev
from broker.session.access import check_in_charge
from broker.session.facts import Session
from broker.session.teams import NO_TEAM

YOURSELF = "account_id: this is you"
_BY_ROLE: Final = (EntryPurpose.LEAD, EntryPurpose.TAKE_OVER)
_HANDS: Final = frozenset(
    {Capability.CONTROL, Capability.CLIPBOARD_SEND, Capability.CLIPBOARD_RECEIVE}
)
"""What a guest who is given control gets with it (`client/company.py`)."""
NOBODY = "account_id: there is nobody with this id who may sign in"


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """The live sessions of others that an account may come into."""

    offered: tuple[Session, ...]
    joined: tuple[Session, ...]
    queue: tuple[Session, ...]
    team: tuple[Session, ...]


class Company:
    """The HTTP API's side of several technicians."""

    def __init__(self, registry: Registry, directory: Directory) -> None:
        self._registry = registry
        self._directory = directory

    async def colleagues(self, account: Account) -> tuple[Account, ...]:
        """Give everybody else who may take part in sessions, by name."""
        others = (
            one
            for one in await self._directory.all()
            if one.account_id != account.account_id and _takes_part(one)
        )
        return tuple(sorted(others, key=lambda one: (one.name.casefold(), one.account_id)))

    async def door(self, account: Account) -> AtTheDoor:
        """Give the live sessions of others that an account may come into."""
        me, team_of_lead = account.account_id, NO_TEAM
        if account.role is Role.LEAD:
            team_of_lead = (await self._registry.belonging(account)).team
        others = [one for one in self._registry.all_live() if one.in_charge_id != me]
        offered = [one for one in others if _is_offered(one, me)]
        joined = [one for one in others if _is_in(one, me)]
        queue = [one for one in others if one.participants.queued_since]
        elsewhere = [one for one in others if one not in (*offered, *joined, *queue)]
        team = [one for one in elsewhere if one.is_agreed and team_of_lead.has(one)]
        return AtTheDoor(tuple(offered), tuple(joined), tuple(queue), tuple(team))

    # ---- the technician in charge

    async def invite(
        self, account: Account, session_id: str, guest_id: str, address: str | None
    ) -> Session:
        """Invite somebody to look. NotPermitted, InvalidRequest, IllegalTransition."""
        owner = await self._in_charge(account, session_id, address)
        guest = await self._colleague(account, guest_id)
        actor = actor_of(account, address)
        return await owner.submit(ev.Invited(actor, guest.account_id, guest.name))

    async def hand_over(
        self, account: Account, session_id: str, other_id: str, address: str | None
    ) -> Session:
        """Offer the session to somebody. NotPermitted, InvalidRequest, IllegalTransition."""
        owner = await self._in_charge(account, session_id, address)
        other = await self._colleague(account, other_id)
        actor = actor_of(account, address)
        return await owner.submit(ev.HandOverOffered(actor, other.account_id, other.name))

    async def put_back(self, account: Account, session_id: str, address: str | None) -> Session:
        """Put the session into the queue: nobody is in charge any more. NotPermitted."""
        owner = await self._in_charge(account, session_id, address)
        session = await owner.submit(ev.PutBack(actor_of(account, address)))
        self._registry.relays.cut(session_id)
        return session

    async def withdraw(
        self, account: Account, session_id: str, other_id: str, address: str | None
    ) -> Session:
        """Take back what was offered to somebody, or send a guest away. NotPermitted."""
        owner = await self._in_charge(account, session_id, address)
        actor = actor_of(account, address)
        if any(not one.is_in for one in owner.session.participants.of(other_id)):
            return await owner.submit(ev.EntryClosed(actor, other_id, EntryClosure.WITHDRAWN))
        return await owner.submit(ev.GuestLeft(actor, other_id, Departure.REMOVED))

    # ---- the others

    async def enter(
        self, account: Account, session_id: str, purpose: EntryPurpose, address: str | None
    ) -> Session:
        """Come in: the end user is asked. NotFound, NotPermitted, IllegalTransition,
        TooManyRequests."""
        session = await self._registry.get(account, session_id, address)
        if session.in_charge_id == account.account_id:
            raise IllegalTransition("You are in charge of this session.")
        belonging = await self._registry.belonging(account)
        is_lead = account.role is Role.LEAD and belonging.team.has(session)
        if purpose in _BY_ROLE and not is_lead:
            raise NotPermitted("Only a lead of its group comes in without being invited.")
        belonging.policy.check(_needs(session, purpose))
        hands = _HANDS & set(session.policy.allowed)
        may_control = hands <= set(belonging.policy.allowed)
        owner = self._registry.live(session_id)
        actor, me = actor_of(account, address), (account.account_id, account.name)
        arrived = ev.Arrived(actor, *me, purpose, may_control, account.created_at)
        now = self._registry.ports.clock.now()
        owner.asked.check(account.account_id, now)
        return await owner.submit(arrived, lambda: owner.asked.about(account.account_id, now))

    async def leave(self, account: Account, session_id: str, address: str | None) -> None:
        """Decline what is offered, or go, if one is in. NotFound; nothing left is no error."""
        await self._registry.get(account, session_id, address)
        owner = self._registry.live(session_id)
        actor, me = actor_of(account, address), account.account_id
        for entry in owner.session.participants.of(me):
            if not entry.is_in:
                await owner.submit(ev.EntryClosed(actor, me, EntryClosure.DECLINED))
                return
        if owner.session.participants.is_guest(me):
            await owner.submit(ev.GuestLeft(actor, me, Departure.LEFT))

    # ----

    async def _in_charge(
        self, account: Account, session_id: str, address: str | None
    ) -> SessionOwner:
        session = await self._registry.get(account, session_id, address)
        check_in_charge(session, account.account_id)
        return self._registry.live(session_id)

    async def _colleague(self, account: Account, other_id: str) -> Account:
        if other_id == account.account_id:
            raise InvalidRequest(YOURSELF)
        for one in await self.colleagues(account):
            if one.account_id == other_id:
                return one
        raise InvalidRequest(NOBODY)


def _needs(session: Session, purpose: EntryPurpose) -> tuple[Capability, ...]:
    """What one's own groups have to allow: in charge, all that may be asked for in this session; to
    come in as a guest, to look."""
    if purpose not in (EntryPurpose.GUEST, EntryPurpose.LEAD):
        return session.policy.allowed
    return (Capability.VIEW,)


def _takes_part(account: Account) -> bool:
    return not account.disabled and account.role is not Role.AUDITOR


def _is_offered(session: Session, account_id: str) -> bool:
    return any(one.stage is EntryStage.OFFERED for one in session.participants.of(account_id))


def _is_in(session: Session, account_id: str) -> bool:
    stages = [one.stage for one in session.participants.of(account_id)]
    return EntryStage.ASKING in stages or EntryStage.ADMITTED in stages
