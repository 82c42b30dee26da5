"""API tokens: listing, making, taking away."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.tokens import MakeToken, TokenList, TokenMade, TokenView
from broker.service.tokens import Holder, Tokens, scopes_of
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def list_tokens(request: web.Request) -> web.Response:
    """Give the tokens that the account may see."""
    account, tokens = identity_of(request).account, context_of(request).tokens
    seen = [_view(tokens, holder) for holder in await tokens.seen_by(account)]
    return answer(TokenList(tokens=tuple(seen), scopes=scopes_of(account.role)))


async def make_token(request: web.Request) -> web.Response:
    """Make a token and tell it, this once."""
    account, tokens = identity_of(request).account, context_of(request).tokens
    wanted = await read_body(request, MakeToken)
    token, kept = await tokens.make(account, wanted, source_address(request))
    return answer(TokenMade(token=token, view=_view(tokens, Holder(account, kept))), 201)


async def delete_token(request: web.Request) -> web.Response:
    """Take a token away."""
    account, token_id = identity_of(request).account, request.match_info["token_id"]
    await context_of(request).tokens.delete(account, token_id, source_address(request))
    return web.Response(status=204)


def _view(tokens: Tokens, holder: Holder) -> TokenView:
    kept = holder.token
    return TokenView(
        token_id=kept.token_id,
        name=kept.name,
        account_id=kept.account_id,
        account_name=holder.account.name,
        scopes=kept.scopes,
        created_at=kept.created_at,
        expires_at=kept.expires_at,
        last_used_at=kept.last_used_at,
        valid=tokens.is_valid(holder),
    )


HANDLERS: dict[str, Handler] = {
    "list_tokens": list_tokens,
    "make_token": make_token,
    "delete_token": delete_token,
}
