"""Puts together whatever the broker sends by itself: the live feeds that an admin has set."""

import json
from functools import partial
from urllib.parse import urlsplit

from broker.audit.chain import SealedEvent
from broker.audit.formats import jsonl_line
from broker.audit.syslog import syslog_frame
from broker.config import Config
from broker.config_targets import syslog_target, webhook_secrets
from broker.feed_ports import FeedStore
from broker.outbound.https import Post, trusting
from broker.outbound.syslog import TlsSyslog
from broker.outbound.webhook import Webhook, Witness
from broker.ports import Clock
from broker.service.feeds import CheckpointSource, Feed, RecordSource


def feeds_of(store: FeedStore, clock: Clock, config: Config) -> tuple[Feed, ...]:
    """Give a feed for each receiver that is set. Misconfigured when its authority is no file."""
    made = (_webhook(store, clock, config), _syslog(store, clock, config))
    return tuple(one for one in (*made, _witness(store, clock, config)) if one is not None)


def feed_settings(config: Config) -> str:
    """Give all that is set of feeds, as a text to compare: it holds secrets."""
    secret = config.audit_webhook_secret.get_secret_value()
    urls = config.audit_webhook_url, config.audit_syslog, config.audit_witness_url
    return json.dumps([*urls, secret])


def _webhook(store: FeedStore, clock: Clock, config: Config) -> Feed | None:
    if not config.audit_webhook_url:
        return None
    secrets = webhook_secrets(config.audit_webhook_secret)
    sender = Webhook(_post(config.audit_webhook_url, config), secrets)
    return Feed(store, RecordSource(store, record_as_json), sender, clock)


def _syslog(store: FeedStore, clock: Clock, config: Config) -> Feed | None:
    if not config.audit_syslog:
        return None
    host, port = syslog_target(config.audit_syslog)
    tls = trusting(config.outbound_ca_file)
    frame = partial(syslog_frame, host=urlsplit(config.public_url).hostname or "-")
    sender = TlsSyslog(host, port, config.outbound_networks, tls)
    return Feed(store, RecordSource(store, frame), sender, clock)


def _witness(store: FeedStore, clock: Clock, config: Config) -> Feed | None:
    if not config.audit_witness_url:
        return None
    sender = Witness(_post(config.audit_witness_url, config))
    return Feed(store, CheckpointSource(store), sender, clock)


def _post(url: str, config: Config) -> Post:
    return Post(url, config.outbound_networks, trusting(config.outbound_ca_file))


def record_as_json(record: SealedEvent, note: str | None) -> bytes:
    """Write a record as a line of an export has it."""
    return jsonl_line(record, note).rstrip("\n").encode()
