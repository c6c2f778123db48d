"""Tells those who work that there is something to do. Only a hint: the truth are the queues.

`Bell` works within one process. `Wire` rings across two: `kanal serve` and the worker beside it.
`Hints` name what is new; `gateway.shared.wakes` brings them from other machines.
Losing a hint costs two seconds, because everybody looks by himself that often.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable

LOOK_EVERY_S = 2.0


class Bell:
    """Rung by anybody, heard by everybody who has an ear."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()

    def ring(self) -> None:
        """There is something new."""
        for ear in self._ears:
            ear.rung.set()

    def ear(self) -> "Ear":
        """Somebody who wants to hear it from now on."""
        ear = Ear(self)
        self._ears.add(ear)
        return ear

    def forget(self, ear: "Ear") -> None:
        """Somebody who does not any more."""
        self._ears.discard(ear)


class Ear:
    """Waits for the bell; a ring between two waits is not missed."""

    def __init__(self, bell: Bell) -> None:
        self.rung = asyncio.Event()
        self._bell = bell

    async def wait(self, timeout_s: float = LOOK_EVERY_S) -> bool:
        """True when it rang, False when *timeout_s* passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.rung.wait()
        rang = self.rung.is_set()
        self.rung.clear()
        return rang

    def close(self) -> None:
        """Stop listening."""
        self._bell.forget(self)


class Wire:
    """One end of a pair of sockets between two processes: any byte is a ring."""

    def __init__(self, end: socket.socket, on_ring: Callable[[], None]) -> None:
        end.setblocking(False)
        self._end = end
        self._on_ring = on_ring
        self.cut = asyncio.Event()
        """Set when the other process is gone."""
        asyncio.get_running_loop().add_reader(end.fileno(), self._readable)

    def ring(self) -> None:
        """Wake the other process; a full pipe means that it is being woken already."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionError, OSError):
            self._end.send(b".")

    def close(self) -> None:
        """Stop listening and hang up."""
        with contextlib.suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self._end.fileno())
        self._end.close()

    def _readable(self) -> None:
        try:
            data = self._end.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._on_ring()
            return
        self.cut.set()
        asyncio.get_running_loop().remove_reader(self._end.fileno())


class Hints:
    """Conversations that are said to have something new, each once, in order."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Iterable[str]) -> None:
        """Remember *keys*."""
        self._keys.update(dict.fromkeys(keys))

    def take(self, most: int) -> list[str]:
        """Up to *most* of them, the oldest first; they are forgotten here."""
        taken = list(self._keys)[:most]
        for key in taken:
            del self._keys[key]
        return taken
