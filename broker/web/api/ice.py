"""The STUN and TURN servers, for whoever tries their connection outside of a session."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.ice import IceServers
from broker.service.ice_servers import trial_servers, without_credentials
from broker.web.bodies import answer
from broker.web.context import context_of
from broker.web.gate import identity_of


async def list_ice_addresses(request: web.Request) -> web.Response:
    """Say where they are; whoever has no account and no session gets no credentials."""
    settings = context_of(request).registry.settings.ice
    return answer(IceServers(servers=without_credentials(settings)))


async def list_ice_servers(request: web.Request) -> web.Response:
    """Give a technician what they try their connection with."""
    identity, registry = identity_of(request), context_of(request).registry
    account_id, now = identity.account.account_id, registry.ports.clock.now()
    return answer(IceServers(servers=trial_servers(registry.settings.ice, account_id, now)))


HANDLERS: dict[str, Handler] = {
    "list_ice_addresses": list_ice_addresses,
    "list_ice_servers": list_ice_servers,
}
