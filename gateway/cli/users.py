"""user add, list, change, disable, enable, password."""

import sys
from collections.abc import Awaitable, Callable

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import OfficerRole
from core.number import WIB
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.cli.operator import operator
from gateway.users import accounts, passwords
from gateway.users.accounts import Act, User, UserRefused
from gateway.users.passwords import PasswordRefused


@click.group()
def user() -> None:
    """People with accounts."""


_from_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Take the person's own from the input."
)


@user.command()
@click.argument("login", metavar="NAME")
@click.option("--unit", "unit_id", required=True, help="A unit's slug, e.g. biro-pemerintahan.")
@click.option(
    "--role", type=click.Choice([r.value for r in OfficerRole]), required=True, help="What it may."
)
@click.option(
    "--account", "limits", multiple=True, help="Only this channel of those that the unit owns."
)
@_from_stdin
def add(login: str, unit_id: str, role: str, limits: tuple[str, ...], from_stdin: bool) -> None:
    """Let a person in, and print a one-time password, this once.

    It is good for 72 hours, and for nothing but replacing it by an own one.
    """
    password, stored = _password(login, from_stdin=from_stdin)

    async def run(parts: Parts, conn: AsyncConnection, act: Act) -> None:
        await accounts.add(
            conn, parts.settings, act, login=login, unit_id=unit_id, role=OfficerRole(role),
            accounts=limits, password_hash=stored, is_one_time=not from_stdin,
        )  # fmt: skip

    _do(run)
    _hand_over(login, password, from_stdin=from_stdin)


@user.command("list")
def list_users() -> None:
    """Who has an account: name, id, unit, role, channels, and whether it can be used."""

    async def run(parts: Parts) -> list[str]:
        async with parts.database.read() as conn:
            return [_line(found) for found in await accounts.listed(conn)]

    click.echo("\n".join(with_parts(run)) or "Nobody has an account; `kanal user add` makes one.")


@user.command()
@click.argument("login", metavar="NAME")
@click.option("--unit", "unit_id", help="The slug of another unit.")
@click.option("--role", type=click.Choice([r.value for r in OfficerRole]), help="Another role.")
@click.option(
    "--account", "limits", multiple=True, help="From now on only this channel of the unit's."
)
@click.option("--all-accounts", is_flag=True, help="From now on every channel of the unit.")
def change(
    login: str, unit_id: str | None, role: str | None, limits: tuple[str, ...], all_accounts: bool
) -> None:
    """Give a person another unit, role or choice of channels; whoever is signed in is out.

    What a supervisor or a coordinator sees follows from the unit: its city, its field. What was
    done before stands under the unit and the role of then.
    """
    if limits and all_accounts:
        refuse("--account and --all-accounts exclude each other")
    accounts_now = limits if limits or all_accounts else None

    async def run(parts: Parts, conn: AsyncConnection, act: Act) -> None:
        changed = await accounts.change(
            conn, parts.settings, act, login, unit_id=unit_id,
            role=OfficerRole(role) if role else None, accounts=accounts_now,
        )  # fmt: skip
        click.echo(_line(changed))

    _do(run)


@user.command()
@click.argument("login", metavar="NAME")
def disable(login: str) -> None:
    """Let a person in no more; whoever is signed in under this name is out at once.

    What they did stays under their id. A name is never given to somebody else.
    """

    async def run(_parts: Parts, conn: AsyncConnection, act: Act) -> None:
        await accounts.disable(conn, act, login)

    _do(run)
    click.echo(f"{login} is disabled. `kanal user enable` undoes it.")


@user.command()
@click.argument("login", metavar="NAME")
def enable(login: str) -> None:
    """Let a person in again that was disabled, with the password of then."""

    async def run(_parts: Parts, conn: AsyncConnection, act: Act) -> None:
        await accounts.enable(conn, act, login)

    _do(run)
    click.echo(f"{login} may sign in again.")


@user.command("password")
@click.argument("login", metavar="NAME")
@_from_stdin
def new_password(login: str, from_stdin: bool) -> None:
    """Give a person another password, as with `user add`; whoever is signed in is out."""
    password, stored = _password(login, from_stdin=from_stdin)

    async def run(_parts: Parts, conn: AsyncConnection, act: Act) -> None:
        await accounts.set_password(conn, act, login, stored, is_one_time=not from_stdin)

    _do(run)
    _hand_over(login, password, from_stdin=from_stdin)


def _password(login: str, *, from_stdin: bool) -> tuple[str, str]:
    """The password and what is stored of it."""
    if not from_stdin:
        made = passwords.one_time()
        return made, passwords.hashed(made)
    given = sys.stdin.readline().rstrip("\r\n")
    try:
        passwords.require_good(given, login)
    except PasswordRefused as error:
        refuse(str(error))
    return given, passwords.hashed(given)


def _hand_over(login: str, password: str, *, from_stdin: bool) -> None:
    if from_stdin:
        click.echo(f"{login} can sign in.")
    else:
        click.echo(password)


def _do(work: Callable[[Parts, AsyncConnection, Act], Awaitable[None]]) -> None:
    async def run(parts: Parts) -> None:
        act = Act(operator(parts.keys), parts.clock(), parts.new_id)
        async with parts.database.write() as conn:
            await work(parts, conn, act)

    try:
        with_parts(run)
    except UserRefused as error:
        refuse(str(error))


def _line(found: User) -> str:
    state = "active"
    if found.disabled_at:
        state = f"disabled {found.disabled_at.astimezone(WIB):%Y-%m-%d}"
    elif found.one_time_until:
        state = f"one-time password until {found.one_time_until.astimezone(WIB):%Y-%m-%d %H:%M}"
    channels = ",".join(found.accounts) or "all of the unit"
    return f"{found.login}  user:{found.id}  {found.unit}  {found.role}  {channels}  {state}"
