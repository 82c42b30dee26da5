"""Transcripts that end users agreed to keep: handed in by the support client, then read.

What comes in is what the end user's computer sends: the broker has not seen the chat, and cannot
tell whether it was said.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.audit.event import Actor, AuditEvent
from broker.audit.kept import CHAT
from broker.chat_ports import TranscriptStore
from broker.errors import IllegalTransition, InvalidRequest, NotFound
from broker.ports import Account, Secrets
from broker.protocol.transcripts import (
    HAND_IN_WITHIN_S,
    HandInTranscript,
    TranscriptKept,
    TranscriptPage,
    TranscriptQuery,
)
from broker.protocol.vocabulary import ActorKind, SessionState
from broker.service.registry import Registry
from broker.session.facts import Session


@dataclass(frozen=True, slots=True)
class Transcripts:
    """The transcripts of this broker's sessions."""

    registry: Registry
    store: TranscriptStore

    def check_token(self, session_id: str, token: str) -> None:
        """Refuse whoever has not the token of this session's transcript. NotFound."""
        settings, secrets = self.registry.settings, self.registry.ports.secrets
        if not settings.asks_for_transcripts or not _fits(token, secrets, session_id):
            raise NotFound

    async def hand_in(
        self, session_id: str, body: HandInTranscript, address: str | None
    ) -> TranscriptKept:
        """Keep the transcript of somebody whose token was checked.

        NotFound when it came too late, IllegalTransition while the session lives, Conflict when
        one is kept already.
        """
        ports = self.registry.ports
        session = await ports.sessions.get(session_id)
        now = ports.clock.now()
        if session is None or session.joined_at is None or not session.policy.transcript:
            raise NotFound
        if session.state is not SessionState.ENDED:
            raise IllegalTransition("The session is not over yet.")
        if session.ended_at is None or now - session.ended_at > timedelta(seconds=HAND_IN_WITHIN_S):
            raise NotFound
        if any(line.sequence != place for place, line in enumerate(body.lines, 1)):
            raise InvalidRequest("lines: they are numbered from 1 without a gap")
        await self.store.keep(session_id, now, body.lines, _kept(session, body, now, address))
        return TranscriptKept(
            session_id=session_id,
            ticket_id=session.ticket_id,
            kept_at=now,
            line_count=len(body.lines),
        )

    async def page(
        self, account: Account, session_id: str, query: TranscriptQuery, address: str | None
    ) -> TranscriptPage:
        """Give a part of a transcript to whoever may read its session; NotFound to all others."""
        session = await self.registry.get(account, session_id, address)
        after = _after(query.cursor)
        kept = await self.store.kept(session_id)
        lines = await self.store.lines(session_id, after, query.limit) if kept else ()
        last = lines[-1].sequence if lines else after
        more = kept is not None and last < kept.line_count
        return TranscriptPage(
            session_id=session_id,
            ticket_id=session.ticket_id,
            asked=self.registry.settings.asks_for_transcripts and session.policy.transcript,
            kept_at=kept.kept_at if kept else None,
            line_count=kept.line_count if kept else 0,
            lines=lines,
            next_cursor=str(last) if more and lines else None,
        )


def transcript_token(secrets: Secrets, session_id: str) -> str:
    """Give the token with which the transcript of this session may be handed in."""
    return secrets.derive_token(f"transcript {session_id}")


def _fits(token: str, secrets: Secrets, session_id: str) -> bool:
    wanted = transcript_token(secrets, session_id)
    return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), wanted.encode())


def _kept(
    session: Session, body: HandInTranscript, now: datetime, address: str | None
) -> AuditEvent:
    return AuditEvent(
        now,
        CHAT.action,
        Actor(ActorKind.END_USER, name=session.machine, address=address),
        session_id=session.session_id,
        ticket_id=session.ticket_id,
        details={"lines": len(body.lines)},
    )


def _after(cursor: str | None) -> int:
    """A cursor is the number of the last line shown."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InvalidRequest("cursor: it is not one that this list gave")
    return int(cursor)
