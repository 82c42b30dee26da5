"""JSON of evidence: what says one thing twice has no meaning that everybody reads alike. Pure."""

import json
from typing import Any


def read_evidence(text: str | bytes) -> Any:
    """Read JSON. ValueError, saying what is wrong, when it is none or a key is given twice."""
    try:
        return json.loads(text, object_pairs_hook=_each_key_once)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:80]!a} is given twice")
        found[key] = value
    return found
