"""Accounts as admins keep them, and taking an invitation up."""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.account_ports import Invitation
from broker.errors import NotFound
from broker.ports import Account
from broker.protocol.accounts import (
    AcceptInvitation,
    AccountEntry,
    AccountList,
    ChangeRole,
    InvitationIssued,
    InviteAccount,
)
from broker.web.api.accounts import welcome
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address

INVITATION: Final = "invitation"


async def accept_invitation(request: web.Request) -> web.Response:
    """Set the password and both cookies."""
    context, address = context_of(request), source_address(request)
    body = await read_body(request, AcceptInvitation)
    async with context.attempts.by_address(INVITATION, address, NotFound):
        signed_in = await context.accounts.keeper.accept(body.token, body.password, address)
    return welcome(request, signed_in)


async def list_accounts(request: web.Request) -> web.Response:
    """Give every account."""
    accounts = await context_of(request).accounts.all()
    return answer(AccountList(accounts=tuple(map(_entry, accounts))))


async def invite_account(request: web.Request) -> web.Response:
    """Make an account and tell its link, this once."""
    by, address = identity_of(request).account, source_address(request)
    new = await read_body(request, InviteAccount)
    return _issued(request, await context_of(request).accounts.invite(by, new, address))


async def invite_again(request: web.Request) -> web.Response:
    """Tell a link by which a password is chosen anew."""
    by, account_id, address = _who(request)
    accounts = context_of(request).accounts
    return _issued(request, await accounts.invite_again(by, account_id, address))


async def change_role(request: web.Request) -> web.Response:
    """Give an account another role."""
    by, account_id, address = _who(request)
    role = (await read_body(request, ChangeRole)).role
    accounts = context_of(request).accounts
    return answer(_entry(await accounts.change_role(by, account_id, role, address)))


async def disable_account(request: web.Request) -> web.Response:
    """Let an account sign in no more."""
    by, account_id, address = _who(request)
    return answer(_entry(await context_of(request).accounts.disable(by, account_id, address)))


async def enable_account(request: web.Request) -> web.Response:
    """Let an account sign in again."""
    by, account_id, address = _who(request)
    return answer(_entry(await context_of(request).accounts.enable(by, account_id, address)))


async def sign_out_account(request: web.Request) -> web.Response:
    """End an account's sign-ins, sessions and tokens."""
    by, account_id, address = _who(request)
    return answer(_entry(await context_of(request).accounts.sign_out(by, account_id, address)))


def _who(request: web.Request) -> tuple[Account, str, str | None]:
    account_id = request.match_info["account_id"]
    return identity_of(request).account, account_id, source_address(request)


def _issued(request: web.Request, invitation: Invitation) -> web.Response:
    issued = InvitationIssued(
        account=_entry(invitation.account),
        link=f"{context_of(request).settings.public_url}/console/#/welcome/{invitation.token}",
        expires_at=invitation.expires_at,
    )
    return answer(issued, 201)


def _entry(account: Account) -> AccountEntry:
    return AccountEntry(
        account_id=account.account_id,
        email=account.email,
        name=account.name,
        role=account.role,
        created_at=account.created_at,
        disabled=account.disabled,
    )


HANDLERS: dict[str, Handler] = {
    "accept_invitation": accept_invitation,
    "list_accounts": list_accounts,
    "invite_account": invite_account,
    "invite_again": invite_again,
    "change_role": change_role,
    "disable_account": disable_account,
    "enable_account": enable_account,
    "sign_out_account": sign_out_account,
}
