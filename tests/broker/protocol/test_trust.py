"""The string on both screens, as the console computes it too; and what its words are like."""

import hashlib
import json
import unicodedata
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from broker.protocol.trust import (
    TrustCommit,
    TrustPart,
    commitment_of,
    is_only_fingerprint,
    string_of,
)
from broker.protocol.trust_words import WORDS

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "trust.json").read_text())
SESSION_ID: str = VECTORS["session_id"]
CONSOLE = TrustPart(**VECTORS["console"]["part"])
CLIENT = TrustPart(**VECTORS["client"]["part"])


def test_the_commitment_is_as_both_sides_know_it() -> None:
    assert commitment_of(SESSION_ID, CONSOLE) == VECTORS["commitment"]


@pytest.mark.parametrize("vector", VECTORS["strings"], ids=lambda vector: vector["language"])
def test_the_string_is_as_both_sides_know_it(vector: dict[str, Any]) -> None:
    string = string_of(SESSION_ID, CONSOLE, CLIENT, vector["language"])
    assert string.transcript.hex() == vector["transcript"]
    assert string.digits == vector["digits"]
    assert list(string.words) == vector["words"]


def test_the_vectors_are_what_the_protocol_says() -> None:
    """Worked out here from the words of the specification."""

    def framed(*texts: str) -> bytes:
        return b"".join(len(text).to_bytes(4, "big") + text.encode() for text in texts)

    console = (CONSOLE.nonce, CONSOLE.fingerprint, CONSOLE.key)
    client = (CLIENT.nonce, CLIENT.fingerprint, CLIENT.key)
    commitment = hashlib.sha256(framed("handrail trust 1 commit", SESSION_ID, *console))
    assert commitment.hexdigest() == VECTORS["commitment"]
    whole = framed("handrail trust 1 string", SESSION_ID, *console, *client, "fr")
    transcript = hashlib.sha256(whole).digest()
    (vector,) = (one for one in VECTORS["strings"] if one["language"] == "fr")
    assert transcript.hex() == vector["transcript"]
    assert int(vector["digits"]) == int(transcript.hex()[:16], 16) % 10_000
    assert vector["words"] == [WORDS["fr"][transcript[8]], WORDS["fr"][transcript[9]]]


@pytest.mark.parametrize("name", ["nonce", "fingerprint", "key"])
@pytest.mark.parametrize("side", ["console", "client"])
def test_whatever_is_changed_on_the_way_makes_another_string(side: str, name: str) -> None:
    parts = {"console": CONSOLE, "client": CLIENT}
    other = parts["client" if side == "console" else "console"]
    changed = {**parts, side: parts[side].model_copy(update={name: getattr(other, name)})}
    assert string_of(SESSION_ID, **changed, language="en") != string_of(
        SESSION_ID, **parts, language="en"
    )


def test_a_string_of_another_session_is_another() -> None:
    strings = {string_of(one, CONSOLE, CLIENT, "en").transcript for one in (SESSION_ID, "ses_")}
    assert len(strings) == 2


@pytest.mark.parametrize("vector", VECTORS["descriptions"], ids=lambda vector: vector["about"])
def test_a_description_may_name_the_certificate_that_was_agreed_on_and_no_other(
    vector: dict[str, Any],
) -> None:
    assert is_only_fingerprint(vector["sdp"], VECTORS["fingerprint"]) is vector["fits"]


@pytest.mark.parametrize(
    "commitment", ["", "a" * 63, "A" * 64, "a" * 65, "g" * 64, "a" * 64 + "\n", None]
)
def test_a_commitment_has_one_form(commitment: str | None) -> None:
    with pytest.raises(ValidationError):
        TrustCommit.model_validate({"commitment": commitment})


@pytest.mark.parametrize("language", WORDS)
def test_no_two_words_of_a_language_are_taken_for_each_other(language: Any) -> None:
    words = WORDS[language]
    assert len(words) == 256
    assert all(unicodedata.is_normalized("NFC", word) for word in words)
    plain = [_plain(word) for word in words]
    assert all(word.isascii() and word.isalpha() and 4 <= len(word) <= 9 for word in plain)
    assert len({word[:4] for word in plain}) == 256
    assert [pair for pair in combinations(plain, 2) if _is_one_letter_apart(*pair)] == []


def test_no_word_is_of_both_languages() -> None:
    assert not set(map(_plain, WORDS["en"])) & set(map(_plain, WORDS["fr"]))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _is_one_letter_apart(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
