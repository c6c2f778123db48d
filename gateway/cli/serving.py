"""serve."""

import socket
from contextlib import closing

import click

from gateway.app import create_app
from gateway.bootstrap import StartRefused, build
from gateway.cli.anew import LEVELS, PORT, not_yet, start_anew
from gateway.cli.common import configuration, refuse, run_or_refuse
from gateway.ops import logs
from gateway.processes.reload import may_reload
from gateway.processes.serve import adopt, listen
from gateway.processes.serve import serve as run_server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Run a worker beside it, or leave the work to `kanal worker`.",
)
@click.option(
    "--linger",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="Seconds after SIGTERM in which /health/ready says 503 and requests are still taken.",
)
@click.option("--listen-fd", type=int, hidden=True, help="The open port, after SIGHUP.")
@click.option("--log-level", type=LEVELS, default="INFO", show_default=True)
def serve(
    host: str, port: int, with_worker: bool, linger: float, listen_fd: int | None, log_level: str
) -> None:
    """Accept webhooks, serve tracker and API, and run a worker beside it.

    With the embedded database (SQLite) this one command is everything. Stop it with Ctrl-C or
    SIGTERM: it answers what was begun and finishes what is in flight. SIGHUP (kill -HUP) reads
    configuration and secrets anew without refusing anybody.
    """
    not_yet()
    settings, environment = configuration()
    logs.configure(log_level.upper())

    async def run(listener: socket.socket) -> bool:
        parts = await build(settings, environment)
        try:
            return await run_server(
                parts, create_app(parts), listener,
                with_worker=with_worker, linger_s=linger, may_reload=may_reload,
            )  # fmt: skip
        finally:
            await parts.close()

    try:
        listener = listen(host, port) if listen_fd is None else adopt(listen_fd)
    except StartRefused as error:
        refuse(str(error))
    with closing(listener):
        if run_or_refuse(run(listener)):
            start_anew(listener)
