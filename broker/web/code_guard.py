"""Stands before every join code that comes in, by the page or by a support client.

Four limits, cheapest first: failures of an address, proof of work while the alarm rings, the chance
of a hit over all addresses, and then the code itself is judged.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from broker.audit.event import BROKER
from broker.errors import CodeRejected, ProofNeeded
from broker.protocol.proof import ProofOfWork
from broker.service.registry import Registry
from broker.web.alarm import Alarm
from broker.web.attempts import Attempts
from broker.web.chance import ChanceBudget
from broker.web.proofs import Proofs

log = structlog.get_logger(__name__)

JOIN: Final = "join"


class CodeGuard:
    """The limits on guessing join codes. Kept in memory: a restart forgives."""

    def __init__(
        self,
        registry: Registry,
        attempts: Attempts,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._attempts = attempts
        self._alarm = Alarm(now)
        self._chance = ChanceBudget(now)
        self._proofs = Proofs(registry.ports.secrets, registry.ports.clock.now)

    @asynccontextmanager
    async def one_code(self, address: str | None, proof: ProofOfWork | None) -> AsyncIterator[None]:
        """Judge a code inside this; CodeRejected makes it a failure.

        TooManyRequests, or ProofNeeded with what to compute first.
        """
        async with self._attempts.by_address(JOIN, address, CodeRejected):
            self._check_proof(address, proof)
            try:
                with self._chance.one_guess(self._registry.live_codes(), CodeRejected):
                    yield
            except CodeRejected:
                await self._failed()
                raise

    @property
    def notices(self) -> tuple[str, ...]:
        """What an admin should know now: nothing, or that codes are being guessed."""
        if not self._alarm.rings:
            return ()
        return (
            "Many wrong join codes come in: whoever enters one has to prove work first. "
            f"Wrong codes in the last minute: {self._alarm.failures}.",
        )

    def _check_proof(self, address: str | None, proof: ProofOfWork | None) -> None:
        if not self._alarm.rings:
            return
        if proof is None or not self._proofs.takes(proof, address):
            raise ProofNeeded(self._proofs.challenge(address))

    async def _failed(self) -> None:
        if self._alarm.note_failure():
            failures = self._alarm.failures
            log.warning("join.alarm", failures_in_a_minute=failures)
            await self._registry.refused("join.alarm", BROKER, details={"failures": failures})
