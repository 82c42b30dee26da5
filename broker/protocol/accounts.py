"""Accounts as admins keep them: bodies of the HTTP API."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import StringConstraints

from broker.protocol.rest import Email, NewPassword
from broker.protocol.vocabulary import AccountId, PersonName, Role, WireModel

INVITATION_HOURS: Final = 72

InvitationToken = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{32}\.[0-9]{10}\.[A-Za-z0-9_-]{43}$")
]


class AccountEntry(WireModel):
    """An account as admins and auditors see it."""

    account_id: AccountId
    email: str
    name: PersonName
    role: Role
    created_at: datetime
    disabled: bool


class AccountList(WireModel):
    """Every account, by email."""

    accounts: tuple[AccountEntry, ...]


class InviteAccount(WireModel):
    """Makes an account; its owner chooses the password by the link."""

    email: Email
    name: PersonName
    role: Role


class ChangeRole(WireModel):
    """Another role for an account."""

    role: Role


class InvitationIssued(WireModel):
    """A link by which the account's owner chooses a password, once; told this once."""

    account: AccountEntry
    link: str
    expires_at: datetime


class AcceptInvitation(WireModel):
    """Takes an invitation up."""

    token: InvitationToken
    password: NewPassword
