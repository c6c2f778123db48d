"""Runs a worker: beside a serving process at the other end of a wire, or alone.

It loads nothing of the web. Signals mean what they mean to the serving process (`serve`).
"""

import asyncio
import logging
import os
import socket

from prometheus_client import start_http_server

from gateway.bootstrap import Parts, StartRefused
from gateway.ops import work_metrics
from gateway.ops.garbage import spare_the_program
from gateway.processes.dispatch import Wire
from gateway.processes.reload import Ending, MayReload, Reload, heeding, never
from gateway.processes.worker import Worker
from gateway.sealing.holders import Announcement
from normalizer.understand import understand

_log = logging.getLogger(__name__)


def _give_metrics(host: str, port: int, worker: Worker) -> None:
    try:
        start_http_server(port, host, worker.metrics.registry)
    except OSError as error:
        raise StartRefused(
            f"cannot give metrics out on {host}:{port}: {error.strerror}; choose another with "
            "--metrics-port or --metrics-host"
        ) from error


async def work(
    parts: Parts,
    wire_fd: int | None,
    may_reload: MayReload = never,
    metrics_at: tuple[str, int] | None = None,
) -> bool:
    """Work until SIGTERM or SIGINT, or until the serving process at the other end is gone.

    *metrics_at*: address for Prometheus, of a worker without a server beside it. True when SIGHUP
    asked for a new start.
    """
    stopping, ending = asyncio.Event(), Ending()

    def end(_signal: int) -> None:
        ending.for_good()
        stopping.set()

    def begin_anew() -> None:
        if ending.to_start_anew():
            stopping.set()

    with heeding(end, Reload(may_reload, begin_anew)):
        await _work_until(stopping, parts, wire_fd, metrics_at)
    return ending.starts_anew


async def _work_until(
    stopping: asyncio.Event, parts: Parts, wire_fd: int | None, metrics_at: tuple[str, int] | None
) -> None:
    wire = None
    if wire_fd is not None:
        wire = Wire(socket.socket(fileno=wire_fd), parts.bell.ring)
    worker = Worker(parts, name=f"{socket.gethostname()}:{os.getpid()}")
    if wire is not None:
        worker.on_progress = wire.ring
        worker.metrics_file = work_metrics.file_of(parts.environment.data_dir, os.getpid())
    elif metrics_at is not None:
        host, port = metrics_at
        _give_metrics(host, port, worker)
    # Word lists and place names are read now, not while the first person waits.
    understand("lampu jalan mati di depan SDN 01 kel kebon jeruk sejak kemarin")
    spare_the_program()
    async with Announcement.of_this_process("worker", parts).standing():
        worker.start()
        _log.info("working", extra={"pid": os.getpid()})
        ends = [asyncio.ensure_future(stopping.wait())]
        if wire is not None:
            ends.append(asyncio.ensure_future(wire.cut.wait()))
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        await worker.stop()
    if wire is not None:
        wire.close()
