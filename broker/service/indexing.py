"""Keeps the search index behind the log up to date, so that no search has to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from broker.audit_ports import AuditIndex
from broker.errors import AuditUnavailable
from broker.service.background import in_background

log = structlog.get_logger(__name__)

REST_S: Final = 5.0
"""How often the log's end is looked at."""

AT_ONCE: Final = 2_000
"""Records that are taken in before others may write."""

BREATH_S: Final = 0.01
"""So long others may write while a long log is taken in."""


@asynccontextmanager
async def following(index: AuditIndex) -> AsyncIterator[None]:
    """Follow the log until the block ends."""
    async with in_background(_follow(index), name="audit index"):
        yield


async def _follow(index: AuditIndex) -> None:
    failed = False
    while True:
        try:
            left, failed = await index.follow(AT_ONCE), False
        except AuditUnavailable as error:
            if not failed:
                log.warning("audit.index_not_kept", problem=error.detail)
            left, failed = 0, True
        await asyncio.sleep(BREATH_S if left else REST_S)
