"""Which STUN and TURN servers the peers of a session get, with credentials that end by themselves.

TURN credentials follow the REST API for access to TURN services (draft-uberti-behave-turn-rest-00),
which coturn calls `use-auth-secret`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.protocol.signaling import IceServer

TRIAL_S: Final = 120
"""How long the credentials are good with which a technician tries their connection."""


@dataclass(frozen=True, slots=True)
class IceSettings:
    """What the admin configured; nothing by default, since a LAN needs nothing."""

    stun_urls: Sequence[str] = ()
    turn_urls: Sequence[str] = ()
    turn_secret: str = ""
    turn_credential_s: int = 8 * 3600


def ice_servers(
    settings: IceSettings, owner: str, now: datetime, session_ends_at: datetime
) -> tuple[IceServer, ...]:
    """Give the `iceServers` of one session, which is their `owner`.

    TURN credentials name it, and end by themselves, at the latest when the session has to.
    """
    servers: list[IceServer] = []
    if settings.stun_urls:
        servers.append(IceServer(urls=tuple(settings.stun_urls)))
    if settings.turn_urls:
        ends_at = min(now + timedelta(seconds=settings.turn_credential_s), session_ends_at)
        servers.append(_turn(settings, owner, ends_at))
    return tuple(servers)


def trial_servers(settings: IceSettings, account_id: str, now: datetime) -> tuple[IceServer, ...]:
    """Give what an account tries its connection with: the credentials name it, and end soon."""
    return ice_servers(settings, account_id, now, now + timedelta(seconds=TRIAL_S))


def without_credentials(settings: IceSettings) -> tuple[IceServer, ...]:
    """Give where the servers are, for whoever nobody vouches for."""
    urls = (*settings.stun_urls, *settings.turn_urls)
    return (IceServer(urls=urls),) if urls else ()


def _turn(settings: IceSettings, owner: str, ends_at: datetime) -> IceServer:
    username = f"{int(ends_at.timestamp())}:{owner}"
    # SHA-1 is what the TURN REST API and coturn prescribe; HMAC-SHA-1 is not broken.
    mac = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(mac).decode()
    return IceServer(urls=tuple(settings.turn_urls), username=username, credential=credential)
