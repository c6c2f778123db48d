"""templates status, push."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import click

from channels.errors import ChannelError
from channels.templates import TemplateKeeper
from core.messages import AccountId
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.outbound.approval import Place, Step, places, steps, to_enter

_Account = Callable[[Callable[..., None]], Callable[..., None]]
_account: _Account = click.option("--account", help="One account of kanal.toml; without: all.")


@click.group()
def templates() -> None:
    """The texts that may leave when free text may not: on WhatsApp, 24 hours after somebody wrote.

    Each says only that there is a question, news or a result, and asks for a reply; what there is
    to read follows then. The provider must have approved it, and kanal.toml names its id.
    """


@templates.command()
@_account
def status(account: str | None) -> None:
    """What each account has, and what to do about what it has not.

    Exit code 1 where a template that kanal.toml names cannot be sent.
    """
    found = _asked(account, _look)
    for name, every in found.items():
        _print(name, every)
    if any(place.is_broken for every in found.values() for place in every):
        raise SystemExit(1)


@templates.command()
@_account
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def push(account: str | None, dry_run: bool) -> None:
    """Create what is missing at the provider, and ask WhatsApp for its approval.

    What is there already is left alone, so running it twice does no harm. Approval takes minutes to
    two days; `kanal templates status` then gives the lines for kanal.toml.
    """

    async def work(keeper: TemplateKeeper) -> list[Place]:
        for step in steps(await _look(keeper)):
            await _take(keeper, step, dry_run=dry_run)
        return await _look(keeper)

    for name, every in _asked(account, work).items():
        _print(name, every)


async def _look(keeper: TemplateKeeper) -> list[Place]:
    return places(keeper.template_ids, await keeper.templates())


async def _take(keeper: TemplateKeeper, step: Step, *, dry_run: bool) -> None:
    name = step.wanted.name
    if dry_run:
        done = "would be created and submitted" if step.create else "would be submitted"
        click.echo(f"{name}: {done}")
        if step.create:
            click.echo(f"    {step.wanted.body} [{step.wanted.button}]")
        return
    kept = await keeper.create_template(step.wanted) if step.create else step.id
    await keeper.request_approval(kept, name)
    click.echo(f"{name}: {'created as ' if step.create else ''}{kept}, approval asked for")


def _asked(
    account: str | None, work: Callable[[TemplateKeeper], Coroutine[Any, Any, list[Place]]]
) -> Mapping[AccountId, list[Place]]:
    """What *work* finds at every account that has a use for templates."""

    async def run(parts: Parts) -> Mapping[AccountId, list[Place]]:
        keepers = {
            name: line.channel
            for name, line in parts.lines.items()
            if line.channel.capabilities.reply_window is not None
            and isinstance(line.channel, TemplateKeeper)
            and account in {None, name}
        }
        if not keepers:
            wanted = f"account '{account}'" if account else "account"
            refuse(f"no {wanted} of kanal.toml has a use for templates")
        return {name: await work(keeper) for name, keeper in keepers.items()}

    try:
        return with_parts(run)
    except ChannelError as error:
        refuse(str(error))


def _print(account: AccountId, every: list[Place]) -> None:
    click.secho(account, bold=True)
    for place in every:
        colour = "green" if place.is_ready else "red" if place.is_broken else "yellow"
        where = place.configured or (place.kept.id if place.kept else "")
        line = f"  {place.name:12} {click.style(f'{place.standing:12}', fg=colour)} {where}"
        click.echo(line.rstrip())
        if place.next:
            click.echo(f"      {place.next}")
    lines = to_enter(every)
    if lines:
        click.echo("  Approved and not in use yet. In kanal.toml, below this account:\n")
        click.echo("\n".join(lines))
