"""Puts together what looks at the state of the system: for the server, and for `doctor`."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from broker.compose_core import SystemClock
from broker.compose_feeds import feeds_of
from broker.config import Config
from broker.findings import CertificateFacts, ServerFacts
from broker.machine import clock_in_step, disk_of
from broker.outbound.https import trusting
from broker.outbound.reach import ask_server, certificate_of_file, certificate_of_host
from broker.ports import Clock
from broker.protocol.system import SystemLimit, SystemState
from broker.service.feeds import Feeds
from broker.service.system import SystemDesk, SystemProbes, SystemStores
from broker.storage.checkpoints import JsonLinesCheckpoints, SqlCheckpointStore
from broker.storage.database import Database
from broker.storage.feeds import SqlFeedStore
from broker.storage.health import look_at

_RELAYS = ("relay_session_bytes", "relay_at_once")
_TUNNELS = ("tunnel_session_bytes", "tunnel_at_once")
_KEPT = ("keep_transcripts_days", "keep_notes_days", "keep_reports_days", "keep_personal_days")


def system_desk(
    database: Database,
    config: Config,
    feeds: Feeds,
    clock: Clock,
    log_problem: Callable[[], str | None],
) -> SystemDesk:
    """Give what looks at this broker's system. Misconfigured."""
    probes = SystemProbes(
        database=partial(look_at, database, config.database_url),
        servers=partial(_servers, config),
        certificates=partial(_certificates, config),
        disk=partial(disk_of, config.data_dir),
        clock_in_step=clock_in_step,
        log_problem=log_problem,
    )
    stores = SystemStores(
        SqlCheckpointStore(database),
        JsonLinesCheckpoints(config.audit_checkpoints),
        SqlFeedStore(database),
        beside=_is_in(config.audit_checkpoints, config.data_dir),
    )
    return SystemDesk(probes, stores, feeds, limits_of(config), clock)


async def examine(config: Config) -> SystemState:
    """Look once, whether the broker runs or not; nothing is made and nothing changed."""
    database, clock = Database(config.database_url), SystemClock()
    feeds = Feeds(feeds_of(SqlFeedStore(database), clock, config))
    try:
        return await system_desk(database, config, feeds, clock, lambda: None).state()
    finally:
        await database.close()


def limits_of(config: Config) -> tuple[SystemLimit, ...]:
    """Give the limits in force, by the names of their settings."""
    lives = {
        f"limits.{one.name}": getattr(config.limits, one.name) for one in fields(config.limits)
    }
    names = [
        "rights_renewal_min",
        "max_file_bytes",
        "max_files",
        *(_RELAYS if config.relay_allowed else ()),
        *(_TUNNELS if config.tunnel_allowed else ()),
        *_KEPT,
        "keep_sessions_days",
    ]
    all_of_them = lives | {name: getattr(config, name) for name in names}
    return tuple(SystemLimit(name=name, value=value) for name, value in all_of_them.items())


async def _servers(config: Config) -> tuple[ServerFacts, ...]:
    tls = trusting(config.outbound_ca_file)
    urls = (*config.stun_urls, *config.turn_urls)
    return tuple(await asyncio.gather(*(ask_server(url, tls) for url in urls)))


async def _certificates(config: Config) -> tuple[CertificateFacts, ...]:
    """The broker's own, or that of the proxy in front of it."""
    url = urlsplit(config.public_url)
    name = url.hostname or ""
    if config.tls_certificate is not None:
        return (await asyncio.to_thread(certificate_of_file, config.tls_certificate, name),)
    if url.scheme != "https":
        return ()
    tls = trusting(config.outbound_ca_file)
    return (await certificate_of_host(name, url.port or 443, tls),)


def _is_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
