"""A log like that of a large service desk, sealed and encrypted as the broker does it. Pure.

Sessions run beside each other; each has some twenty records, one technician and one computer.
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.audit.event import Actor, AuditEvent, DetailValue
from broker.protocol.vocabulary import ActorKind

TECHNICIANS: Final = 200
COMPUTERS: Final = 20_000
LIVE: Final = 40
"""Sessions that run at a time."""
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
PACE: Final = timedelta(seconds=8)

NOTE_ADDED: Final = "session.note_added"

_TECHNICIAN_ACTIONS: Final = (
    "session.console_attached",
    NOTE_ADDED,
    "session.console_detached",
)
_END_USER_ACTIONS: Final = (
    "session.rights_changed",
    "session.connected",
    "session.connection_lost",
    "session.clipboard_used",
    "session.chat_used",
)


@dataclass(slots=True)
class _Session:
    number: int
    session_id: str
    ticket_id: str
    technician: Actor
    end_user: Actor
    machine: str
    left: int


def events(seed: int = 1) -> Iterator[AuditEvent]:
    """Give events without end, the same ones for the same seed but for the sessions' ids."""
    chance = random.Random(seed)
    live: list[_Session] = []
    moment, number = START, 0
    while True:
        moment += PACE * chance.random() * 2
        if len(live) < LIVE:
            number += 1
            live.append(_session(chance, number))
            yield _event(live[-1], moment, "session.created", live[-1].technician)
            continue
        session = chance.choice(live)
        yield _next(chance, session, moment)
        session.left -= 1
        if session.left == 0:
            live.remove(session)


def technician(number: int) -> Actor:
    """Give a technician; the first has the most sessions."""
    account_id = f"usr_{number:032x}"
    address = f"10.1.{number // 250}.{number % 250}"
    return Actor(ActorKind.TECHNICIAN, account_id, f"Tess Number{number}", address)


_SAID: Final = (
    "printer driver reinstalled",
    "password reset and tested",
    "mailbox was full",
    "VPN profile imported anew",
    "explained how to share a calendar",
    "monitor cable replaced by the user",
    "update of the browser installed",
)


def note(number: int) -> str:
    """Give what was noted; every note says `see case`, and only its own says its number."""
    return f"{_SAID[number % len(_SAID)]}, see case K{number}"


def _session(chance: random.Random, number: int) -> _Session:
    who = min(int(chance.expovariate(1 / 40)), TECHNICIANS - 1)
    computer = chance.randrange(COMPUTERS)
    address = f"172.16.{computer // 250 % 250}.{computer % 250}"
    return _Session(
        number,
        f"ses_{secrets.token_hex(16)}",
        f"ZD-{number // 2}",
        technician(who),
        Actor(ActorKind.END_USER, address=address),
        f"desk-{computer}",
        chance.randint(8, 30),
    )


def _next(chance: random.Random, session: _Session, moment: datetime) -> AuditEvent:
    if session.left == 1:
        return _event(session, moment, "session.ended", session.technician, end_reason="done")
    dice = chance.random()
    if dice < 0.05:
        machine = {"machine": session.machine, "operating_system": "linux"}
        return _event(session, moment, "session.joined", session.end_user, **machine)
    if dice < 0.10:
        name = f"report-{chance.randrange(10_000)}.pdf"
        details = {"file_name": name, "bytes": chance.randrange(10**7), "direction": "send"}
        return _event(session, moment, "session.file", session.end_user, **details)
    if dice < 0.101:
        return _event(session, moment, "message.refused", session.end_user, outcome="refused")
    if dice < 0.4:
        action = chance.choice(_TECHNICIAN_ACTIONS)
        return _event(session, moment, action, session.technician)
    return _event(session, moment, chance.choice(_END_USER_ACTIONS), session.end_user)


def _event(
    session: _Session, moment: datetime, action: str, actor: Actor, **details: DetailValue
) -> AuditEvent:
    outcome = "refused" if details.pop("outcome", None) else "success"
    return AuditEvent(
        moment,
        action,
        actor,
        "refused" if outcome == "refused" else "success",
        session.session_id,
        session.ticket_id,
        dict(details),
    )
