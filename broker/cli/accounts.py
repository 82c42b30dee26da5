"""`handrail-broker user`: accounts of technicians, leads, auditors and admins."""

import sys

import click

from broker import compose_core
from broker.cli.parts import on_core, operator, printable
from broker.errors import NotFound
from broker.identity.directory import UNKNOWN_EMAIL
from broker.ports import Account, NewAccount
from broker.protocol.vocabulary import Role


@click.group()
def user() -> None:
    """Accounts of technicians, leads, auditors and admins."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that end users see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(email: str, name: str, role: str, *, password_stdin: bool) -> None:
    """Make an account."""
    password = _password(from_stdin=password_stdin)

    async def work(core: compose_core.Core) -> None:
        wanted = NewAccount(email, name, password)
        account = await core.directory.add(wanted, Role(role), operator())
        click.echo(f"Added {_line(account)}")

    on_core(work)


@user.command("list")
def list_users() -> None:
    """Show every account."""

    async def work(core: compose_core.Core) -> None:
        for account in await core.directory.all():
            click.echo(_line(account))

    on_core(work)


@user.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Disable an account and end its sign-ins."""

    async def work(core: compose_core.Core) -> None:
        account = await core.directory.disable(email, operator())
        click.echo(f"Disabled {printable(account.email)}.")

    on_core(work)


@user.command("enable")
@click.argument("email")
def enable_user(email: str) -> None:
    """Let a disabled account sign in again."""

    async def work(core: compose_core.Core) -> None:
        account = await core.directory.enable(email, operator())
        click.echo(f"Enabled {printable(account.email)}.")

    on_core(work)


@user.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(email: str, *, password_stdin: bool) -> None:
    """Give an account another password; it is signed out everywhere."""
    password = _password(from_stdin=password_stdin)

    async def work(core: compose_core.Core) -> None:
        account = await core.directory.set_password(email, password, operator())
        click.echo(f"Changed the password of {printable(account.email)}, and signed it out.")

    on_core(work)


@user.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def change_role(email: str, role: str) -> None:
    """Give an account another role; one that may do less is signed out everywhere."""

    async def work(core: compose_core.Core) -> None:
        account_id = await _id_of(core, email)
        account = await core.keeper.change_role(account_id, Role(role), operator())
        click.echo(f"Changed {_line(account)}")

    on_core(work)


@user.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End an account's sign-ins, API tokens and live sessions."""

    async def work(core: compose_core.Core) -> None:
        account_id = await _id_of(core, email)
        account = await core.keeper.sign_out_everywhere(account_id, operator())
        click.echo(f"Signed {printable(account.email)} out everywhere.")

    on_core(work)


async def _id_of(core: compose_core.Core, email: str) -> str:
    stored = await core.accounts.by_email(email)
    if stored is None:
        raise NotFound(UNKNOWN_EMAIL)
    return stored.account.account_id


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _line(account: Account) -> str:
    state = " (disabled)" if account.disabled else ""
    return printable(f"{account.email}  {account.role.value}  {account.name}{state}")
