"""Figures of sessions, as JSON and as a table."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.measures import MeasureQuery, Measures
from broker.service.measures import csv_lines
from broker.web.bodies import answer, read_query
from broker.web.context import context_of
from broker.web.gate import identity_of


async def read_measures(request: web.Request) -> web.Response:
    """Give the figures."""
    return answer(await _measures(request))


async def export_measures(request: web.Request) -> web.Response:
    """Give them as CSV."""
    measures = await _measures(request)
    text = "".join(csv_lines(measures))
    span = f"{measures.since:%Y-%m-%d}-to-{measures.until:%Y-%m-%d}"
    name = f"handrail-measures-{span}-by-{measures.by}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def _measures(request: web.Request) -> Measures:
    asked = read_query(request, MeasureQuery)
    return await context_of(request).measures.measures(identity_of(request).account, asked)


HANDLERS: dict[str, Handler] = {
    "read_measures": read_measures,
    "export_measures": export_measures,
}
