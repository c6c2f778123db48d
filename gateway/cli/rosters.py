"""roster import."""

from pathlib import Path

import click

from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.cli.operator import operator
from gateway.duty.listing import Imported, RosterInvalid, bring, read


@click.group()
def roster() -> None:
    """Who is told of the work of a unit."""


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_roster(file: Path) -> None:
    """Make FILE the rosters of the units that it names.

    FILE is CSV with the header unit,name,account,address,days,hours,told; days (1-5), hours
    (07:30-16:00) and told (new,clock,decision,answer,emergency,confidential) may be left out. The
    order of its lines is the order in which an emergency calls. It is taken as a whole or not at
    all.
    """

    async def run(parts: Parts) -> Imported:
        return await bring(parts, read(file, parts.lines), operator(parts.keys))

    try:
        done = with_parts(run)
    except RosterInvalid as error:
        refuse(*error.problems)
    for slug, count in done.rosters.items():
        click.echo(f"{count:4}  {slug}")
    click.echo(f"{sum(done.rosters.values())} are on these rosters now; {done.left} were before.")
