"""The end user's receipt, for the support client with its token."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.receipts import Countersign
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.source import bearer_of, source_address


async def read_receipt(request: web.Request) -> web.Response:
    """Give the receipt of a session that is over."""
    session_id = request.match_info["session_id"]
    receipts = context_of(request).receipts
    receipts.check_token(session_id, bearer_of(request))
    return answer(await receipts.receipt(session_id))


async def countersign_receipt(request: web.Request) -> web.Response:
    """Put the client's signature on the log."""
    session_id = request.match_info["session_id"]
    receipts = context_of(request).receipts
    receipts.check_token(session_id, bearer_of(request))
    word = await read_body(request, Countersign)
    await receipts.countersign(session_id, word, source_address(request))
    return web.Response(status=204)


HANDLERS: dict[str, Handler] = {
    "read_receipt": read_receipt,
    "countersign_receipt": countersign_receipt,
}
