"""`handrail-broker audit`: look at the log, verify and export it, erase what it says of people."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker import compose_core
from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import Checkpoint, public_key_text, read_public_key
from broker.audit.event import PERSONAL_ERASED, AuditEvent, canonical_time
from broker.audit.export import KEPT, record_json
from broker.audit.kept import KINDS, KeptCheck, kind_of
from broker.audit.verification import Verification, forgery_among
from broker.cli.beside import Beside, counts, flaws_of, refuse
from broker.cli.evidence_files import exported, named_checkpoints
from broker.cli.parts import on_core, operator, printable
from broker.cli.receipts import check_receipt, is_about, read_receipt
from broker.config import load_config
from broker.identity.secrets import FILE_NAME, look_at_secrets
from broker.protocol.receipts import SavedReceipt
from broker.storage.checkpoints import JsonLinesCheckpoints
from broker.storage.kept import SqlKept

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("list")
@click.option("--ticket", help="Only this ticket's events.")
@click.option("--session", help="Only this session's events.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_events(ticket: str | None, session: str | None, limit: int, *, as_json: bool) -> None:
    """Show the last events, oldest first."""

    async def work(core: compose_core.Core) -> None:
        found = await core.audit_log.newest(ticket_id=ticket, session_id=session, limit=limit)
        for sealed in found:
            click.echo(_json_line(sealed) if as_json else _text_line(sealed))

    on_core(work, only_read=True)


@audit.command("key")
def show_key() -> None:
    """Show the public key that checkpoints are signed for: keep it where you verify exports."""
    click.echo(public_key_text(_own_key("Run this where the broker is.")))


@audit.command("export")
@click.option("--with-kept", is_flag=True, help="With the notes and kept chats beside the log.")
def export_log(*, with_kept: bool) -> None:
    """Write the whole log to standard output, a JSON object a line, for `verify --from-export`."""

    async def work(core: compose_core.Core) -> None:
        kept = SqlKept(core.database)
        async for sealed in core.audit_log.everything():
            kind = kind_of(sealed) if with_kept else None
            fields = None if kind is None else await kept.of_record(kind, sealed.sequence)
            click.echo(_json_line(sealed, fields))

    on_core(work, only_read=True)


@audit.command("verify")
@click.option("--from-export", "export", type=FILE, help="An export, instead of the database.")
@click.option("--checkpoints", "kept", type=FILE, help="Checkpoints kept elsewhere.")
@click.option("--key", help="The public key (`audit key`), where the broker's secrets are not.")
@click.option("--receipt", type=FILE, help="Hold an end user's receipt against the log, too.")
def verify_log(
    export: Path | None, kept: Path | None, key: str | None, receipt: Path | None
) -> None:
    """Check that no record was changed, removed, added or moved since it was written.

    So it checks what lies beside the log: notes, kept chats, and the rows of sessions, reports and
    ratings; with --from-export those notes and chats that the export holds.

    The chain finds what was not recomputed, and checkpoints find the rest: a log that was written
    anew, that lost its last records, or that was restored from an older copy. With --from-export
    it needs no database.
    """
    saved = None if receipt is None else read_receipt(receipt)
    if export is None:
        on_core(lambda core: _verify_database(core, kept, key, saved), only_read=True)
    else:
        _verify_export(export, kept, key, saved)


async def _verify_database(
    core: compose_core.Core, kept: Path | None, key: str | None, receipt: SavedReceipt | None
) -> None:
    public_key = _public_key(key)
    own = JsonLinesCheckpoints(load_config().audit_checkpoints)
    outside = own.all() if kept is None else named_checkpoints(kept)
    checkpoints = _trusted(outside, public_key)
    checkpoints += _trusted(await core.checkpoints.all(), public_key)
    verification, beside = Verification(checkpoints), Beside()
    await beside.read(core.database)
    concerned: list[SealedEvent] = []
    async for sealed in core.audit_log.everything():
        if not verification.take(sealed):
            break
        beside.see(sealed)
        if is_about(sealed, receipt):
            concerned.append(sealed)
    _refuse_flaws(verification, await core.audit_log.sessions_without_creation())
    refuse(beside.flaws())
    _report(verification, beside.told())
    if receipt is not None:
        check_receipt(receipt, concerned, public_key)


def _verify_export(
    export: Path, kept: Path | None, key: str | None, receipt: SavedReceipt | None
) -> None:
    checkpoints: tuple[Checkpoint, ...] = ()
    if kept is not None:
        checkpoints = _trusted(named_checkpoints(kept), _public_key(key))
    verification = Verification(checkpoints)
    beside = {kind: KeptCheck(kind) for kind in KINDS}
    concerned: list[SealedEvent] = []
    for sealed, kept_fields in exported(export):
        if not verification.take(sealed):
            break
        if (kind := kind_of(sealed)) is not None:
            beside[kind].take_exported(sealed, kept_fields)
        if is_about(sealed, receipt):
            concerned.append(sealed)
    _refuse_flaws(verification, ())
    checks = tuple(beside.values())
    refuse(tuple(flaws_of(checks)))
    _report(verification, counts(checks))
    if kept is None:
        click.echo(
            "Nothing here shows that it is complete to its end: hold it against checkpoints that "
            "were kept elsewhere (--checkpoints)."
        )
    if receipt is not None:
        check_receipt(receipt, concerned, _public_key(key))


def _public_key(key: str | None) -> Ed25519PublicKey:
    if key is None:
        return _own_key(
            "Give it with --key: `handrail-broker audit key` shows it where the broker is."
        )
    try:
        return read_public_key(key)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--key") from error


def _own_key(otherwise: str) -> Ed25519PublicKey:
    data_dir = load_config().data_dir
    if not (data_dir / FILE_NAME).exists():
        raise click.UsageError(
            f"There are no secrets in {data_dir} to take the public key from. {otherwise}"
        )
    return look_at_secrets(data_dir).audit_key.public_key()


def _trusted(checkpoints: tuple[Checkpoint, ...], key: Ed25519PublicKey) -> tuple[Checkpoint, ...]:
    forged = forgery_among(checkpoints, key)
    if forged is not None:
        raise click.ClickException(
            f"The checkpoint of {forged.signed_at} over {forged.records} records is not signed by "
            f"this log's key: it was changed, or another key is needed."
        )
    return checkpoints


def _refuse_flaws(verification: Verification, without_creation: tuple[str, ...]) -> None:
    verdict = verification.verdict()
    if verdict.flaw is not None:
        raise click.ClickException(
            f"The audit log is broken at record {verdict.flaw.sequence}: "
            f"{printable(verdict.flaw.problem)}. "
            f"Sound records before it: {min(verdict.records, verdict.flaw.sequence - 1)}."
        )
    if without_creation:
        raise click.ClickException(
            f"The audit log is not whole: {len(without_creation)} of the sessions in the database "
            f"have no record of their creation, first {without_creation[0]}."
        )


def _report(verification: Verification, beside: str) -> None:
    verdict = verification.verdict()
    click.echo(
        f"The audit log is sound. Records: {verdict.records}. Last: {verdict.last_hash}. "
        f"Checkpoints met: {verification.checkpoints_met}. {beside}"
    )


@audit.command("erase")
@click.argument("owner")
def erase_personal(owner: str) -> None:
    """Erase what the log says of people in a session (its id), by an account, or in a month.

    Names, addresses, machines and file names are gone for good; what happened, and when, stays. For
    records of no session and no account, OWNER is the month, as month_2026-11.
    """

    async def work(core: compose_core.Core) -> None:
        await core.audit_log.erase_personal(
            AuditEvent(
                core.clock.now(), PERSONAL_ERASED, operator(), details={"erased_owner": owner}
            )
        )
        click.echo(f"Erased what the audit log said of people in {printable(owner)}.")

    on_core(work)


@audit.command("restored")
@click.option("--reason", required=True, help="Why an older copy was restored, for the log.")
def accept_restored(reason: str) -> None:
    """Put on record that the database was restored from an older copy, and go on with it.

    The checkpoints so far are put aside, not deleted: they still show what was lost.
    """

    async def work(core: compose_core.Core) -> None:
        aside = core.checkpoint_file.put_aside()
        await core.audit_log.append(
            AuditEvent(core.clock.now(), "audit.restored", operator(), details={"reason": reason})
        )
        click.echo(f"It is on record. The checkpoints so far are in {printable(aside)}.")

    on_core(work)


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


def _json_line(sealed: SealedEvent, kept: Mapping[str, Any] | None = None) -> str:
    """Give the very fields that are hashed, so that others can verify the chain too."""
    beside = {} if kept is None else {KEPT: kept}
    return json.dumps(record_json(sealed) | beside)
