"""`handrail-broker transcript`: the chats that are kept with their tickets."""

import click

from broker import compose_core
from broker.audit.event import AuditEvent
from broker.cli.parts import on_core, operator, printable


@click.group()
def transcript() -> None:
    """The chats that are kept with their tickets."""


@transcript.command("delete")
@click.argument("session_id")
def delete_transcript(session_id: str) -> None:
    """Delete the kept chat of a session. The audit log keeps that there was one."""

    async def work(core: compose_core.Core) -> None:
        session = await core.sessions.get(session_id)
        event = AuditEvent(
            core.clock.now(),
            "session.transcript_deleted",
            operator(),
            session_id=session_id,
            ticket_id=session.ticket_id if session else None,
        )
        await core.transcripts.delete(session_id, event)
        click.echo(f"Deleted the transcript of {printable(session_id)}.")

    on_core(work)
