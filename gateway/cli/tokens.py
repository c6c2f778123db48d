"""token create, list, revoke."""

import click
from sqlalchemy import select

from core.access import OfficerRole
from core.complaint import UnitId
from core.number import WIB
from core.tables import unit
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.cli.operator import operator
from gateway.web.access import create_token, revoke_token, tokens


@click.group()
def token() -> None:
    """Access tokens of the REST API."""


@token.command("create")
@click.option("--unit", "unit_id", required=True, help="A unit's slug, e.g. biro-pemerintahan.")
@click.option(
    "--role", type=click.Choice([r.value for r in OfficerRole]), required=True, help="What it may."
)
def create(unit_id: str, role: str) -> None:
    """Create a token for a unit and a role, and print it. It is shown this once."""

    async def run(parts: Parts) -> str | None:
        async with parts.database.write() as conn:
            known = await conn.scalar(select(unit.c.id).where(unit.c.id == unit_id))
            if known is None:
                return None
            return await create_token(
                conn, parts.keys, unit=UnitId(known), role=OfficerRole(role), now=parts.clock(),
                new_id=parts.new_id, by=operator(parts.keys),
            )  # fmt: skip

    made = with_parts(run)
    if made is None:
        refuse(f"there is no unit '{unit_id}'; name one of the city's, or add it under [[units]]")
    click.echo(made)


@token.command("list")
def list_() -> None:
    """Every token: id, unit, role, since when, and whether it was revoked. Never the token."""

    async def run(parts: Parts) -> list[str]:
        async with parts.database.read() as conn:
            rows = await tokens(conn)
        return [
            f"{row.id}  {row.unit_id}  {row.role}  {row.created_at.astimezone(WIB):%Y-%m-%d %H:%M}"
            + (f"  revoked {row.revoked_at.astimezone(WIB):%Y-%m-%d}" if row.revoked_at else "")
            for row in rows
        ]

    click.echo("\n".join(with_parts(run)) or "There is no token; `kanal token create` makes one.")


@token.command()
@click.argument("token_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
def revoke(token_id: int) -> None:
    """Let nobody in with a token any more, from the next request on. `token list` has the ID."""

    async def run(parts: Parts) -> bool:
        async with parts.database.write() as conn:
            return await revoke_token(
                conn, token_id, now=parts.clock(), new_id=parts.new_id, by=operator(parts.keys)
            )

    if not with_parts(run):
        refuse(f"there is no token {token_id} that is still good; `kanal token list` names them")
    click.echo(f"Token {token_id} is revoked.")
