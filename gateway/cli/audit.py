"""audit verify, head, list."""

import click

from core import store
from core.number import WIB
from gateway.audit import trail
from gateway.audit.chain import Head
from gateway.audit.entry import Entry, about
from gateway.audit.seal import head as sealed_head
from gateway.audit.verify import Verified
from gateway.audit.verify import verify as follow
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.cli.operator import operator


class _Printed(click.ParamType[Head]):
    name = "position:digest"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Head:
        try:
            return Head.parse(str(value))
        except ValueError:
            self.fail("that is no head; it looks like 4711:9f2c… with 64 digits", param, ctx)


@click.group()
def audit() -> None:
    """Who changed what, and who looked at what is confidential."""


@audit.command()
@click.option(
    "--head", "printed", type=_Printed(), multiple=True, help="A head that was printed earlier."
)
def verify(printed: tuple[Head, ...]) -> None:
    """Follow the chain from its beginning; exit code 1 and the first broken row if it is broken.

    Without --head a chain that was made anew as a whole, with this installation's key file, cannot
    be told from the true one; with the head of an old monthly report it can.
    """

    async def run(parts: Parts) -> Verified:
        return await follow(parts.database, parts.keys, printed)

    found = with_parts(run)
    if found.unsealed and found.unsealed_since:
        since = found.unsealed_since.astimezone(WIB)
        click.echo(f"{found.unsealed} rows are not sealed yet, since {since:%Y-%m-%d %H:%M:%S}.")
    if found.broken:
        refuse(
            f"the audit is broken: {found.broken}. The {found.head.position} rows before hold. "
            "docs/operations.md, 'The audit does not verify', says what to do"
        )
    click.echo(f"{found.head.position} rows follow each other without a break.")
    click.echo(str(found.head))


@audit.command()
def head() -> None:
    """Print the head of the chain: how many rows, and the digest of the last.

    The monthly report prints it. Kept outside of this installation it proves later that nothing
    before it was changed: `kanal audit verify --head …`.
    """

    async def run(parts: Parts) -> Head:
        async with parts.database.read() as conn:
            return await sealed_head(conn)

    click.echo(str(with_parts(run)))


@audit.command("list")
@click.option("--complaint", "number", help="What was done to the complaint with this number.")
@click.option("--actor", help="What somebody did: user:…, token:…, os:…")
@click.option("--address", help="What was done from this network address.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
def list_(number: str | None, actor: str | None, address: str | None, limit: int) -> None:
    """Print the newest rows that fit, oldest first. That is recorded too."""

    async def run(parts: Parts) -> list[str] | None:
        async with parts.database.write() as conn:
            subject = None
            if number is not None:
                found = await store.find(conn, number, confidential=True)
                if found is None:
                    return None
                subject = about(found.id)
            doer = operator(parts.keys)
            read = Entry(parts.new_id(), parts.clock(), "audit.list", doer, subject or "audit:")
            asker = parts.keys.asker(address) if address else None
            rows = await trail.entries(conn, subject=subject, actor=actor, asker=asker, limit=limit)
            await trail.record(conn, [read])
        return [
            f"{row.at.astimezone(WIB):%Y-%m-%d %H:%M:%S}  {row.via:7}  {row.actor or 'system'}  "
            f"{row.unit}  {row.action}  {row.subject}"
            for row in rows
        ]

    lines = with_parts(run)
    if lines is None:
        refuse(f"there is no complaint {number}")
    click.echo("\n".join(lines) or "Nothing was recorded.")
