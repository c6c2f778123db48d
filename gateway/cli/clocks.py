"""clocks recompute."""

import click

from core import store
from core.clocks import recomputed
from core.number import WIB
from gateway.audit import trail
from gateway.audit.entry import Entry, about
from gateway.bootstrap import Parts
from gateway.cli.common import with_parts
from gateway.cli.operator import operator
from gateway.configuration.holidays import deadlines

_AT_ONCE = 500
_SHOWN = 20


@click.group()
def clocks() -> None:
    """The deadlines of complaints."""


@clocks.command()
@click.option("--apply", "really", is_flag=True, help="Write the change; else it is only shown.")
def recompute(*, really: bool) -> None:
    """Show what changed figures or holidays mean for the clocks that run, and apply it.

    Clocks that ended keep their end. One that was missed and is not due any more runs on as if
    nothing had been; what was told about it stays told.
    """

    async def run(parts: Parts) -> tuple[int, list[str]]:
        behind, seen = 0, 0
        doer = operator(parts.keys)
        lines: list[str] = []
        while True:
            async with parts.database.write() as conn:
                page = await store.running_clocks(conn, behind, _AT_ONCE)
                planned = [
                    (of, old, recomputed(old, deadlines(parts.settings, account)))
                    for of, account, old in page
                ]
                changed = [(of, old, new) for of, old, new in planned if old != new]
                if really:
                    await store.write_deadlines(conn, [new for _, _, new in changed])
                    now = parts.clock()
                    await trail.record(
                        conn,
                        (
                            Entry(parts.new_id(), now, "clock.recompute", doer, about(of))
                            for of, _, _ in changed
                        ),
                    )
            if not page:
                return seen, lines
            behind, seen = page[-1][2].id, seen + len(page)
            lines += [
                f"{old.kind.value:10} {old.unit}: "
                f"{old.due_at.astimezone(WIB):%Y-%m-%d %H:%M} -> "
                f"{new.due_at.astimezone(WIB):%Y-%m-%d %H:%M}"
                for _, old, new in changed
            ]

    seen, lines = with_parts(run)
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"... and {len(lines) - _SHOWN} more")
    said = "were changed" if really else "would change (--apply writes it)"
    click.echo(f"{len(lines)} of {seen} running clocks {said}.")
