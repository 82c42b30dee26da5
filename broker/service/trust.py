"""What both sides say to agree on the string on both screens: passed on, and never kept.

Each console agrees with the support client on a string of its own. Whose console it is, the broker
says; and whoever does not trust the connection ends the session, which admins are told of.
"""

from broker.audit.event import Actor
from broker.errors import PeerAbsent
from broker.protocol.participants import Participant
from broker.protocol.reports import ReportPlace
from broker.protocol.trust import TrustAnswer, TrustBroken, TrustCommit, TrustReveal
from broker.report_ports import Said
from broker.service.distrust import tell_admins
from broker.service.owner import SessionOwner
from broker.service.registry import ServicePorts
from broker.session import events as ev
from broker.session.capabilities import check_somebody_joined


async def console_agrees(
    ports: ServicePorts,
    owner: SessionOwner,
    who: Participant,
    actor: Actor,
    message: TrustCommit | TrustReveal | TrustBroken,
) -> None:
    """Take what a console says. IllegalTransition before anybody joined; PeerAbsent."""
    check_somebody_joined(owner.session.state)
    if isinstance(message, TrustBroken):
        await owner.submit(ev.TrustBroken(actor, message.breach, who.account_id))
        await _tell(ports, owner, actor, ReportPlace.CONSOLE, message)
    elif owner.client is None:
        raise PeerAbsent
    else:
        owner.client.send(message.model_copy(update={"participant": who}))


async def client_agrees(
    ports: ServicePorts, owner: SessionOwner, actor: Actor, message: TrustAnswer | TrustBroken
) -> None:
    """Take what the support client says; its answer is for one console. PeerAbsent."""
    if isinstance(message, TrustBroken):
        await owner.submit(ev.TrustBroken(actor, message.breach, message.account_id))
        await _tell(ports, owner, actor, ReportPlace.SUPPORT_CLIENT, message)
        return
    console = owner.consoles.get(message.account_id or owner.session.technician_id)
    if console is None:
        raise PeerAbsent
    console.send(message)


async def _tell(
    ports: ServicePorts,
    owner: SessionOwner,
    actor: Actor,
    place: ReportPlace,
    message: TrustBroken,
) -> None:
    said = Said(place, actor.address, None, ports.clock.now(), message.breach)
    await tell_admins(ports, owner.session, actor, said)
