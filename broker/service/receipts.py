"""Receipts: made from the audit log when a session is over, and countersigned by its client."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import Checkpoint, checkpoint_json
from broker.audit.event import Actor, AuditEvent
from broker.audit.receipt import COUNTERSIGNED, end_of, machine_of, receipt_key, steps_of
from broker.errors import Conflict, IllegalTransition, InvalidRequest, NotFound
from broker.ports import Secrets
from broker.protocol.receipts import (
    RECEIPT_WITHIN_S,
    Countersign,
    SessionReceipt,
    SignedLog,
    is_countersigned,
)
from broker.protocol.vocabulary import ActorKind, SessionState
from broker.service.notes import EVERYTHING
from broker.service.registry import Registry
from broker.session.facts import Session


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of this broker's sessions; `sign` is that of checkpoints."""

    registry: Registry
    sign: Callable[[int, str, datetime], Checkpoint]

    def check_token(self, session_id: str, token: str) -> None:
        """Refuse whoever has not the token of this session's receipt. NotFound."""
        wanted = receipt_token(self.registry.ports.secrets, session_id)
        if not hmac.compare_digest(token.encode("utf-8", "surrogatepass"), wanted.encode()):
            raise NotFound

    async def receipt(self, session_id: str) -> SessionReceipt:
        """Make the receipt. IllegalTransition while the session lives; NotFound when it is late."""
        session, records, end = await self._over(session_id)
        steps, left_out = steps_of(records)
        now = self.registry.ports.clock.now()
        signed = checkpoint_json(self.sign(end.sequence, end.hash, now))
        return SessionReceipt(
            session_id=session_id,
            ticket_id=session.ticket_id,
            organisation=self.registry.settings.organisation,
            machine=machine_of(records),
            steps=steps,
            left_out=left_out,
            log=SignedLog(**signed),
        )

    async def countersign(self, session_id: str, word: Countersign, address: str | None) -> None:
        """Put the client's signature on the log. InvalidRequest when it is none; Conflict twice."""
        session, records, end = await self._over(session_id)
        key = receipt_key(records)
        fits = (word.records, word.hash) == (end.sequence, end.hash)
        if key is None or not fits or not is_countersigned(session_id, word, key):
            raise InvalidRequest("This is not this session's last hash, signed with its key.")
        if any(one.event.action == COUNTERSIGNED for one in records):
            raise Conflict("This session's log is countersigned already.")
        event = AuditEvent(
            self.registry.ports.clock.now(),
            COUNTERSIGNED,
            Actor(ActorKind.END_USER, name=session.machine, address=address),
            session_id=session_id,
            ticket_id=session.ticket_id,
            details={
                "signed_records": word.records,
                "signed_hash": word.hash,
                "signed_at": word.signed_at,
                "signature": word.signature,
            },
        )
        await self.registry.ports.audit_log.append(event)

    async def _over(self, session_id: str) -> tuple[Session, tuple[SealedEvent, ...], SealedEvent]:
        ports = self.registry.ports
        session = await ports.sessions.get(session_id)
        if session is None or session.joined_at is None:
            raise NotFound
        if session.state is not SessionState.ENDED or session.ended_at is None:
            raise IllegalTransition("The session is not over yet.")
        if ports.clock.now() - session.ended_at > timedelta(seconds=RECEIPT_WITHIN_S):
            raise NotFound
        records = await ports.audit_log.of_session(session_id, 0, EVERYTHING)
        end = end_of(records)
        if end is None:
            raise NotFound
        return session, records, end


def receipt_token(secrets: Secrets, session_id: str) -> str:
    """Give the token with which this session's receipt is fetched and countersigned."""
    return secrets.derive_token(f"receipt {session_id}")
