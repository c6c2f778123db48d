"""serve, worker, demo."""

from contextlib import closing

import click

from gateway import logs
from gateway.app import create_app
from gateway.bootstrap import build
from gateway.cli.common import configuration, run_or_refuse
from gateway.serve import listen, work
from gateway.serve import serve as run_server

_LEVELS = click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Run a worker beside it, or leave the work to `kanal worker`.",
)
@click.option("--log-level", type=_LEVELS, default="INFO", show_default=True)
def serve(host: str, port: int, with_worker: bool, log_level: str) -> None:
    """Accept webhooks, serve tracker and API, and run a worker beside it.

    With the embedded database (SQLite) this one command is everything. Stop it with Ctrl-C or
    SIGTERM: it answers what was begun and finishes what is in flight.
    """
    settings, environment = configuration()
    logs.configure(log_level.upper())

    async def run() -> None:
        with closing(listen(host, port)) as listener:
            parts = await build(settings, environment)
            try:
                await run_server(parts, create_app(parts), listener, with_worker=with_worker)
            finally:
                await parts.close()

    run_or_refuse(run())


@click.command()
@click.option("--wire", type=int, hidden=True, help="Used by `kanal serve` for its own worker.")
@click.option("--log-level", type=_LEVELS, default="INFO", show_default=True)
def worker(wire: int | None, log_level: str) -> None:
    """Work off what was accepted: file complaints, send answers, fetch media.

    `kanal serve` runs one beside it. More of them help with a PostgreSQL database.
    """
    settings, environment = configuration()
    logs.configure(log_level.upper())

    async def run() -> None:
        parts = await build(settings, environment)
        try:
            await work(parts, wire)
        finally:
            await parts.close()

    run_or_refuse(run())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def demo(host: str, port: int) -> None:
    """A phone and an officer on one page, with everything real in between.

    The phone reaches the gateway through signed webhooks only, and the gateway answers through the
    provider's own library against a small stand-in of the provider on this machine.
    """
    from gateway.demo.run import run as run_demo  # noqa: PLC0415 - nobody else needs the demo

    logs.configure("WARNING")
    run_or_refuse(run_demo(host, port))
