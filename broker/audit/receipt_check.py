"""Whether a receipt that an end user kept fits the audit log. Pure.

A receipt stands for itself (its two signatures), and beside the log: the record it names, what it
says happened, and the key that the support client joined with.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import checkpoint_from_json, is_signed_by
from broker.audit.event import FieldClass, class_of
from broker.audit.receipt import COUNTERSIGNED, end_of, machine_of, receipt_key, steps_of
from broker.protocol.receipts import ReceiptStep, SavedReceipt, is_countersigned

NOT_THE_BROKERS: Final = "its broker's signature is not of this log's key, or it was changed"
NOT_COUNTERSIGNED: Final = "the support client's signature does not fit: it was changed"
ANOTHER_END: Final = "the two signatures are not about the same record"
UNKNOWN: Final = "its hash is not on this log"
ANOTHER_SESSION: Final = "the record it names is not the end of its session"
ANOTHER_KEY: Final = "it is signed with another key than the support client joined with"
ANOTHER_STORY: Final = "what it says happened is not what the log says: step {number}, {action}"
ANOTHER_HEAD: Final = "its ticket or computer is not the log's"
NOT_TOLD: Final = "the log does not tell of the support client's signature"


def signature_flaw(saved: SavedReceipt, key: Ed25519PublicKey) -> str | None:
    """Say what is wrong with a receipt by itself, without the log; None when it stands."""
    log, word = saved.receipt.log, saved.countersigned
    if not is_signed_by(checkpoint_from_json(log.model_dump()), key):
        return NOT_THE_BROKERS
    if (log.records, log.hash) != (word.records, word.hash):
        return ANOTHER_END
    if not is_countersigned(saved.receipt.session_id, word, word.key):
        return NOT_COUNTERSIGNED
    return None


def log_flaw(saved: SavedReceipt, records: Sequence[SealedEvent]) -> str | None:
    """Say what of a receipt does not fit the records of its session; None when all does."""
    receipt = saved.receipt
    end = end_of(records)
    if not any(one.hash == receipt.log.hash for one in records):
        return UNKNOWN
    if end is None or (end.sequence, end.hash) != (receipt.log.records, receipt.log.hash):
        return ANOTHER_SESSION
    if receipt_key(records) != saved.countersigned.key:
        return ANOTHER_KEY
    erased = any(one.erased for one in records)
    if receipt.ticket_id != end.event.ticket_id or (
        not erased and receipt.machine != machine_of(records)
    ):
        return ANOTHER_HEAD
    return _story_flaw(receipt.steps, steps_of(records)[0], erased=erased)


def countersignature_missing(saved: SavedReceipt, records: Sequence[SealedEvent]) -> bool:
    """Tell whether the log lacks the client's signature: it may not have got through."""
    signatures = (
        one.event.details.get("signature") for one in records if one.event.action == COUNTERSIGNED
    )
    return saved.countersigned.signature not in signatures


def _story_flaw(
    kept: Sequence[ReceiptStep], told: Sequence[ReceiptStep], *, erased: bool
) -> str | None:
    """Compare step by step; what was erased from the log since cannot be compared."""
    for number, (one, other) in enumerate(zip(kept, told, strict=False), start=1):
        if _comparable(one, erased=erased) != _comparable(other, erased=erased):
            return ANOTHER_STORY.format(number=number, action=other.action)
    if len(kept) != len(told):
        return ANOTHER_STORY.format(number=min(len(kept), len(told)) + 1, action="missing or added")
    return None


def _comparable(step: ReceiptStep, *, erased: bool) -> Mapping[str, Any]:
    fields = step.model_dump()
    if erased:
        fields["name"] = None
        fields["details"] = {
            name: value
            for name, value in step.details.items()
            if class_of(name) is not FieldClass.PERSONAL
        }
    return fields
