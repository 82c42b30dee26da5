"""What every handler needs, handed over once by `broker.compose`."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from aiohttp import web

from broker.audit_ports import SavedFilterStore
from broker.ports import AuditLog, Directory
from broker.service.accounts import Accounts
from broker.service.audit_desk import AuditDesk
from broker.service.branding import BrandDesk
from broker.service.company import Company
from broker.service.console_side import ConsoleSide
from broker.service.desk import Desk
from broker.service.distrust import Reports
from broker.service.end_user_side import EndUserSide
from broker.service.feeds import Feeds
from broker.service.groups import Groups
from broker.service.live_desk import LiveDesk
from broker.service.measures import MeasureDesk
from broker.service.notes import Notes
from broker.service.ratings import Ratings
from broker.service.receipts import Receipts
from broker.service.registry import Registry
from broker.service.replies import Replies
from broker.service.retention import Retention
from broker.service.revocations import Revocations
from broker.service.system import SystemDesk
from broker.service.tokens import Tokens
from broker.service.transcripts import Transcripts
from broker.web.attempts import Attempts
from broker.web.code_guard import CodeGuard
from broker.web.doorstep import Doorstep
from broker.web.heartbeats import Heartbeats
from broker.web.metrics import Metrics
from broker.web.sign_ins import SignIns
from broker.web.tickets import Tickets
from broker.web.token_pace import TokenPace


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What an admin may set about the web side."""

    public_url: str
    allowed_origins: frozenset[str]
    organisation: str
    trusted_proxies: Sequence[IPv4Network | IPv6Network]
    downloads_dir: Path
    proxies_only: bool = False
    """Whether only a trusted proxy may ask anything."""

    @property
    def secure(self) -> bool:
        """Whether people reach this broker by HTTPS."""
        return self.public_url.startswith("https:")


@dataclass(frozen=True, slots=True)
class WebContext:
    """The broker, as its handlers see it."""

    settings: WebSettings
    directory: Directory
    audit_log: AuditLog
    registry: Registry
    desk: Desk
    end_user_side: EndUserSide
    console_side: ConsoleSide
    company: Company
    notes: Notes
    replies: Replies
    transcripts: Transcripts
    receipts: Receipts
    ratings: Ratings
    measures: MeasureDesk
    retention: Retention
    reports: Reports
    groups: Groups
    audit_desk: AuditDesk
    saved_filters: SavedFilterStore
    feeds: Feeds
    system: SystemDesk
    branding: BrandDesk
    metrics: Metrics
    accounts: Accounts
    revocations: Revocations
    live_desk: LiveDesk
    tokens: Tokens
    attempts: Attempts
    code_guard: CodeGuard
    doorstep: Doorstep
    heartbeats: Heartbeats
    tickets: Tickets
    sign_ins: SignIns
    token_pace: TokenPace


CONTEXT: web.AppKey[WebContext] = web.AppKey("context", WebContext)


def context_of(request: web.Request) -> WebContext:
    """Give the broker's context."""
    return request.app[CONTEXT]
