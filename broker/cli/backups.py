"""`handrail-broker backup` and `restore`: everything the broker keeps, in one file."""

from pathlib import Path

import click

from broker import compose_core
from broker.audit.event import AuditEvent
from broker.cli.parts import on_core, operator, printable
from broker.config import Config, load_config
from broker.storage.backup import SECRETS, Places, back_up
from broker.storage.backup import restore as put_back


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database, the secrets and the checkpoints to FILE; the broker may run meanwhile.

    FILE is as secret as the data directory: it holds the keys that sign. It is on the audit log
    that it was made.
    """
    places = _places(load_config())
    places.database  # noqa: B018 - says so before anything is recorded when it is not SQLite

    async def work(core: compose_core.Core) -> None:
        await core.audit_log.append(AuditEvent(core.clock.now(), "backup.made", operator()))

    on_core(work)
    back_up(places, file)
    click.echo(f"Wrote {printable(str(file))}. It holds secrets: keep it as you keep a key.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup in place; the broker must not run. What is there gets another name."""
    config = load_config()
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for moved in put_back(file, _places(config)):
        click.echo(f"What was there is now {printable(str(moved))}.")
    click.echo(
        "Restored. Now run `handrail-broker audit verify`: it tells what the checkpoints know of "
        "and this copy does not have. `audit restored` puts the restoration on record."
    )


def _places(config: Config) -> Places:
    return Places(config.database_url, config.data_dir / SECRETS, config.audit_checkpoints)
