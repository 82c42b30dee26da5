"""`python -m tests.torture`: thousands of kills on SQLite and on PostgreSQL."""

import asyncio
import tempfile
import time
from pathlib import Path

import click

from broker.storage.migrations import migrate
from tests.rig import postgresql
from tests.torture.kills import run


@click.command()
@click.option("--kills", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Other moments of the kills.")
@click.option("--only", type=click.Choice(["sqlite", "postgresql"]), help="One database alone.")
def torture(kills: int, seed: int, only: str | None) -> None:
    """Kill a writer of the audit log again and again: no acknowledged record may be lost."""
    with tempfile.TemporaryDirectory(prefix="handrail-torture-") as folder:
        if only != "postgresql":
            _one("SQLite", f"sqlite:///{folder}/handrail.db", Path(folder), kills, seed)
        if only != "sqlite":
            with postgresql.running() as server:
                _one("PostgreSQL", server.new_database(), Path(folder), kills, seed)


def _one(name: str, url: str, folder: Path, kills: int, seed: int) -> None:
    asyncio.run(migrate(url))
    began = time.monotonic()
    survived = run(url, folder / f"{name}.jsonl", kills, seed)
    click.echo(
        f"{name}: {survived.kills} kills, {survived.acknowledged} acknowledged records, all there; "
        f"{survived.records} records and {survived.checkpoints} checkpoints verified "
        f"in {time.monotonic() - began:.0f} s."
    )


if __name__ == "__main__":
    torture()
