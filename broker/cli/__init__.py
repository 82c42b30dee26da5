"""The commands of `handrail-broker`. Exit codes: 0 done, 1 refused or broken, 2 wrong usage.

Whoever runs them works on the broker's own machine, so what they do is audited as the operator's.
"""

import asyncio
import os
import sys
from typing import Final, NoReturn

import click

from broker import __version__, compose, compose_core
from broker.cli.accounts import user
from broker.cli.backups import backup, restore
from broker.cli.doctor import doctor
from broker.cli.evidence import audit
from broker.cli.parts import printable
from broker.cli.retention import hold, retention
from broker.cli.transcripts import transcript
from broker.config import load_config
from broker.errors import HandrailError, Misconfigured

REFUSED: Final = 1
WRONG_USAGE: Final = 2

PRIVATE: Final = 0o077
"""The umask: whatever the broker writes is for its own user alone."""


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
    asyncio.run(compose_core.migrate(load_config()))
    click.echo("The database is up to date.")


cli.add_command(user)
cli.add_command(transcript)
cli.add_command(audit)
cli.add_command(retention)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(hold)
cli.add_command(doctor)


def _leave(message: str, exit_code: int) -> NoReturn:
    click.echo(f"handrail-broker: {printable(message)}", err=True)
    sys.exit(exit_code)
