"""Runs the processes: `serve` (web, with its worker beside it) and `worker` alone."""

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from gateway.bootstrap import Parts, StartRefused
from gateway.dispatch import Wire
from gateway.worker import Worker

_log = logging.getLogger(__name__)

_ENDING = (signal.SIGTERM, signal.SIGINT)
_STOP_S = 25.0
_RESTART_S = 1.0


def listen(host: str, port: int) -> socket.socket:
    """Take the address that will be served.

    Raises:
        StartRefused: It is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP must be named: asyncio switches Nagle's algorithm off only for sockets that say so, and
    # with it on every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise StartRefused(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    return listener


async def serve(
    parts: Parts,
    app: FastAPI,
    listener: socket.socket,
    *,
    with_worker: bool = True,
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Serve *app* until SIGTERM or SIGINT, with a worker in a process of its own if wanted.

    *on_stop* is called as soon as the end is asked for. The application itself learns of it last,
    after its responses have ended: too late for those that never end by themselves.
    """
    with _only_one(parts):
        beside = WorkerProcess(parts) if with_worker else None
        if beside:
            await beside.start()
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=10,
        )  # fmt: skip
        try:
            host, port = listener.getsockname()[:2]
            spare_the_program()
            _log.info("serving", extra={"host": host, "port": port, "pid": os.getpid()})
            await Server(config, on_stop).serve(sockets=[listener])
        finally:
            if beside:
                await beside.stop()


async def work(parts: Parts, wire_fd: int | None) -> None:
    """Work until SIGTERM or SIGINT, or until the serving process at the other end is gone."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _ENDING:
        loop.add_signal_handler(name, stopping.set)
    wire = None
    if wire_fd is not None:
        wire = Wire(socket.socket(fileno=wire_fd), parts.bell.ring)
    worker = Worker(parts, name=f"{socket.gethostname()}:{os.getpid()}")
    if wire is not None:
        worker.on_progress = wire.ring
    spare_the_program()
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


def spare_the_program() -> None:
    """Leave what is loaded by now out of garbage collection.

    Some 140,000 objects of code live as long as the process. To look through them for garbage
    stopped every request for 60 ms, about once in 3,000 messages.
    """
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """Ends on SIGTERM and SIGINT, and then lets us end too: uvicorn would raise them once more."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Pass the wish on before the server begins to wait for what is open."""
        self._on_stop()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A second signal ends at once what a first one only asked to end."""
        loop = asyncio.get_running_loop()
        for name in _ENDING:
            loop.add_signal_handler(name, self.handle_exit, name, None)
        try:
            yield
        finally:
            for name in _ENDING:
                loop.remove_signal_handler(name)


class WorkerProcess:
    """The worker beside a serving process: started again when it falls, stopped with it.

    A process of its own, so that thinking never delays an answer to a provider.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._process: asyncio.subprocess.Process | None = None
        self._wire: Wire | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it and keep it running."""
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_running(), name="worker-watch")
        self._ringing = asyncio.create_task(self._pass_on(), name="worker-ring")

    async def stop(self) -> None:
        """Hang up, which ends it when its work in hand is done."""
        for task in (self._watch, self._ringing):
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self._wire:
            self._wire.close()
        if self._process and self._process.returncode is None:
            try:
                async with asyncio.timeout(_STOP_S):
                    await self._process.wait()
            except TimeoutError:
                _log.error("worker did not end in time")
                self._process.kill()

    async def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        environment = self._parts.environment
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway.cli", "worker", "--wire", str(theirs.fileno()),
            "--log-level", logging.getLevelName(logging.getLogger("gateway").getEffectiveLevel()),
            pass_fds=[theirs.fileno()],
            # Ctrl-C goes to all of a terminal's group; this one is to end its work in hand first.
            start_new_session=True,
            env=os.environ | environment.to_variables(),
        )  # fmt: skip
        theirs.close()
        self._wire = Wire(ours, self._heard)

    def _heard(self) -> None:
        """The worker did something: whoever watches here wants to know."""
        self._parts.progress.ring()

    async def _pass_on(self) -> None:
        """What was accepted here is work there."""
        ear = self._parts.bell.ear()
        while True:
            if await ear.wait(60.0) and self._wire:
                self._wire.ring()

    async def _keep_running(self) -> None:
        while True:
            assert self._process is not None  # noqa: S101 - start() has spawned it
            code = await self._process.wait()
            _log.error("worker ended, starting another", extra={"code": code})
            if self._wire:
                self._wire.close()
            await asyncio.sleep(_RESTART_S)
            await self._spawn()


@contextmanager
def _only_one(parts: Parts) -> Iterator[None]:
    """One serving process per SQLite file: two would only wait for each other's lock."""
    if not parts.database.is_sqlite:
        yield
        return
    path = Path(parts.environment.data_dir) / "serve.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartRefused(
                f"another kanal serves from {parts.environment.data_dir} already: stop it, or "
                "set KANAL_DATABASE_URL to a PostgreSQL database, which several can share"
            ) from None
        yield
