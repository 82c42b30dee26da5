"""What the end user's side decides about technicians: who comes in, who goes, who has control."""

from broker.audit.event import Actor
from broker.protocol.participants import (
    ControlPassed,
    Departure,
    EntryAnswer,
    ParticipantRemoved,
)
from broker.protocol.vocabulary import ActorKind
from broker.service.owner import SessionOwner
from broker.service.relays import Relays
from broker.session import events as ev
from broker.session.company import yes_to


async def end_user_decided(
    relays: Relays,
    owner: SessionOwner,
    actor: Actor,
    message: EntryAnswer | ParticipantRemoved | ControlPassed,
) -> None:
    """Put a decision in force here too; the support client holds to it already."""
    match message:
        case EntryAnswer():
            await _answered(relays, owner, actor, message)
        case ParticipantRemoved(account_id=account_id):
            if owner.session.participants.is_guest(account_id):
                await owner.submit(ev.GuestLeft(actor, account_id, Departure.REMOVED))
        case ControlPassed(account_id=account_id, by=by):
            await owner.submit(ev.ControlPassed(actor, account_id, by))


async def _answered(relays: Relays, owner: SessionOwner, actor: Actor, answer: EntryAnswer) -> None:
    """Let somebody in or not; an answer to a question that was taken back is none."""
    asking = owner.session.participants.asking
    if asking is None or asking.number != answer.number:
        return
    if not answer.allowed:
        await owner.submit(ev.EntryRefused(actor, answer.number, answer.timed_out))
        return
    await owner.submit(yes_to(asking)(actor, answer.number))
    owner.asked.let_in(asking.account_id)
    if asking.account_id != owner.session.in_charge_id:
        return
    relays.cut(owner.session.session_id)
    if owner.console is not None:
        who = Actor(ActorKind.TECHNICIAN, asking.account_id, asking.name)
        await owner.submit(ev.ConsoleAttached(who))
