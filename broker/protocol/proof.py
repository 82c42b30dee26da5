"""Proof of work: what whoever enters a join code computes first while wrong codes come in floods.

Pure arithmetic, the same in the support client and (as `static/join/proof.js`) in the browser. A
proof has many small parts rather than one large one: its duration hardly varies then, and there is
something to tell meanwhile. After A. Back's Hashcash (2002).
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import WireModel

MAX_BITS: Final = 20
MAX_PARTS: Final = 32
"""More than this no program of ours computes, whoever asks for it."""

COUNTERS: Final = 2**32
"""A counter is four bytes, most significant first; seed, part and counter are one SHA-256 block."""

ProofToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{16,200}$")]
Counter = Annotated[int, Field(ge=0, lt=COUNTERS)]


class ProofChallenge(WireModel):
    """What to compute. For each part the hash must begin with so many zero bits."""

    token: ProofToken
    """Binds the work to the asking address for two minutes, and is good once."""
    parts: Annotated[int, Field(ge=1, le=MAX_PARTS)]
    bits: Annotated[int, Field(ge=1, le=MAX_BITS)]


class ProofOfWork(WireModel):
    """A solved challenge: the counter of each part."""

    token: ProofToken
    counters: Annotated[tuple[Counter, ...], Field(min_length=1, max_length=MAX_PARTS)]


def solve(challenge: ProofChallenge, goes_on: Callable[[int], bool]) -> ProofOfWork | None:
    """Compute a proof; `goes_on` is told how many parts are done, and None follows when it ends it.

    It keeps a processor busy for about a second: call it in a thread.
    """
    counters: list[int] = []
    while len(counters) < challenge.parts:
        if not goes_on(len(counters)):
            return None
        counters.append(_counter(_head(challenge.token, len(counters)), challenge.bits))
    return ProofOfWork(token=challenge.token, counters=tuple(counters))


def is_solved(proof: ProofOfWork, parts: int, bits: int) -> bool:
    """Tell whether all the work was done: one hash a part."""
    bound = _bound(bits)
    return len(proof.counters) == parts and all(
        hashlib.sha256(_head(proof.token, part) + counter.to_bytes(4, "big")).digest() < bound
        for part, counter in enumerate(proof.counters)
    )


def _head(token: str, part: int) -> bytes:
    return hashlib.sha256(token.encode()).digest() + part.to_bytes(4, "big")


def _bound(bits: int) -> bytes:
    """Give the least hash that does not begin with so many zero bits."""
    return (1 << (256 - bits)).to_bytes(32, "big")


def _counter(head: bytes, bits: int) -> int:
    bound, sha256 = _bound(bits), hashlib.sha256
    for counter in range(COUNTERS):
        if sha256(head + counter.to_bytes(4, "big")).digest() < bound:
            return counter
    raise ArithmeticError("no counter fits: the chance of that is nil")  # pragma: no cover
