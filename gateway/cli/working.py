"""worker."""

import click

from gateway.bootstrap import build
from gateway.cli.anew import LEVELS, PORT, not_yet, start_anew
from gateway.cli.common import configuration, run_or_refuse
from gateway.ops import logs
from gateway.processes.reload import may_reload
from gateway.processes.work import work


@click.command()
@click.option("--wire", type=int, hidden=True, help="Used by `kanal serve` for its own worker.")
@click.option("--metrics-port", type=PORT, help="Give Prometheus metrics out on this port.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Its address.")
@click.option("--log-level", type=LEVELS, default="INFO", show_default=True)
def worker(wire: int | None, metrics_port: int | None, metrics_host: str, log_level: str) -> None:
    """Work off what was accepted: file complaints, send answers, fetch media.

    `kanal serve` runs one beside it. More of them help with a PostgreSQL database. SIGHUP reads
    configuration and secrets anew when the work in hand is done.
    """
    not_yet()
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
