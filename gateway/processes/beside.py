"""The worker beside a serving process: a process of its own, watched by the one that serves."""

import asyncio
import contextlib
import logging
import os
import socket
import sys

from gateway.bootstrap import Parts, brief
from gateway.processes.dispatch import Wire

_log = logging.getLogger(__name__)

_STOP_S = 25.0
_RESTART_S = 1.0


class WorkerProcess:
    """Started again when it falls, stopped with the server.

    A process of its own, so that thinking never delays an answer to a provider.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._process: asyncio.subprocess.Process | None = None
        self._wire: Wire | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process that works at present; another one after it fell."""
        return self._process.pid if self._process else 0

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
        level = logging.getLevelName(logging.getLogger("gateway").getEffectiveLevel())
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "gateway.cli", "worker", "--wire", str(theirs.fileno()),
                "--log-level", level,
                pass_fds=[theirs.fileno()],
                # Ctrl-C goes to all of a terminal's group; this is to end its work in hand first.
                start_new_session=True,
                env=os.environ | environment.to_variables(),
            )  # fmt: skip
        except OSError:
            ours.close()
            raise
        finally:
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
            try:
                await self._spawn()
            except OSError as error:  # no memory, no process left: there may be some in a moment
                _log.error("no worker can be started", extra={"error": brief(error)})
