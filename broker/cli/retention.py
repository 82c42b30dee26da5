"""`handrail-broker retention` and `hold`: what is kept for how long, and what nobody may erase."""

from typing import Final

import click

from broker import compose, compose_core
from broker.cli.parts import on_core, operator, printable
from broker.config import load_config
from broker.retention_ports import RecordClass
from broker.service.retention import Retention

_COUNTED: Final = {RecordClass.PERSONAL: "sessions and months"}


@click.group()
def retention() -> None:
    """What is kept for how long (settings keep_*_days)."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def run_retention(*, dry_run: bool) -> None:
    """Forget now what is due; the broker does so every hour."""

    async def work(core: compose_core.Core) -> None:
        kept = _retention(core)
        counts = await kept.due() if dry_run else await kept.run(operator())
        if not counts:
            click.echo("Everything is kept for ever: no keep_*_days is set.")
        for kind, count in counts.items():
            verb = "due" if dry_run else "done"
            click.echo(f"{kind.value}: {verb}, {_COUNTED.get(kind, 'sessions')}: {count}")

    on_core(work, only_read=dry_run)


@click.group()
def hold() -> None:
    """Legal holds: sessions that nothing may be erased of."""


@hold.command("set")
@click.argument("session_id")
@click.option("--reason", required=True, help="Why, for the audit log.")
def set_hold(session_id: str, reason: str) -> None:
    """Put a session under a legal hold."""

    async def work(core: compose_core.Core) -> None:
        await _retention(core).hold(session_id, reason, operator())
        click.echo(f"Held {printable(session_id)}.")

    on_core(work)


@hold.command("unset")
@click.argument("session_id")
def unset_hold(session_id: str) -> None:
    """Take a session off its legal hold."""

    async def work(core: compose_core.Core) -> None:
        await _retention(core).release(session_id, operator())
        click.echo(f"Released {printable(session_id)}.")

    on_core(work)


def _retention(core: compose_core.Core) -> Retention:
    return compose.retention(core, load_config())
