"""How much each account may send now, when several workers send on it.

With Redis they share one bucket per account, and the rest of an account that its provider refused:
a 429 that one worker got holds all of them. Without it, or while it is away, each worker keeps to
its part, the account's rate divided by the number of workers, and learns of a rest by its own
refusal (`pace`).
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from core.messages import AccountId

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = logging.getLogger(__name__)

_PATIENCE_S = 0.2
_BUCKET = "kanal:budget:{account}"
_REST = "kanal:rest:{account}"

# A bucket of one second's messages, by the server's own clock. KEYS bucket, rest; ARGV rate per
# second, wanted. Gives how many may leave, and for how many milliseconds none may.
_TAKE = """
local rest = redis.call('PTTL', KEYS[2])
if rest > 0 then return {0, rest} end
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
return {given, 0}
"""

# A rest is only ever made longer. KEYS[1] rest; ARGV milliseconds.
_LIE_DOWN = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """*count* messages on an account that may send *rate* a second."""

    rate: float
    count: int


@dataclass(frozen=True, slots=True)
class Granted:
    """*count* messages may leave; if another worker was told to wait, none for *rest*."""

    count: int
    rest: timedelta = timedelta()


class Budget(Protocol):
    """Gives permission to send."""

    is_shared: bool
    """Whether other workers draw from the same budget at present."""

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
        """How many of those *wanted* may leave now, by account."""
        ...

    async def rest(self, account: AccountId, span: timedelta) -> None:
        """The provider refused *account*: nobody sends on it for *span*."""
        ...


class OwnBudget:
    """No other worker is asked: `Pace` has limited what is wanted already."""

    is_shared: bool = False

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
        """All of it."""
        return _all(wanted)

    async def rest(self, account: AccountId, span: timedelta) -> None:
        """Nobody else is to know."""


@dataclass
class SharedBudget:
    """One bucket per account in Redis, for every worker of the installation."""

    redis: "Redis"
    is_shared: bool = True
    patience_s: float = _PATIENCE_S

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
        """Ask Redis. If it does not answer, all of what was asked for: from then on, until it
        answers again, `is_shared` is False and each worker asks for its part only."""
        try:
            async with asyncio.timeout(self.patience_s):
                given = {a: await self._take(a, item) for a, item in wanted.items()}
        except _trouble() as error:
            self._is_away(error)
            return _all(wanted)
        self.is_shared = True
        return given

    async def rest(self, account: AccountId, span: timedelta) -> None:
        """Tell the others. If Redis does not answer, each of them is refused once itself."""
        milliseconds = max(1, round(span.total_seconds() * 1000))
        try:
            async with asyncio.timeout(self.patience_s):
                await self.redis.eval(_LIE_DOWN, 1, _REST.format(account=account), milliseconds)
        except _trouble() as error:
            self._is_away(error)

    async def _take(self, account: AccountId, item: Wanted) -> Granted:
        keys = (_BUCKET.format(account=account), _REST.format(account=account))
        count, rest = await self.redis.eval(_TAKE, 2, *keys, str(item.rate), str(item.count))
        return Granted(int(count), timedelta(milliseconds=int(rest)))

    def _is_away(self, error: Exception) -> None:
        if self.is_shared:
            _log.warning("budgets are divided", extra={"error": type(error).__name__})
        self.is_shared = False


def _all(wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
    return {account: Granted(item.count) for account, item in wanted.items()}


def _trouble() -> tuple[type[Exception], ...]:
    """What a Redis that is away raises; its library comes with the client."""
    from redis.exceptions import RedisError  # noqa: PLC0415

    return RedisError, OSError, TimeoutError
