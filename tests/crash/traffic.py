"""People who write, through the provider's stand-in, and what its faults are."""

import asyncio

from gateway.demo.provider import Account, Message, Network, Sender, Timing
from gateway.demo.provider.script import parse_script

SMS = "+62811000112"
TOKEN = "crash-token"
SID = "AC00000000000000000000000000000000"

FAULTS = """\
create cut handled=yes every=23 skip=5
create cut every=29 skip=11
create answer status=429 code=20429 retry_after=1 every=61 skip=17
create answer status=503 every=67 skip=7
create answer status=200 every=71 skip=9        # garbage: a page of HTML that says yes
create delay seconds=2.5 every=73 skip=13       # handled after we have given up
create delay seconds=0.3 handled=yes every=11   # the receipt comes before the answer
callback double every=5
callback swap every=7 skip=2
callback drop every=17 skip=3
"""


def network() -> Network:
    """A provider with one SMS number; receipts follow within milliseconds."""
    account = Account(SID, TOKEN, senders=(Sender(SMS),))
    return Network(account, timing=Timing(sent_s=0.01, delivered_s=0.02))


def deliver_to(provider: Network, port: int) -> None:
    """Incoming messages go to the gateway behind *port*, as patiently as the provider can."""
    hook = f"http://127.0.0.1:{port}/webhooks/sms#rc=5&rp=all&ct=1000&rt=3000"
    provider.set_sender(Sender(SMS, hook))


def break_now_and_then(provider: Network) -> None:
    """Calls are cut, refused, answered with garbage or too late, before and after they were
    handled; receipts are doubled, out of order, early and lost."""
    provider.faults.set(parse_script(FAULTS))


async def write(
    provider: Network, count: int, acknowledged: list[Message], *, at_once: int = 8, first: int = 0
) -> None:
    """*count* people report one thing each; those whose webhook was answered are remembered."""
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with slots:
            text = f"Lampu jalan mati di Jl Kemuning No {number} RT 3 RW 5 Tegal Parang"
            (sent,) = await provider.write(f"+62812{number:08d}", text, to=SMS)
            after = next(
                m for m in provider.conversation(sent.number, sent.channel) if m.sid == sent.sid
            )
            if after.hand_over.value == "accepted":
                acknowledged.append(after)

    await asyncio.gather(*(one(n) for n in range(first, first + count)))
