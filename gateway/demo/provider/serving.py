"""The stand-in as a web application, and as a server inside the running event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.demo.provider.content_rest import ContentApi
from gateway.demo.provider.network import Network
from gateway.demo.provider.panel import Panel
from gateway.demo.provider.rest import RestApi

_STARTED_POLL_S = 0.005


def create_provider(network: Network) -> Starlette:
    """The provider's API and the phones' panel over *network*.

    `faults.Cut` needs a server that gives the transport away, as `serve_provider` does.
    """
    routes = [*RestApi(network).routes(), *ContentApi(network).routes(), *Panel(network).routes()]
    return Starlette(routes=routes)


@asynccontextmanager
async def serve_provider(
    network: Network, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve *network* until the block is left, then close it; gives the base URL.

    Port 0 takes a free one. Signals stay with the surrounding program.

    Raises:
        OSError: The port is taken.
    """
    listener = _listen(host, port)
    network.base_url = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        create_provider(network),
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(_STARTED_POLL_S)
        yield network.base_url
    finally:
        network.end_subscriptions()  # the server would wait for open event streams
        server.stop()
        try:
            await serving
        finally:
            # Last: a call that is still being handled may begin a journey.
            await network.close()


def _listen(host: str, port: int) -> socket.socket:
    # TCP must be named: asyncio switches Nagle's algorithm off only for sockets that say so, and
    # with it on every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to shut down now, not at the next look at the clock."""
        self._stopping.set()

    async def main_loop(self) -> None:
        """Keep the Date header right until `stop`."""
        while not self._stopping.is_set():
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1.0)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


class _Connection(HttpToolsProtocol):
    # uvicorn narrows the type that asyncio gives.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the application break the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
