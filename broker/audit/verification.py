"""A whole log held against its chain and its checkpoints, record by record. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.audit.chain import NOTHING_READ, Flaw, SealedEvent, Verdict, conclude, follow
from broker.audit.checkpoint import Checkpoint, is_signed_by


class Verification:
    """Take every record, the first one first; then ask for the verdict."""

    def __init__(self, checkpoints: Iterable[Checkpoint] = ()) -> None:
        """`checkpoints` are of this log and their signatures are good: see `forgery_among`."""
        self._awaited: dict[int, list[Checkpoint]] = defaultdict(list)
        for checkpoint in checkpoints:
            self._awaited[checkpoint.records].append(checkpoint)
        self._verdict = NOTHING_READ
        self.checkpoints_met = 0

    def take(self, record: SealedEvent) -> bool:
        """Follow the log by one record; False when it does not fit and the rest tells nothing."""
        self._verdict = follow(self._verdict, record)
        for checkpoint in self._awaited.pop(record.sequence, ()):
            if self._verdict.flaw is None and checkpoint.hash != record.hash:
                problem = (
                    f"it is not the record that the checkpoint of {checkpoint.signed_at} signs: "
                    "the log was written anew up to here, or forked before"
                )
                self._verdict = replace(self._verdict, flaw=Flaw(record.sequence, problem))
            self.checkpoints_met += 1
        return self._verdict.flaw is None

    def verdict(self) -> Verdict:
        """Conclude: the log is over, so what checkpoints sign beyond its end is lost."""
        if self._verdict.flaw is None and self._awaited:
            last = max(self._awaited)
            problem = (
                f"it is missing: the log ends here, and the checkpoint of "
                f"{self._awaited[last][0].signed_at} signs {last} records"
            )
            return replace(self._verdict, flaw=Flaw(self._verdict.records + 1, problem))
        return conclude(self._verdict)


def forgery_among(checkpoints: Iterable[Checkpoint], key: Ed25519PublicKey) -> Checkpoint | None:
    """Give the first checkpoint that this key did not sign as it is; None when all are good."""
    return next((one for one in checkpoints if not is_signed_by(one, key)), None)
