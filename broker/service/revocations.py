"""Ends what people do who may not any more: the sessions they are in charge of, and their part in
those of others.

What this broker's own admins change is ended at once; what somebody changes elsewhere, by a command
on the machine, is found by asking the store every `EVERY_S`. Console sockets ask for themselves
whether their sign-in stands (`broker.web.signaling`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.audit.event import BROKER, Actor
from broker.errors import IllegalTransition, NotFound, SessionOver
from broker.group_ports import Group
from broker.ports import Account, AccountStore, Clock
from broker.protocol.participants import Departure, EntryClosure, EntryPurpose
from broker.protocol.vocabulary import Role
from broker.service.background import in_background
from broker.service.owner import SessionOwner
from broker.service.registry import Registry, belonging_in
from broker.session import events as ev
from broker.session.facts import Session

log = structlog.get_logger(__name__)

EVERY_S: Final = 1.5
SLACK: Final = timedelta(minutes=2)
"""Clocks of two processes may differ by so much, and a transaction may take so long."""


class Revocations:
    """Ends sessions of those who were revoked."""

    def __init__(self, registry: Registry, accounts: AccountStore, clock: Clock) -> None:
        self._registry = registry
        self._accounts = accounts
        self._clock = clock
        self._known: set[tuple[str, datetime | None]] = set()
        self._asked_at: datetime | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask the store again and again, in a task."""
        async with in_background(self._ask_on(), name="revocations"):
            yield

    async def look(self) -> None:
        """Ask the store who was revoked since the last time, and end what they do."""
        now = self._clock.now()
        revoked = await self._accounts.revoked_since((self._asked_at or now) - SLACK)
        every = {(one.account_id, one.revoked_at) for one in revoked}
        if self._asked_at is None:
            await self._begin()
            self._known |= every
        for account in revoked:
            if (account.account_id, account.revoked_at) not in self._known:
                await self.end_of(account, BROKER)
        self._known = {(who, at) for who, at in self._known if at and at > now - 2 * SLACK}
        self._asked_at = now

    async def _begin(self) -> None:
        """What was revoked before this broker began is only certain of those who may do nothing."""
        for account in await self._accounts.all():
            if account.disabled or account.role is Role.AUDITOR:
                await self.end_all(account.account_id, BROKER)

    async def end_of(self, account: Account, actor: Actor) -> None:
        """End what somebody does who was just revoked; once, whoever finds it."""
        await self.end_all(account.account_id, actor)
        self._known.add((account.account_id, account.revoked_at))

    async def end_all(self, account_id: str, actor: Actor, reason: str | None = None) -> None:
        """End the sessions of somebody, and their part in those of others; say why, if given."""
        for session in self._registry.all_live():
            owner = self._registry.find(session.session_id)
            if owner is not None:
                await _end_part(owner, account_id, actor, reason)

    async def narrowed(self, actor: Actor) -> None:
        """End the sessions that may do more than their technician's groups allow by now, and send
        leads away from those that are not their team's any more."""
        groups = await self._registry.ports.groups.all()
        for session in self._registry.all_live():
            owner = self._registry.find(session.session_id)
            if owner is None:
                continue
            if _goes_beyond(session, groups):
                await _quietly(owner, ev.AdminEnded(actor))
                continue
            for account_id in _strangers(session, groups):
                await _end_part(owner, account_id, actor)

    async def _ask_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("revocations.not_asked")  # and asked again: nobody else would
            await asyncio.sleep(EVERY_S)


async def _end_part(
    owner: SessionOwner, account_id: str, actor: Actor, reason: str | None = None
) -> None:
    session = owner.session
    if session.in_charge_id == account_id:
        await _quietly(owner, ev.AdminEnded(actor, reason))
        return
    for entry in session.participants.of(account_id):
        if entry.is_in:
            await _quietly(owner, ev.GuestLeft(actor, account_id, Departure.REMOVED))
        else:
            await _quietly(owner, ev.EntryClosed(actor, account_id, EntryClosure.WITHDRAWN))


async def _quietly(owner: SessionOwner, event: ev.Event) -> None:
    """What is over or gone already needs no ending."""
    with suppress(SessionOver, IllegalTransition, NotFound):
        await owner.submit(event)


def _goes_beyond(session: Session, groups: tuple[Group, ...]) -> bool:
    in_charge = session.in_charge_id
    if in_charge is None:
        return False
    allowed = belonging_in(groups, in_charge).policy.allowed
    return not set(session.policy.allowed) <= set(allowed)


def _strangers(session: Session, groups: tuple[Group, ...]) -> list[str]:
    coming = (*session.participants.guests, session.participants.hand_over)
    return [
        one.account_id
        for one in coming
        if one is not None
        and one.purpose in (EntryPurpose.LEAD, EntryPurpose.TAKE_OVER)
        and not belonging_in(groups, one.account_id).team.has(session)
    ]
