"""What can happen to an installation, by name. Each ends with everything running again."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Mapping

from redis.asyncio import Redis

from tests.crash.cluster import Cluster

Fault = Callable[[Cluster, random.Random], Awaitable[None]]


async def processes_killed(found: Cluster, rng: random.Random) -> None:
    """A gateway and a worker fall without a word, one after the other."""
    for _ in range(2):
        for group in (found.gateways, found.workers):
            process = rng.choice(group)
            await process.kill()
            await asyncio.sleep(rng.uniform(0, 0.3))
            await process.start()


async def worker_frozen(found: Cluster, rng: random.Random) -> None:
    """A worker stands still in the middle of its work, long enough to be taken for dead."""
    process = rng.choice(found.workers)
    process.signal(signal.SIGSTOP)
    await asyncio.sleep(12)
    process.signal(signal.SIGCONT)


async def postgres_killed(found: Cluster, rng: random.Random) -> None:
    """The database falls and recovers; meanwhile the spools take over."""
    found.postgres.kill()
    await asyncio.sleep(rng.uniform(1, 2))
    await found.postgres.start_again()


async def postgres_frozen(found: Cluster, rng: random.Random) -> None:
    """Commits hang past the accept deadline and then succeed after all."""
    found.postgres.freeze()
    await asyncio.sleep(rng.uniform(1.5, 2.5))
    found.postgres.thaw()


async def redis_killed(found: Cluster, rng: random.Random) -> None:
    """Redis is gone for a while and comes back empty."""
    await found.redis.stop()
    await asyncio.sleep(rng.uniform(1, 2))
    await found.redis.start()


async def redis_frozen(found: Cluster, rng: random.Random) -> None:
    """Redis takes connections and answers nothing, then is emptied."""
    found.redis.freeze()
    await asyncio.sleep(rng.uniform(1, 2))
    found.redis.thaw()
    async with Redis.from_url(found.redis.url) as client:
        await client.flushall()


async def rolling_restart(found: Cluster, _rng: random.Random) -> None:
    """A new version: one process after the other ends in order and comes back; then all reload."""
    for process in found.processes:
        await process.stop()
        await process.start()
    await found.workers_are_known(len(found.workers))
    for process in found.processes:
        process.signal(signal.SIGHUP)
    for gateway in found.gateways:
        await gateway.answers("/health/ready")


FAULTS: Mapping[str, Fault] = {
    f.__name__: f
    for f in (
        processes_killed, worker_frozen, postgres_killed, postgres_frozen, redis_killed,
        redis_frozen, rolling_restart,
    )
}  # fmt: skip
