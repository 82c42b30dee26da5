"""The composition root: with `compose_*` the only modules that name concrete adapters."""

import asyncio
import functools
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from broker.audit.checkpoint import Checkpoint
from broker.audit.checkpoint import sign as sign_checkpoint
from broker.compose_core import Core, open_core
from broker.compose_feeds import feed_settings, feeds_of
from broker.compose_system import system_desk
from broker.config import Config
from broker.errors import AuditUnavailable
from broker.protocol.files import FilePolicy
from broker.retention_ports import RecordClass
from broker.service import indexing
from broker.service.accounts import Accounts
from broker.service.audit_desk import AuditDesk
from broker.service.background import in_background
from broker.service.branding import BrandDesk
from broker.service.checkpoints import Checkpoints
from broker.service.company import Company
from broker.service.console_side import ConsoleSide
from broker.service.desk import Desk
from broker.service.distrust import Reports
from broker.service.end_user_side import EndUserSide
from broker.service.feeds import Feeds
from broker.service.groups import Groups
from broker.service.ice_servers import IceSettings
from broker.service.live_desk import LiveDesk
from broker.service.measures import MeasureDesk
from broker.service.notes import Notes
from broker.service.ratings import Ratings
from broker.service.receipts import Receipts
from broker.service.registry import Registry, ServicePorts, ServiceSettings
from broker.service.relays import RelaySettings, RelayUse
from broker.service.replies import Replies
from broker.service.retention import Retention
from broker.service.revocations import Revocations
from broker.service.tokens import Tokens
from broker.service.transcripts import Transcripts
from broker.web.app import build_app
from broker.web.attempts import Attempts
from broker.web.code_guard import CodeGuard
from broker.web.context import WebContext, WebSettings
from broker.web.doorstep import Doorstep
from broker.web.heartbeats import Heartbeats
from broker.web.metrics import Metrics
from broker.web.server import Listening, serving
from broker.web.sign_ins import SignIns
from broker.web.tickets import Tickets
from broker.web.tls import Certificate
from broker.web.token_pace import TokenPace

log = structlog.get_logger(__name__)

INSECURE_HTTP = (
    "allow_insecure_http is set: passwords, codes and tokens travel in the clear. It is for tests "
    "on isolated networks only."
)


def web_context(core: Core, config: Config) -> WebContext:
    """Put the service and what its handlers need together."""
    registry = _registry(core, config)
    branding = BrandDesk(core.brand, core.clock)
    metrics = _metrics(core, registry)
    attempts = Attempts()
    revocations = Revocations(registry, core.accounts, core.clock)
    feeds = Feeds(feeds_of(core.feeds, core.clock, config))
    return WebContext(
        settings=_web_settings(config),
        directory=core.directory,
        audit_log=core.audit_log,
        registry=registry,
        desk=Desk(registry),
        end_user_side=EndUserSide(registry, core.accounts, branding),
        branding=branding,
        console_side=ConsoleSide(registry),
        company=Company(registry, core.directory),
        notes=Notes(registry, core.notes, core.audit_log),
        replies=Replies(core.replies, core.secrets, core.clock),
        transcripts=Transcripts(registry, core.transcripts),
        retention=retention(core, config),
        receipts=Receipts(registry, _signer(core)),
        ratings=Ratings(registry, core.ratings),
        measures=MeasureDesk(registry, core.measures),
        reports=Reports(registry),
        audit_desk=AuditDesk(core.audit_search, core.audit_index, core.audit_log, core.clock),
        saved_filters=core.saved_filters,
        feeds=feeds,
        system=system_desk(
            core.database, config, feeds, core.clock, lambda: registry.log_watch.problem
        ),
        metrics=metrics,
        groups=Groups(core.groups, core.accounts, core.secrets, core.clock, revocations),
        accounts=Accounts(core.keeper, core.accounts, revocations),
        revocations=revocations,
        live_desk=LiveDesk(registry, revocations),
        tokens=Tokens(core.tokens, core.accounts, core.audit_log, core.secrets, core.clock),
        attempts=attempts,
        code_guard=CodeGuard(registry, attempts),
        doorstep=Doorstep(),
        heartbeats=Heartbeats(),
        tickets=Tickets(core.secrets, core.clock.now),
        sign_ins=SignIns(core.directory),
        token_pace=TokenPace(),
    )


def run(config: Config) -> None:
    """Run the broker until SIGINT or SIGTERM. Misconfigured, AuditUnavailable."""
    configure_logging(config)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(config))


