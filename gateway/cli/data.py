"""replay, pause, resume, db upgrade."""

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean
from gateway.audit import trail
from gateway.audit.entry import Entry
from gateway.bootstrap import Parts, StartRefused, brief, refuse_no_address, refuse_not_ours
from gateway.cli.common import configuration, refuse, with_parts
from gateway.cli.operator import operator
from gateway.inbound.replay import Replayed, stuck
from gateway.inbound.replay import replay as run_replay
from gateway.ops import switch
from gateway.storage import schema
from gateway.storage.database import is_transient


def _words(_context: click.Context, option: click.Parameter, said: str) -> str:
    """What somebody will read: not empty, and nothing that is no text."""
    words = clean(said).strip()
    if not words:
        raise click.BadParameter("say it in a few words; colleagues read it", param=option)
    return words


@click.command()
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option("--all", "everything", is_flag=True, help="Replay all that is stuck.")
@click.option("--send", is_flag=True, help="Let the answers leave; else they are held.")
def replay(ids: tuple[int, ...], everything: bool, send: bool) -> None:
    """List what could not be read or handled, or try it again.

    Without arguments: the list. With IDS or --all: parse or handle them once more. What a replay
    causes is held in the ledger unless --send is given (see `kanal resume`).
    """

    async def run(parts: Parts) -> tuple[list[str], Replayed | None]:
        found = await stuck(parts)
        lines = [
            f"{s.id}  {s.what:8}  {s.account}  {s.accepted_at:%Y-%m-%d %H:%M:%S}  {s.problem}"
            for s in found
        ]
        if not ids and not everything:
            return lines, None
        wanted = [s.id for s in found] if everything else list(ids)
        return lines, await run_replay(parts, wanted, send=send, by=operator(parts.keys))

    lines, result = with_parts(run)
    if result is None:
        click.echo("\n".join(lines) or "Nothing is stuck.")
        return
    click.echo(f"Tried {result.tried}, of which {result.read} can be worked off now.")
    if result.tried == 0 and ids:
        refuse("none of these ids is stuck; `kanal replay` lists them")


@click.command()
@click.argument("account", required=False)
@click.option("--reason", required=True, callback=_words, help="Why; colleagues read it.")
def pause(account: str | None, reason: str) -> None:
    """Stop all sending (on ACCOUNT, or altogether) within a second.

    Messages are still accepted and filed. What should be told meanwhile is held in the ledger.
    """

    async def run(parts: Parts) -> None:
        _require_account(parts, account)
        async with parts.database.write() as conn:
            await switch.stop(conn, account, reason, parts.clock(), parts.new_id)
            await _note(conn, parts, "sending.pause", f"account:{account or ''}")

    with_parts(run)
    click.echo(f"Sending is paused {_where(account)}. `kanal resume` lets it go on.")


@click.command()
@click.argument("account", required=False)
@click.option(
    "--held",
    type=click.Choice([h.value for h in switch.Held]),
    required=True,
    help="What happens to what was held: the latest state once, nothing (discard), or keep it.",
)
def resume(account: str | None, held: str) -> None:
    """Let sending go on (on ACCOUNT, or altogether)."""

    async def run(parts: Parts) -> tuple[int, bool]:
        _require_account(parts, account)
        async with parts.database.write() as conn:
            await _note(conn, parts, f"sending.resume.{held}", f"account:{account or ''}")
            count = await switch.go_on(conn, account, switch.Held(held), parts.clock())
            paused = [where for where, _, _ in await switch.pauses(conn)]
            return count, None in paused

    count, still = with_parts(run)
    done = {"latest": "released", "discard": "discarded", "keep": "kept"}[held]
    if still:
        click.echo(
            f"The pause {_where(account)} is over, {count} held notices {done}; but all sending is "
            "paused too: `kanal resume --held …` without an account ends that."
        )
        return
    click.echo(f"Sending goes on {_where(account)}; {count} held notices {done}.")


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database to the schema of this version. Does nothing where it is there already."""
    _, environment = configuration()
    try:
        refuse_no_address(environment.database_url)
        before = schema.version(environment.database_url)
        refuse_not_ours(before)
        schema.upgrade(environment.database_url)
    except StartRefused as error:
        refuse(str(error))
    except Exception as error:
        if not is_transient(error):
            raise
        refuse(f"the database does not answer: {brief(error)}")
    click.echo(f"The database was {before.value} and is current now.")


async def _note(conn: AsyncConnection, parts: Parts, action: str, subject: str) -> None:
    """In the audit: what the operator did."""
    doer = operator(parts.keys)
    await trail.record(conn, [Entry(parts.new_id(), parts.clock(), action, doer, subject)])


def _require_account(parts: Parts, account: str | None) -> None:
    if account is not None and parts.settings.account(account) is None:
        known = ", ".join(a.id for a in parts.settings.accounts) or "none"
        refuse(f"there is no account '{account}'; there are: {known}")


def _where(account: str | None) -> str:
    return f"on {account}" if account else "everywhere"
