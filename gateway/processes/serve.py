"""Runs the serving process, with a worker beside it; `work` runs a worker alone.

SIGTERM and SIGINT end it when what was begun is done. SIGHUP has it start anew in the same process
and with the same open port, so that configuration, secrets and the program itself are read again
and nobody is refused meanwhile; where a start would fail it does nothing.
"""

import asyncio
import fcntl
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from gateway.bootstrap import Parts, StartRefused, refuse_unreadable_spool
from gateway.configuration.settings import Settings
from gateway.inbound.spool import Spool
from gateway.ops import work_metrics
from gateway.ops.garbage import spare_the_program
from gateway.processes.beside import WorkerProcess
from gateway.processes.reload import Ending, MayReload, Reload, heeding, never
from gateway.sealing.holders import Announcement

_log = logging.getLogger(__name__)

_LISTEN_S = 0.01
_FORCED_S = 2.0
"""For the application to finish what it has begun when a second signal wants the end at once."""
_HEAR_OUT = 100
"""So many times: a second, more than a request takes to follow its connection."""


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
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with "
            "--port or --host"
        ) from error
    return listener


def adopt(fd: int) -> socket.socket:
    """The socket that the program had open before it started anew."""
    listener = socket.socket(fileno=fd)
    listener.set_inheritable(False)
    return listener


async def serve(
    parts: Parts,
    app: FastAPI,
    listener: socket.socket,
    *,
    with_worker: bool = True,
    linger_s: float = 0,
    on_stop: Callable[[], None] = lambda: None,
    may_reload: MayReload = never,
) -> bool:
    """Serve *app* until SIGTERM or SIGINT, with a worker in a process of its own if wanted.

    *linger_s*: so long after SIGTERM ``/health/ready`` says that we leave, while all else goes on,
    for balancers to notice. True when SIGHUP asked for a new start; *listener* is open in any case.

    *on_stop* is called as soon as the end is asked for. The application itself learns of it last,
    after its responses have ended: too late for those that never end by themselves.
    """
    with _only_one(parts):
        await asyncio.to_thread(_try_spool, parts.spool_folder)
        await asyncio.to_thread(refuse_unreadable_spool, parts)
        beside = WorkerProcess(parts) if with_worker else None
        if beside:
            await beside.start()
            folder = parts.environment.data_dir
            app.state.work_metrics = lambda: work_metrics.read(
                work_metrics.file_of(folder, beside.pid)
            )
        server = Server(configured(app, parts.settings), on_stop, linger_s, may_reload)
        app.state.is_leaving = lambda: server.is_leaving
        with heeding(server.end, server.reload):
            try:
                host, port = listener.getsockname()[:2]
                spare_the_program()
                _log.info("serving", extra={"host": host, "port": port, "pid": os.getpid()})
                async with Announcement.of_this_process("serve", parts).standing():
                    # uvicorn closes what it is given, and a new start needs it.
                    await server.serve(sockets=[listener.dup()])
            finally:
                if beside:
                    await beside.stop()
        return server.starts_anew


def configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """*app* as uvicorn serves it, with the asker's address as a trusted proxy reports it."""
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
        forwarded_allow_ips=[str(net) for net in settings.trusted_proxies],
    )  # fmt: skip


class Server(uvicorn.Server):
    """Ends when it is told to, and leaves the signals to whoever runs it: uvicorn would raise them
    once more."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_stop: Callable[[], None],
        linger_s: float = 0,
        may_reload: MayReload = never,
    ) -> None:
        super().__init__(config)
        self._on_stop = on_stop
        self._linger_s = linger_s
        self._ending = Ending()
        self.reload = Reload(may_reload, self._begin_anew)
        self.is_leaving = False

    @property
    def starts_anew(self) -> bool:
        """Whether it has ended only for that."""
        return self._ending.starts_anew

    def end(self, sig: int) -> None:
        """Somebody wants the process to be gone."""
        self._ending.for_good()
        self.handle_exit(sig, None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once, or first be seen leaving for a while; a second signal does not wait."""
        wait_s = 0 if self.is_leaving or sig == signal.SIGHUP else self._linger_s
        self.is_leaving = True
        if wait_s:
            asyncio.get_running_loop().call_later(wait_s, self.handle_exit, sig, frame)
            return
        # Before the server begins to wait for what is open.
        self._on_stop()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, hear out those that were just taken, then end.

        uvicorn would hang up on a connection whose request has not arrived yet.
        """
        for server in self.servers:
            server.close()
        for _ in range(_HEAR_OUT):
            if not self._some_have_said_nothing():
                break
            await asyncio.sleep(_LISTEN_S)
        await super().shutdown(sockets)
        if self.force_exit:
            # uvicorn lets go of the application; cut off later it would be reported as an error.
            with suppress(TimeoutError):
                async with asyncio.timeout(_FORCED_S):
                    await self.lifespan.shutdown()

    def _some_have_said_nothing(self) -> bool:
        return any(getattr(c, "cycle", None) is None for c in self.server_state.connections)

    def _begin_anew(self) -> None:
        if self._ending.to_start_anew():
            self.handle_exit(signal.SIGHUP, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: see `heeding`."""
        yield


def _try_spool(folder: Path) -> None:
    """Nobody accepts anything who could not keep it while the database is away.

    Raises:
        StartRefused: Nothing can be written there.
    """
    try:
        Spool.create(folder).close()
    except OSError as error:
        raise StartRefused(
            f"{folder} cannot be written: {error.strerror}; messages are kept there while the "
            "database is away: let this user write it, make room, or set KANAL_DATA_DIR to another"
        ) from error


@contextmanager
def _only_one(parts: Parts) -> Iterator[None]:
    """One serving process per SQLite file: two would only wait for each other's lock."""
    if not parts.database.is_sqlite:
        yield
        return
    path = Path(parts.environment.data_dir) / "serve.lock"
    try:
        file = path.open("w")
    except OSError as error:
        raise StartRefused(
            f"{path} cannot be written: {error.strerror}; let this user write the folder, or set "
            "KANAL_DATA_DIR to another"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartRefused(
                f"another kanal serves from {parts.environment.data_dir} already: stop it, or "
                "set KANAL_DATABASE_URL to a PostgreSQL database, which several can share"
            ) from None
        yield
