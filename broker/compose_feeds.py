"""Puts together whatever the broker sends by itself: the live feeds that an admin has set."""

from broker.audit.chain import SealedEvent
from broker.audit.formats import jsonl_line
from broker.config import Config
from broker.config_targets import webhook_secrets
from broker.feed_ports import FeedStore
from broker.outbound.https import Post, trusting
from broker.outbound.webhook import Webhook
from broker.ports import Clock
from broker.service.feeds import Feed, RecordSource


def feeds_of(store: FeedStore, clock: Clock, config: Config) -> tuple[Feed, ...]:
    """Give a feed for each receiver that is set. Misconfigured when its authority is no file."""
    return tuple(feed for feed in (_webhook(store, clock, config),) if feed is not None)


def _webhook(store: FeedStore, clock: Clock, config: Config) -> Feed | None:
    if not config.audit_webhook_url:
        return None
    sender = Webhook(
        _post(config.audit_webhook_url, config), webhook_secrets(config.audit_webhook_secret)
    )
    return Feed(store, RecordSource(store, record_as_json), sender, clock)


def _post(url: str, config: Config) -> Post:
    return Post(url, config.outbound_networks, trusting(config.outbound_ca_file))


def record_as_json(record: SealedEvent, note: str | None) -> bytes:
    """Write a record as a line of an export has it."""
    return jsonl_line(record, note).rstrip("\n").encode()
