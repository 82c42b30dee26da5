"""The handlers of the HTTP API, found by the `operation_id` of `protocol.endpoints.ENDPOINTS`."""

from aiohttp.typedefs import Handler

from broker.web.api import (
    accounts,
    audit,
    branding,
    feeds,
    groups,
    health,
    holds,
    ice,
    joining,
    live,
    measures,
    people,
    ratings,
    receipts,
    replies,
    reports,
    sessions,
    system,
    technicians,
    tokens,
    transcripts,
)

HANDLERS: dict[str, Handler] = {
    **accounts.HANDLERS,
    **sessions.HANDLERS,
    **live.HANDLERS,
    **audit.HANDLERS,
    **feeds.HANDLERS,
    **system.HANDLERS,
    **branding.HANDLERS,
    **technicians.HANDLERS,
    **replies.HANDLERS,
    **transcripts.HANDLERS,
    **receipts.HANDLERS,
    **ratings.HANDLERS,
    **measures.HANDLERS,
    **holds.HANDLERS,
    **reports.HANDLERS,
    **groups.HANDLERS,
    **people.HANDLERS,
    **tokens.HANDLERS,
    **joining.HANDLERS,
    **ice.HANDLERS,
    **health.HANDLERS,
}
"""Every operation and what carries it out."""
