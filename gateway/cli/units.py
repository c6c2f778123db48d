"""units import."""

from collections.abc import Iterator
from pathlib import Path

import click

from gateway.audit import trail
from gateway.audit.entry import Entry
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.cli.operator import operator
from gateway.units.unit_list import Imported, ListInvalid, bring, read


@click.group()
def units() -> None:
    """The units of the city."""


@units.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_units(file: Path, *, dry_run: bool) -> None:
    """Add the units in FILE, or change those that are known already.

    FILE is CSV with the header id,name,kind,parent,coordinator,kelurahan_code,retired (any may be
    left out but the first three), or TOML with [[units]]. It is taken as a whole or not at all.
    """

    async def run(parts: Parts) -> Imported:
        async with parts.database.write() as conn:
            done = await bring(conn, read(file), parts.clock(), dry_run=dry_run)
            if not dry_run:
                await trail.record(conn, _entries(done, parts))
            return done

    try:
        done = with_parts(run)
    except ListInvalid as error:
        refuse(*error.problems)
    for word, slugs in (("new", done.added), ("changed", done.changed)):
        for slug in slugs:
            click.echo(f"{word:8} {slug}")
    verb = "would be" if dry_run else "were"
    click.echo(
        f"{len(done.added)} units {verb} added, {len(done.changed)} changed; "
        f"{done.unchanged} are as they were."
    )


def _entries(done: Imported, parts: Parts) -> Iterator[Entry]:
    doer, now = operator(parts.keys), parts.clock()
    for action, slugs in (("unit.add", done.added), ("unit.change", done.changed)):
        for slug in slugs:
            yield Entry(parts.new_id(), now, action, doer, f"unit:{slug}")
