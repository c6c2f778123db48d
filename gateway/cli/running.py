"""serve, worker, demo."""

import os
import signal
import socket
import sys
from contextlib import closing
from typing import NoReturn

import click

from gateway import logs
from gateway.app import create_app
from gateway.bootstrap import StartRefused, build
from gateway.cli.common import configuration, refuse, run_or_refuse
from gateway.reload import may_reload
from gateway.serve import adopt, listen, work
from gateway.serve import serve as run_server

_PORT = click.IntRange(0, 65535)
_LEVELS = click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False)


def _not_yet() -> None:
    """A SIGHUP that comes before anybody listens to it must not end the process."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def start_anew(listener: socket.socket | None = None) -> NoReturn:
    """Replace this process by a fresh one with the same arguments, pid and open port."""
    _not_yet()
    given = sys.argv[1:]
    if "--listen-fd" in given:
        at = given.index("--listen-fd")
        given = given[:at] + given[at + 2 :]
    if listener is not None:
        listener.set_inheritable(True)
        given += ["--listen-fd", str(listener.fileno())]
    os.execv(sys.executable, [sys.executable, "-m", "gateway.cli", *given])  # noqa: S606 - ourselves, with what we were started with


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=_PORT, default=8000, show_default=True, help="Port to listen on.")
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
@click.option("--log-level", type=_LEVELS, default="INFO", show_default=True)
def serve(
    host: str, port: int, with_worker: bool, linger: float, listen_fd: int | None, log_level: str
) -> None:
    """Accept webhooks, serve tracker and API, and run a worker beside it.

    With the embedded database (SQLite) this one command is everything. Stop it with Ctrl-C or
    SIGTERM: it answers what was begun and finishes what is in flight. SIGHUP (kill -HUP) reads
    configuration and secrets anew without refusing anybody.
    """
    _not_yet()
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


@click.command()
@click.option("--wire", type=int, hidden=True, help="Used by `kanal serve` for its own worker.")
@click.option("--metrics-port", type=_PORT, help="Give Prometheus metrics out on this port.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Its address.")
@click.option("--log-level", type=_LEVELS, default="INFO", show_default=True)
def worker(wire: int | None, metrics_port: int | None, metrics_host: str, log_level: str) -> None:
    """Work off what was accepted: file complaints, send answers, fetch media.

    `kanal serve` runs one beside it. More of them help with a PostgreSQL database. SIGHUP reads
    configuration and secrets anew when the work in hand is done.
    """
    _not_yet()
    settings, environment = configuration()
    logs.configure(log_level.upper())

    async def run() -> bool:
        parts = await build(settings, environment)
        try:
            at = (metrics_host, metrics_port) if metrics_port else None
            return await work(parts, wire, may_reload, at)
        finally:
            await parts.close()

    if run_or_refuse(run()):
        start_anew()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=_PORT, default=8000, show_default=True, help="Port to listen on.")
def demo(host: str, port: int) -> None:
    """A phone and an officer on one page, with everything real in between.

    The phone reaches the gateway through signed webhooks only, and the gateway answers through the
    provider's own library against a small stand-in of the provider on this machine.
    """
    from gateway.demo.run import run as run_demo  # noqa: PLC0415 - nobody else needs the demo

    logs.configure("WARNING")
    run_or_refuse(run_demo(host, port))
