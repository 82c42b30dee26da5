"""Says whether a function of a library is still the one that a workaround was written for.

A workaround that replaces what a library does inside knows its names. When a new version uses
others, the library goes on as it comes, and the log says so once.
"""

import hashlib
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import structlog

log = structlog.get_logger()

Known = dict[Callable[..., Any], str]
"""Functions, each with its fingerprint when the workaround was written."""


def fingerprint(function: Callable[..., Any]) -> str:
    """Give a short hash of all names that a function uses, inner functions included.

    Names stay the same from one version of Python to the next, which byte code does not.
    """
    names = sorted(set(_names(function.__code__)))
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:12]


def fits(where: str, known: Known) -> bool:
    """Whether all these functions have the fingerprints that were known; logs it when not."""
    changed = [
        function.__qualname__
        for function, expected in known.items()
        if fingerprint(function) != expected
    ]
    if changed:
        log.warning("workaround_does_not_fit", workaround=where, changed=changed)
    return not changed


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
