"""demo."""

import click

from gateway.cli.anew import PORT
from gateway.cli.common import run_or_refuse
from gateway.demo.run import run
from gateway.ops import logs


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
def demo(host: str, port: int) -> None:
    """A phone and an officer on one page, with everything real in between.

    The phone reaches the gateway through signed webhooks only, and the gateway answers through the
    provider's own library against a small stand-in of the provider on this machine.
    """
    logs.configure("WARNING")
    run_or_refuse(run(host, port))
