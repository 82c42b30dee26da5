"""The commands of `handrail-broker`. Exit codes: 0 done, 1 refused or broken, 2 wrong usage.

Whoever runs them works on the broker's own machine, so what they do is audited as the operator's.
"""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

import click

from broker import __version__, compose
from broker.audit.chain import NOTHING_READ, SealedEvent, Verdict, follow
from broker.audit.event import Actor, AuditEvent, canonical_json, canonical_time
from broker.config import load_config
from broker.errors import HandrailError, Misconfigured
from broker.ports import Account, NewAccount
from broker.protocol.vocabulary import ActorKind, Role

REFUSED: Final = 1
WRONG_USAGE: Final = 2

PRIVATE: Final = 0o077
"""The umask: whatever the broker writes is for its own user alone."""

Work = Callable[[compose.Core], Coroutine[Any, Any, None]]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handrail-broker")
def cli() -> None:
    """Handrail's broker: remote support sessions with consent and an audit log.

    Settings come from ./handrail.toml (or the file in HANDRAIL_CONFIG) and HANDRAIL_* variables.
    """


def main() -> NoReturn:
    """Run a command; every error that is not a defect is one line."""
    os.umask(PRIVATE)
    try:
        cli.main(standalone_mode=False)
    except Misconfigured as error:
        _leave(error.detail, WRONG_USAGE)
    except HandrailError as error:
        _leave(error.detail, REFUSED)
    except click.UsageError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except click.ClickException as error:
        _leave(error.format_message(), REFUSED)
    except (click.Abort, KeyboardInterrupt):
        _leave("Stopped.", REFUSED)
    sys.exit(0)


@cli.command()
def run() -> None:
    """Run the broker until it is told to stop."""
    compose.run(load_config())


@cli.command()
def migrate() -> None:
    """Bring the database up to date. `run` does so by itself."""
    asyncio.run(compose.migrate(load_config()))
    click.echo("The database is up to date.")


# ---- accounts


@cli.group()
def user() -> None:
    """Accounts of technicians and admins."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that end users see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(email: str, name: str, role: str, *, password_stdin: bool) -> None:
    """Make an account."""
    password = _password(from_stdin=password_stdin)

    async def work(core: compose.Core) -> None:
        wanted = NewAccount(email, name, password)
        account = await core.directory.add(wanted, Role(role), _operator())
        click.echo(f"Added {_line(account)}")

    _on_core(work)


@user.command("list")
def list_users() -> None:
    """Show every account."""

    async def work(core: compose.Core) -> None:
        for account in await core.directory.all():
            click.echo(_line(account))

    _on_core(work)


@user.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Disable an account and end its sign-ins."""

    async def work(core: compose.Core) -> None:
        account = await core.directory.disable(email, _operator())
        click.echo(f"Disabled {printable(account.email)}.")

    _on_core(work)


@user.command("enable")
@click.argument("email")
def enable_user(email: str) -> None:
    """Let a disabled account sign in again."""

    async def work(core: compose.Core) -> None:
        account = await core.directory.enable(email, _operator())
        click.echo(f"Enabled {printable(account.email)}.")

    _on_core(work)


@user.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(email: str, *, password_stdin: bool) -> None:
    """Give an account another password; it is signed out everywhere."""
    password = _password(from_stdin=password_stdin)

    async def work(core: compose.Core) -> None:
        account = await core.directory.set_password(email, password, _operator())
        click.echo(f"Changed the password of {printable(account.email)}, and signed it out.")

    _on_core(work)


# ---- transcripts


@cli.group()
def transcript() -> None:
    """The chats that are kept with their tickets."""


@transcript.command("delete")
@click.argument("session_id")
def delete_transcript(session_id: str) -> None:
    """Delete the kept chat of a session. The audit log keeps that there was one."""

    async def work(core: compose.Core) -> None:
        session = await core.sessions.get(session_id)
        event = AuditEvent(
            core.clock.now(),
            "session.transcript_deleted",
            _operator(),
            session_id=session_id,
            ticket_id=session.ticket_id if session else None,
        )
        await core.transcripts.delete(session_id, event)
        click.echo(f"Deleted the transcript of {printable(session_id)}.")

    _on_core(work)


# ---- audit log


@cli.group()
def audit() -> None:
    """The audit log."""


@audit.command("list")
@click.option("--ticket", help="Only this ticket's events.")
@click.option("--session", help="Only this session's events.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_events(ticket: str | None, session: str | None, limit: int, *, as_json: bool) -> None:
    """Show the last events, oldest first."""

    async def work(core: compose.Core) -> None:
        found = await core.audit_log.newest(ticket_id=ticket, session_id=session, limit=limit)
        for sealed in found:
            click.echo(_json_line(sealed) if as_json else _text_line(sealed))

    _on_core(work, only_read=True)


@audit.command("verify")
def verify_log() -> None:
    """Check that no record was changed, removed, added or moved since it was written.

    It finds what was not recomputed: whoever may write the database can also rebuild the chain.
    """

    async def work(core: compose.Core) -> None:
        verdict = NOTHING_READ
        async for sealed in core.audit_log.everything():
            verdict = follow(verdict, sealed)
            if verdict.flaw:
                break
        _report(verdict, await core.audit_log.sessions_without_creation())

    _on_core(work, only_read=True)


def _report(verdict: Verdict, without_creation: tuple[str, ...]) -> None:
    if verdict.flaw is not None:
        raise click.ClickException(
            f"The audit log is broken at record {verdict.flaw.sequence}: {verdict.flaw.problem}. "
            f"Sound records before it: {verdict.records}."
        )
    if without_creation:
        raise click.ClickException(
            f"The audit log is not whole: {len(without_creation)} of the sessions in the database "
            f"have no record of their creation, first {without_creation[0]}."
        )
    click.echo(f"The audit log is sound. Records: {verdict.records}. Last: {verdict.last_hash}.")


# ---- parts


def printable(text: str) -> str:
    """Escape what a terminal would obey: control characters and marks of direction."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _on_core(work: Work, *, only_read: bool = False) -> None:
    config = load_config()

    async def whole() -> None:
        async with compose.open_core(config, only_read=only_read) as core:
            await work(core)

    asyncio.run(whole())


def _operator() -> Actor:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user id without a name
        name = None
    return Actor(ActorKind.OPERATOR, name=name)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _leave(message: str, exit_code: int) -> NoReturn:
    click.echo(f"handrail-broker: {printable(message)}", err=True)
    sys.exit(exit_code)


def _line(account: Account) -> str:
    state = " (disabled)" if account.disabled else ""
    return printable(f"{account.email}  {account.role.value}  {account.name}{state}")


def _text_line(sealed: SealedEvent) -> str:
    event = sealed.event
    who = event.actor.name or event.actor.kind.value
    parts = [
        str(sealed.sequence),
        canonical_time(event.recorded_at),
        event.action,
        event.outcome,
        f"by {who}" + (f" from {event.actor.address}" if event.actor.address else ""),
        f"ticket {event.ticket_id}" if event.ticket_id else "",
        event.session_id or "",
        json.dumps(event.details, sort_keys=True) if event.details else "",
    ]
    return printable("  ".join(part for part in parts if part))


def _json_line(sealed: SealedEvent) -> str:
    """Give the very fields that are hashed, so that others can verify the chain too."""
    body = json.loads(canonical_json(sealed.event, sealed.sequence))
    return json.dumps(body | {"previous_hash": sealed.previous_hash, "hash": sealed.hash})