async def _serve(config: Config) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    where, certificate = Listening(config.host, config.port), _certificate(config)
    async with open_core(config) as core:
        context, checkpoints = web_context(core, config), _checkpoints(core)
        await checkpoints.check()
        await _note_feeds(core, context.feeds, config)
        async with (
            checkpoints.running(),
            indexing.following(core.audit_index),
            context.registry.running(),
            context.revocations.running(),
            context.retention.running(),
            context.feeds.running(),
            serving(build_app(context), where, certificate),
            _following(certificate),
        ):
            await _announce(core, config)
            await stopped.wait()
            log.info("broker.stopping")


async def _note_feeds(core: Core, feeds: Feeds, config: Config) -> None:
    """A log that cannot be written stops no start: the next one notes it."""
    settings = core.secrets.fingerprint(feed_settings(config))
    try:
        await feeds.note_change(core.feeds, core.audit_log, settings, core.clock.now())
    except AuditUnavailable as error:
        log.warning("audit.feeds_not_noted", problem=error.detail)


def retention(core: Core, config: Config) -> Retention:
    """Put what is kept for how long together."""
    days = {kind: getattr(config, f"keep_{kind.value}_days") for kind in RecordClass}
    return Retention(core.retention, core.clock, {kind: n for kind, n in days.items() if n})


def _checkpoints(core: Core) -> Checkpoints:
    return Checkpoints(core.checkpoints, core.checkpoint_file, core.clock, _signer(core))


def _signer(core: Core) -> Callable[[int, str, datetime], Checkpoint]:
    return functools.partial(sign_checkpoint, key=core.secrets.audit_key)


def _certificate(config: Config) -> Certificate | None:
    if config.tls_certificate is None or config.tls_key is None:
        return None
    return Certificate(config.tls_certificate, config.tls_key)


@asynccontextmanager
async def _following(certificate: Certificate | None) -> AsyncIterator[None]:
    """Read a certificate again on SIGHUP and when its files change; SIGHUP alone ends nobody."""
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None:
        reload = certificate.reload if certificate else lambda: None
        asyncio.get_running_loop().add_signal_handler(hang_up, reload)
    if certificate is None:
        yield
        return
    async with in_background(certificate.follow(), name="certificate"):
        yield


async def _announce(core: Core, config: Config) -> None:
    log.info("broker.listening", url=config.public_url)
    if config.allow_insecure_http:
        log.warning("broker.insecure_http", host=config.host, advice=INSECURE_HTTP)
    token = await core.directory.setup_token()
    if token is not None:
        link = f"{config.public_url}/console/#/setup/{token}"
        print(f"\nMake the first admin account here (works once):\n\n  {link}\n", flush=True)


def configure_logging(config: Config) -> None:
    """Write structured lines to standard error; never more than the configured level."""
    level = logging.getLevelNamesMapping()[config.log_level]
    render = structlog.processors.JSONRenderer() if config.log_json else _console_renderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=max(level, logging.WARNING))


def _console_renderer() -> structlog.types.Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop


def _metrics(core: Core, registry: Registry) -> Metrics:
    metrics = Metrics()
    core.database.appended = metrics.appended
    count = {use: metrics.relay_counter(use) for use in RelayUse}
    registry.relays.passed = lambda use, length: count[use](length)
    return metrics


def _registry(core: Core, config: Config) -> Registry:
    return Registry(
        ServicePorts(
            core.sessions, core.audit_log, core.reports, core.groups, core.secrets, core.clock
        ),
        ServiceSettings(
            config.organisation,
            config.limits,
            _ice_settings(config),
            _relay_settings(config),
            _file_policy(config),
            renewal_min=config.rights_renewal_min,
            support_contact=config.support_contact,
            asks_for_transcripts=config.transcript_to_ticket == "ask",
        ),
    )


def _web_settings(config: Config) -> WebSettings:
    return WebSettings(
        public_url=config.public_url,
        allowed_origins=frozenset(config.allowed_origins),
        organisation=config.organisation,
        trusted_proxies=config.trusted_proxies,
        downloads_dir=config.downloads_dir,
        proxies_only=config.answers_proxies_only,
    )


def _ice_settings(config: Config) -> IceSettings:
    return IceSettings(
        config.stun_urls,
        config.turn_urls,
        config.turn_secret.get_secret_value(),
        config.turn_credential_s,
    )


def _relay_settings(config: Config) -> dict[RelayUse, RelaySettings]:
    return {
        RelayUse.FILES: RelaySettings(
            config.relay_allowed, config.relay_session_bytes, config.relay_at_once
        ),
        RelayUse.SESSION: RelaySettings(
            config.tunnel_allowed, config.tunnel_session_bytes, config.tunnel_at_once
        ),
    }


def _file_policy(config: Config) -> FilePolicy:
    return FilePolicy(
        max_file_bytes=config.max_file_bytes or None,
        max_files=config.max_files,
        relay=config.relay_allowed,
    )
