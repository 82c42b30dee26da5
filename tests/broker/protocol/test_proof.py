"""Proof of work: pure arithmetic, the same in Python and in the browser."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from broker.protocol.proof import MAX_BITS, MAX_PARTS, ProofChallenge, ProofOfWork, is_solved, solve

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "proof.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["challenge"]["token"][:8])
def test_the_proof_is_the_one_that_the_browser_computes(vector: dict[str, object]) -> None:
    challenge = ProofChallenge.model_validate_json(json.dumps(vector["challenge"]))
    proof = solve(challenge, lambda _: True)
    assert proof is not None
    assert proof.model_dump(mode="json") == vector["proof"]
    assert is_solved(proof, challenge.parts, challenge.bits)


@given(st.text("abcABC012_-.", min_size=16, max_size=200), st.integers(1, 4), st.integers(1, 8))
def test_what_was_solved_is_taken_and_nothing_less(token: str, parts: int, bits: int) -> None:
    proof = solve(ProofChallenge(token=token, parts=parts, bits=bits), lambda _: True)
    assert proof is not None
    assert is_solved(proof, parts, bits)
    assert not is_solved(proof, parts + 1, bits)
    assert not is_solved(proof, parts, 60)
    other = ProofOfWork(token="x" * 16, counters=proof.counters)
    assert not is_solved(other, parts, 60)


def test_whoever_gives_up_gets_no_proof() -> None:
    told: list[int] = []

    def goes_on(done: int) -> bool:
        told.append(done)
        return done < 2

    assert solve(ProofChallenge(token="t" * 16, parts=9, bits=1), goes_on) is None
    assert told == [0, 1, 2]


def test_nobody_can_ask_for_minutes_of_work() -> None:
    for parts, bits in ((MAX_PARTS + 1, 1), (1, MAX_BITS + 1), (0, 1), (1, 0)):
        with pytest.raises(ValidationError):
            ProofChallenge(token="t" * 16, parts=parts, bits=bits)
