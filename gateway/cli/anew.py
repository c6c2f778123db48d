"""What the commands that keep running share: their options, and the new start after SIGHUP."""

import os
import signal
import socket
import sys
from typing import NoReturn

import click

PORT = click.IntRange(0, 65535)
LEVELS = click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False)


def not_yet() -> None:
    """A SIGHUP that comes before anybody listens to it must not end the process."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def start_anew(listener: socket.socket | None = None) -> NoReturn:
    """Replace this process by a fresh one with the same arguments, pid and open port."""
    not_yet()
    given = sys.argv[1:]
    if "--listen-fd" in given:
        at = given.index("--listen-fd")
        given = given[:at] + given[at + 2 :]
    if listener is not None:
        listener.set_inheritable(True)
        given += ["--listen-fd", str(listener.fileno())]
    os.execv(sys.executable, [sys.executable, "-m", "gateway.cli", *given])  # noqa: S606 - ourselves, with what we were started with
