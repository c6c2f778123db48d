"""keys status, add, rotate, drop."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from core.number import WIB
from gateway.bootstrap import StartRefused, brief, own_keys, prepare_schema
from gateway.cli.common import environment, refuse, run_or_refuse
from gateway.cli.operator import operator
from gateway.ops import logs
from gateway.sealing.desk import KeyDesk, Keyring, NotNow
from gateway.sealing.keys import KeysInvalid
from gateway.sealing.known import register
from gateway.sealing.reseal import AlreadyAtIt, Sealed
from gateway.sealing.rotation import Next, Step
from gateway.storage.database import Database, is_transient
from gateway.storage.ids import Ids, now

T = TypeVar("T")

_EVERYWHERE = (
    "Copy the key file to every machine of this installation and send every process SIGHUP; then "
    "`kanal keys rotate`."
)
_SHOWN = 5


@click.group()
def keys() -> None:
    """The keys that seal what is personal: which there are, and how one replaces another."""


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def status(as_json: bool) -> None:
    """Print the keys, the rows sealed with each, the processes, and what comes next.

    Counts every sealed row: minutes with millions of them. Exit code 1 when a key is lost.
    """
    ring = _at(lambda desk: desk.look())
    click.echo(json.dumps(_as_json(ring), indent=1) if as_json else "\n".join(_lines(ring)))
    if ring.problems:
        refuse(*ring.problems)


@keys.command()
def add() -> None:
    """Begin a rotation: append a new key to the key file. It opens, and seals nothing yet."""

    async def run(desk: KeyDesk) -> tuple[str, tuple[str, ...]]:
        ring = await desk.look(counting=False)
        if ring.problems:
            return "", ring.problems
        if len(ring.situation.keys) > 1:
            return "", ("a rotation is under way: `kanal keys rotate` goes on with it",)
        return await desk.add(), ()

    name, problems = _at(run)
    if problems:
        refuse(*problems)
    click.echo(f"Added the sealing key '{name}'. Keep a copy of the key file elsewhere.")
    click.echo(_EVERYWHERE)


@keys.command()
def rotate() -> None:
    """Take the next step of a rotation, or say what it waits for.

    Lets the new key seal when every process has it; then seals every row anew, in small groups
    while everybody works. That may be ended at any moment and begun again.
    """

    async def run(desk: KeyDesk) -> tuple[Keyring, Next, Sealed]:
        ring = await desk.look()
        step = ring.next
        sealed = Sealed()
        if step.step is Step.USE and not ring.problems:
            await desk.use(step.key)
        elif step.step is Step.RESEAL:
            sealed = await desk.reseal(_progress)
            ring = await desk.look()
        return ring, step, sealed

    try:
        ring, step, sealed = _at(run)
    except AlreadyAtIt:
        refuse("another process seals anew at this moment; if it was killed, wait for a minute")
    if ring.problems and step.step is not Step.RESEAL:
        refuse(*ring.problems)
    match step.step:
        case Step.WAIT:
            refuse(*step.because)
        case Step.USE:
            click.echo(f"'{step.key}' is the first key of the file now: it seals.")
            click.echo(_EVERYWHERE)
        case Step.RESEAL:
            _resealed(ring, sealed)
        case Step.DROP:
            click.echo(
                f"Nothing is sealed with '{step.key}' any more: `kanal keys drop {step.key}`."
            )
        case Step.DONE:
            click.echo(
                f"No rotation is under way: '{step.key}' seals. `kanal keys add` begins one."
            )


@keys.command()
@click.argument("key", metavar="KEY")
@click.option("--lost", is_flag=True, help="No copy of the key exists: give up what it seals.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(key: str, lost: bool, yes: bool) -> None:
    """Take a key that nothing needs any more out of the key file.

    With --lost, of a key that is in no copy of the file: everything sealed with it is emptied.
    Complaints and the words of messages stay; those people can be written to when they write again.
    """
    if lost and not yes:
        try:
            click.confirm(f"Empty everything that is sealed with '{key}', for good", abort=True)
        except click.Abort:
            click.echo()
            refuse("nothing is changed; say --yes where nobody can answer")
    try:
        given_up = _at(lambda desk: desk.drop(key, lost=lost))
    except NotNow as error:
        refuse(*(str(said) for said in error.args))
    if lost:
        click.echo(f"Gave up {given_up} rows that were sealed with '{key}'; it is forgotten.")
        return
    click.echo(
        f"Dropped the sealing key '{key}'. Copy the key file to every machine and send every "
        "process SIGHUP. Backups from before need the old file: keep it as long as they."
    )


def _at(action: Callable[[KeyDesk], Awaitable[T]]) -> T:
    """Do *action* where the program itself might not start: a key may be gone."""
    place = environment()
    logs.configure("WARNING")
    if not place.keys_file.exists():
        refuse(f"{place.keys_file}: the key file is missing: put back its copy")
    try:
        prepare_schema(place)
    except StartRefused as error:
        refuse(str(error))

    async def run() -> T:
        database = Database(place.database_url)
        try:
            own = await own_keys(database, place, now)
            async with database.write() as conn:
                await register(conn, own, now())
            desk = KeyDesk(
                place.keys_file, place.data_dir / "spool", database, own, now, Ids(), operator(own)
            )
            return await action(desk)
        except KeysInvalid as error:
            raise StartRefused(str(error)) from error
        except DBAPIError as error:
            if not is_transient(error):
                raise
            raise StartRefused(f"the database does not answer: {brief(error)}") from error
        except OSError as error:
            raise StartRefused(
                f"{error.filename or place.keys_file} cannot be written: {error.strerror}; run "
                "this where the file may be changed, with KANAL_KEYS_FILE, then copy it"
            ) from error
        finally:
            await database.close()

    return run_or_refuse(run())


def _progress(table: str, rows: int) -> None:
    click.echo(f"{table}: {rows}", err=True)


def _resealed(ring: Keyring, sealed: Sealed) -> None:
    click.echo(f"Sealed {sealed.rows} rows anew with '{ring.situation.current}'.")
    left = {k: n for k, n in ring.situation.rows.items() if k != ring.situation.current}
    if not left:
        click.echo("Nothing is sealed with another key any more; `kanal keys rotate` goes on.")
        return
    for table, row in sorted(sealed.unread)[:_SHOWN]:
        click.echo(f"does not open: {table} {'/'.join(map(str, row))}", err=True)
    refuse(
        *(f"{count} rows are left under '{key}'" for key, count in sorted(left.items())),
        *ring.problems,
        "what came meanwhile is done by another `kanal keys rotate`; what does not open is kept as "
        "it is: docs/operations.md, 'Changing the sealing key'",
    )


def _lines(ring: Keyring) -> list[str]:
    found = ring.situation
    seen = {key.id: key for key in found.known}
    lines = []
    for name in dict.fromkeys([*found.keys, *ring.counts]):
        known = seen.get(name)
        role = "seals" if name == found.current else "opens" if name in found.keys else "MISSING"
        since = f", since {known.seen_at.astimezone(WIB):%Y-%m-%d}" if known else ""
        lines.append(f"{name}  {role}{since}, {found.rows.get(name, 0)} rows")
        lines += [f"    {table}  {n}" for table, n in sorted(ring.counts.get(name, {}).items())]
        if found.spooled.get(name):
            lines.append(f"    spool of this machine  {found.spooled[name]}")
    for holder in found.holders:
        opens = ", ".join(sorted(holder.opens))
        lines.append(f"{holder.process}  seals with {holder.seals}, opens {opens}")
    step = ring.next
    lines.append(f"next: {_NEXT[step.step].format(key=step.key)}")
    return [*lines, *(f"    {said}" for said in step.because)]


_NEXT = {
    Step.WAIT: "wait until every process has '{key}'",
    Step.USE: "`kanal keys rotate` lets '{key}' seal",
    Step.RESEAL: "`kanal keys rotate` seals every row with '{key}'",
    Step.DROP: "`kanal keys drop {key}`",
    Step.DONE: "nothing; `kanal keys add` begins a rotation",
}


def _as_json(ring: Keyring) -> dict[str, Any]:
    found = ring.situation
    return {
        "keys": list(found.keys),
        "rows": {key: dict(tables) for key, tables in ring.counts.items()},
        "spooled": dict(found.spooled),
        "processes": [
            {"process": h.process, "seals": h.seals, "opens": sorted(h.opens)}
            for h in found.holders
        ],
        "next": {"step": ring.next.step, "key": ring.next.key, "because": ring.next.because},
        "problems": ring.problems,
    }
