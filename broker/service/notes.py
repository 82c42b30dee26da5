"""Notes of a session: written and read by technicians, never sent to the end user."""

from broker.audit.event import AuditEvent
from broker.audit.kept import NOTE
from broker.audit.summary import Summary, summarise
from broker.ports import Account, AuditLog, Note, NoteStore
from broker.protocol.signaling import NotesChanged
from broker.protocol.technicians import MAX_NOTES
from broker.service.registry import Registry, actor_of

EVERYTHING = 100_000
"""Events of one session that are summed up: more than any session has."""


class Notes:
    """What a session's technicians keep for each other."""

    def __init__(self, registry: Registry, store: NoteStore, audit_log: AuditLog) -> None:
        self._registry = registry
        self._store = store
        self._audit_log = audit_log

    async def of(self, account: Account, session_id: str, address: str | None) -> tuple[Note, ...]:
        """Give a session's notes to whoever may read the session; NotFound to all others."""
        session = await self._registry.get(account, session_id, address)
        return await self._store.of_session(session.session_id)

    async def add(self, account: Account, session_id: str, text: str, address: str | None) -> Note:
        """Add a note, also once the session is over. NotFound; Conflict when there are too many."""
        session = await self._registry.get(account, session_id, address)
        ports = self._registry.ports
        now = ports.clock.now()
        note = Note(
            ports.secrets.new_id("not"),
            session.session_id,
            account.account_id,
            account.name,
            now,
            text,
        )
        event = AuditEvent(
            now,
            NOTE.action,
            actor_of(account, address),
            session_id=session.session_id,
            ticket_id=session.ticket_id,
            details={"characters": len(text)},
        )
        await self._store.add(note, MAX_NOTES, event)
        owner = self._registry.find(session_id)
        if owner is not None:
            owner.tell_consoles(NotesChanged())
        return note

    async def summary(self, account: Account, session_id: str, address: str | None) -> Summary:
        """Sum up what was done in a session; NotFound to whoever may not read it."""
        session = await self._registry.get(account, session_id, address)
        sealed = await self._audit_log.of_session(session.session_id, 0, EVERYTHING)
        return summarise((one.event for one in sealed), self._registry.ports.clock.now())
