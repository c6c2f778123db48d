"""The provider's stand-in in a process of its own; it notes when it took each message over."""

import argparse
import asyncio
import json
import signal
import time
from pathlib import Path

import uvloop

from gateway.demo.provider import Account, Message, Network, Order, Refusal, Sender, Timing
from gateway.demo.provider import serve_provider as serving


class Noting(Network):
    """A network that remembers when the first message for each phone was accepted."""

    def __init__(self, account: Account, *, receipts: bool) -> None:
        super().__init__(account, timing=Timing() if receipts else None, keep_last=1000)
        self.accepted: dict[str, float] = {}

    def order(self, order: Order) -> Message | Refusal:
        """Note the time, then do what a provider does: queue, send, deliver, post receipts."""
        self.accepted.setdefault(order.to, time.monotonic())
        return super().order(order)


async def serve(port: int, account: Account, out: Path, *, receipts: bool) -> None:
    """Serve until SIGTERM; whenever asked by SIGUSR1, write to *out* what was accepted so far."""
    network = Noting(account, receipts=receipts)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note() -> None:
        part = out.with_suffix(".part")
        part.write_text(json.dumps(network.accepted))
        part.rename(out)

    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_signal_handler(signal.SIGUSR1, note)
    async with serving(network, port=port):
        note()
        await stopping.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sid", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--sender", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--receipts", action="store_true")
    wanted = parser.parse_args()
    uvloop.run(
        serve(
            wanted.port,
            Account(wanted.sid, wanted.token, senders=(Sender(wanted.sender),)),
            wanted.out,
            receipts=wanted.receipts,
        )
    )
