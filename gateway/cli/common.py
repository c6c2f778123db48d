"""What several commands share: reading the configuration, and saying what is wrong with it."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from gateway.configuration.settings import Environment, Settings, SettingsInvalid, load
from gateway.ops import logs

if TYPE_CHECKING:
    from gateway.bootstrap import Parts

T = TypeVar("T")


def configuration() -> tuple[Settings, Environment]:
    """The settings and the environment, or the end with a sentence per problem."""
    place = environment()
    try:
        return load(place.config), place
    except SettingsInvalid as error:
        refuse(*error.problems)


def environment() -> Environment:
    """Where things lie, or the end with a sentence per problem."""
    try:
        return Environment.read()
    except SettingsInvalid as error:
        refuse(*error.problems)


def refuse(*problems: str) -> NoReturn:
    """Say what is wrong and stop with exit code 1."""
    for problem in problems:
        click.secho(f"kanal: {problem}", fg="red", err=True)
    sys.exit(1)


def with_parts(action: Callable[["Parts"], Coroutine[Any, Any, T]]) -> T:
    """Build the parts, do *action* with them, give everything back."""
    from gateway.bootstrap import build  # noqa: PLC0415 - most of a start, which some do without

    settings, environment = configuration()
    logs.configure("WARNING")

    async def run() -> T:
        parts = await build(settings, environment)
        try:
            return await action(parts)
        finally:
            await parts.close()

    return run_or_refuse(run())


def run_or_refuse(work: Coroutine[Any, Any, T]) -> T:
    """Run *work*; a refused start ends with its sentence, not with a traceback."""
    from gateway.bootstrap import StartRefused  # noqa: PLC0415 - as in `with_parts`

    runner = asyncio.run
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415 - not available everywhere

        runner = uvloop.run
    try:
        return runner(work)
    except StartRefused as error:
        refuse(str(error))
    except SettingsInvalid as error:
        refuse(*error.problems)
