"""What `audit verify` is given as files: an export, and checkpoints kept elsewhere."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import Checkpoint, checkpoint_from_json
from broker.audit.export import kept_from_json, record_from_json
from broker.audit.strict_json import read_evidence


def exported(export: Path) -> Iterator[tuple[SealedEvent, Mapping[str, Any] | None]]:
    """Give an export's records, each with what it tells of where the export holds that.

    ClickException names a line that is none, and tells a selection.
    """
    for number, fields in _objects(export):
        if number == 1:
            _refuse_selection(export, fields)
        try:
            record, kept = record_from_json(fields), kept_from_json(fields)
        except ValueError as error:
            raise _unreadable(export, number, error) from error
        yield record, kept


def named_checkpoints(kept: Path) -> tuple[Checkpoint, ...]:
    """Give every checkpoint of a file that somebody named, so that each line of it counts.

    ClickException when a line is none (also one that was cut), and when there are none at all.
    """
    found = []
    for number, fields in _objects(kept):
        try:
            found.append(checkpoint_from_json(fields))
        except ValueError as error:
            raise _unreadable(kept, number, error) from error
    if not found:
        raise click.ClickException(
            f"{kept} holds no checkpoints: nothing was verified. Name the file that the broker "
            "writes (audit_checkpoints), or leave --checkpoints out."
        )
    return tuple(found)


def _objects(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                fields = read_evidence(line)
            except ValueError as error:
                raise _unreadable(path, number, error) from error
            yield number, fields


def _unreadable(path: Path, number: int, problem: object) -> click.ClickException:
    return click.ClickException(f"Line {number} of {path} cannot be read: {problem}.")


def _refuse_selection(export: Path, first: Any) -> None:
    sequence = first.get("sequence") if isinstance(first, dict) else None
    if type(sequence) is int and sequence != 1:
        raise click.ClickException(
            f"{export} begins with record {sequence}: it is a selection, as the console saves it "
            "(or its first records were taken away), and cannot be verified alone. "
            "`handrail-broker audit export` writes the whole log in order, which can."
        )
