"""`handrail-broker audit verify --receipt`: hold an end user's receipt against the log."""

from collections.abc import Sequence
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from broker.audit.chain import SealedEvent
from broker.audit.receipt_check import (
    NOT_TOLD,
    countersignature_missing,
    log_flaw,
    signature_flaw,
)
from broker.audit.strict_json import read_evidence
from broker.protocol.receipts import SavedReceipt

MAX_BYTES = 16 * 1024 * 1024


def read_receipt(path: Path) -> SavedReceipt:
    """Read a receipt's JSON file. ClickException when it is none."""
    if path.stat().st_size > MAX_BYTES:
        raise click.ClickException(f"{path} is too large to be a receipt.")
    try:
        text = path.read_bytes()
        read_evidence(text)
        return SavedReceipt.model_validate_json(text)
    except ValidationError as error:
        raise click.ClickException(
            f"{path} is no receipt: it has to be the JSON file that was saved with the page."
        ) from error
    except ValueError as error:
        raise click.ClickException(f"{path} is no receipt: {error}.") from error


def is_about(sealed: SealedEvent, receipt: SavedReceipt | None) -> bool:
    """Tell whether a record is of the session that a receipt is about."""
    return receipt is not None and sealed.event.session_id == receipt.receipt.session_id


def check_receipt(
    saved: SavedReceipt, records: Sequence[SealedEvent], key: Ed25519PublicKey
) -> None:
    """Say whether a receipt fits the records of its session. ClickException when it does not."""
    problem = signature_flaw(saved, key) or log_flaw(saved, records)
    if problem is not None:
        raise click.ClickException(f"The receipt does not fit: {problem}.")
    receipt = saved.receipt
    click.echo(
        f"The receipt fits. Session: {receipt.session_id}. Record: {receipt.log.records}. "
        f"Steps: {len(receipt.steps)}."
    )
    if countersignature_missing(saved, records):
        click.echo(f"Note: {NOT_TOLD}; it may not have got through.")
