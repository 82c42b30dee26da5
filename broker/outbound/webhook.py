"""Batches of audit records as a webhook, and checkpoints for a witness.

A webhook is signed as Standard Webhooks has it: HMAC-SHA-256 of `id.timestamp.body`
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from broker.audit.event import canonical_time
from broker.feed_ports import FeedItem
from broker.outbound.https import Post

RECORDS_AT_ONCE: Final = 100
"""Records of one body: some 100 KB."""


class Webhook:
    """Sends records as JSON: implements `FeedSender`."""

    kind = "webhook"
    most = RECORDS_AT_ONCE

    def __init__(self, post: Post, secrets: Sequence[bytes]) -> None:
        self._post = post
        self._secrets = tuple(secrets)
        self.target = post.host

    async def send(self, items: Sequence[FeedItem], now: datetime) -> None:
        """Post a batch. DeliveryFailed unless it was taken."""
        first, last = items[0].position, items[-1].position
        head = f'{{"type":"audit.records","timestamp":"{canonical_time(now)}",'
        head += f'"data":{{"first":{first},"last":{last},"records":['
        body = head.encode() + b",".join(item.data for item in items) + b"]}}"
        await self._post.send(body, signed(self._secrets, f"audit_{first}_{last}", now, body))


class Witness:
    """Sends checkpoints, each signed as it is: implements `FeedSender`."""

    kind = "witness"
    most = 1

    def __init__(self, post: Post) -> None:
        self._post = post
        self.target = post.host

    async def send(self, items: Sequence[FeedItem], now: datetime) -> None:  # noqa: ARG002
        """Post each. DeliveryFailed unless it was taken."""
        for item in items:
            await self._post.send(item.data, {})


def signed(secrets: Sequence[bytes], message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Give the headers that show who sent a body; one signature for each secret."""
    stamp = str(int(now.timestamp()))
    content = f"{message_id}.{stamp}.".encode() + body
    signatures = (
        base64.b64encode(hmac.digest(secret, content, "sha256")).decode() for secret in secrets
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
