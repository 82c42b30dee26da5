"""`handrail-broker doctor`: the state of the system, whether the broker runs or not."""

import asyncio
import json
import sys
from datetime import datetime
from typing import Final

import click

from broker.cli.parts import printable
from broker.compose_system import examine
from broker.config import load_config
from broker.protocol.system import Severity, SystemFinding
from broker.web.pages import asset_folder

CRITICAL: Final = 1
_MARKS: Final = {
    Severity.OK: "ok      ",
    Severity.WARNING: "WARNING ",
    Severity.CRITICAL: "CRITICAL",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As GET /api/v1/system has it.")
def doctor(*, as_json: bool) -> None:
    """Look at the broker's database, disk, servers, certificates, log, feeds and clock.

    It changes nothing, and ends with 1 when something is critical.
    """
    state = asyncio.run(examine(load_config()))
    if as_json:
        click.echo(state.model_dump_json())
    else:
        words: dict[str, str] = json.loads((asset_folder("static") / "locales/en.json").read_text())
        for one in state.findings:
            click.echo(printable(_line(one, words)))
            if advice := words.get(f"system.do.{one.seen}"):
                click.echo(f"          {printable(advice)}")
    sys.exit(CRITICAL if state.severity is Severity.CRITICAL else 0)


def _line(one: SystemFinding, words: dict[str, str]) -> str:
    form = "one" if one.values.get("count") == 1 else "other"
    key = f"system.seen.{one.seen}"
    text = words.get(key) or words[f"{key}.{form}"]
    values = {name: _shown(name, value) for name, value in one.values.items()}
    about = words[f"system.subject.{one.subject}"] + (f" ({one.name})" if one.name else "")
    return f"{_MARKS[one.severity]:<8}  {about}: {text.format(**values)}"


def _shown(name: str, value: str | int) -> str:
    if name.endswith("_bytes"):
        return f"{int(value) / 2**30:.1f} GiB" if int(value) >= 2**30 else f"{int(value) >> 20} MiB"
    if name.endswith("_at"):
        return datetime.fromisoformat(str(value)).strftime("%Y-%m-%d %H:%M UTC")
    return str(value)
