"""How much each account may send now, when several workers send on it.

With Redis they share one bucket per account. Without it, or while it is away, each worker keeps to
its part: the account's rate divided by the number of workers (`pace`).
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.messages import AccountId

_log = logging.getLogger(__name__)

_PATIENCE_S = 0.2
_KEY = "kanal:budget:{account}"

# A bucket of one second's messages, by the server's own clock. KEYS[1] bucket; ARGV rate per
# second, wanted. Gives how many may leave.
_TAKE = """
local rate, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
local size = math.max(rate, 1)
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local old = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(old[1]) or size, tonumber(old[2]) or now
left = math.min(size, left + math.max(0, now - at) * rate)
local given = math.min(wanted, math.floor(left))
redis.call('HSET', KEYS[1], 'left', tostring(left - given), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(size / rate * 1000) + 60000)
return given
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """*count* messages on an account that may send *rate* a second."""

    rate: float
    count: int


class Budget(Protocol):
    """Gives permission to send."""

    is_shared: bool
    """Whether other workers draw from the same budget at present."""

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, int]:
        """How many of those *wanted* may leave now, by account."""
        ...


class OwnBudget:
    """No other worker is asked: `Pace` has limited what is wanted already."""

    is_shared: bool = False

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, int]:
        """All of it."""
        return {account: item.count for account, item in wanted.items()}


@dataclass
class SharedBudget:
    """One bucket per account in Redis, for every worker of the installation."""

    redis: Redis
    is_shared: bool = True

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, int]:
        """Ask Redis. If it does not answer, all of what was asked for: from then on, until it
        answers again, `is_shared` is False and each worker asks for its part only."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                given = {a: await self._take(a, item) for a, item in wanted.items()}
        except (RedisError, OSError, TimeoutError) as error:
            if self.is_shared:
                _log.warning("budgets are divided", extra={"error": type(error).__name__})
            self.is_shared = False
            return {account: item.count for account, item in wanted.items()}
        self.is_shared = True
        return given

    async def _take(self, account: AccountId, item: Wanted) -> int:
        key = _KEY.format(account=account)
        return int(await self.redis.eval(_TAKE, 1, key, str(item.rate), str(item.count)))
