"""The one table of the HTTP API's endpoints, by subject.

`ENDPOINTS` is what the broker routes by and what the OpenAPI document is made from, so neither
can tell anything that the other does not.
"""

from broker.protocol.endpoints import (
    accounts,
    audit,
    branding,
    feeds,
    groups,
    holds,
    live,
    measures,
    public,
    ratings,
    receipts,
    replies,
    reports,
    sessions,
    sign_in,
    system,
    technicians,
    tokens,
    transcripts,
)
from broker.protocol.endpoints.endpoint import Access, Endpoint

__all__ = ["ENDPOINTS", "Access", "Endpoint"]

ENDPOINTS: tuple[Endpoint, ...] = (
    *sign_in.ENDPOINTS,
    *sessions.ENDPOINTS,
    *live.ENDPOINTS,
    *technicians.ENDPOINTS,
    *transcripts.ENDPOINTS,
    *receipts.ENDPOINTS,
    *ratings.ENDPOINTS,
    *measures.ENDPOINTS,
    *holds.ENDPOINTS,
    *replies.ENDPOINTS,
    *reports.ENDPOINTS,
    *groups.ENDPOINTS,
    *audit.ENDPOINTS,
    *feeds.ENDPOINTS,
    *system.ENDPOINTS,
    *branding.ENDPOINTS,
    *accounts.ENDPOINTS,
    *tokens.ENDPOINTS,
    *public.ENDPOINTS,
)
"""Every operation, and which roles may call it.

All writing operations also refuse a foreign `Origin` (not_permitted).
"""
