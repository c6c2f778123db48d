"""What signals ask of a process, whatever their order."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from gateway.processes.reload import Ending, Reload, heeding, never


@pytest.mark.parametrize(
    ("asked", "starts_anew"),
    [("", False), ("a", True), ("aa", True), ("e", False), ("ae", False), ("ea", False)],
)
def test_whoever_was_told_to_end_does_so(asked: str, *, starts_anew: bool) -> None:
    ending = Ending()
    for one in asked:
        if one == "e":
            ending.for_good()
        else:
            ending.to_start_anew()
    assert ending.starts_anew is starts_anew


@pytest.fixture
def hangup() -> Iterator[None]:
    """What SIGHUP meant before means the same afterwards."""
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangup")
async def test_signals_are_heeded_to_the_end_of_the_block_and_sighup_never_kills() -> None:
    ended: list[int] = []
    tried = 0

    async def no() -> bool:
        nonlocal tried
        tried += 1
        return False

    with heeding(ended.append, Reload(no, lambda: None)):
        for name in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), name)
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            while not (tried and len(ended) == 2):
                await asyncio.sleep(0.01)
    assert ended == [signal.SIGTERM, signal.SIGINT]
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.sleep(0.01)
    with heeding(ended.append, Reload(never, lambda: None)):
        assert signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN, "a new start listens again"
