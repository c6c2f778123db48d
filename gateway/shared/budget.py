"""One bucket per account in Redis, from which the workers of all machines draw."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis

from core.messages import AccountId
from gateway.outbound.budget import Granted, Wanted, all_of
from gateway.shared.wakes import Trouble

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


@dataclass
class SharedBudget:
    """One bucket per account in Redis, for every worker of the installation."""

    redis: Redis
    is_shared: bool = True
    patience_s: float = _PATIENCE_S

    async def take(self, wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
        """Ask Redis. If it does not answer, all of what was asked for: from then on, until it
        answers again, `is_shared` is False and each worker asks for its part only."""
        try:
            async with asyncio.timeout(self.patience_s):
                given = {a: await self._take(a, item) for a, item in wanted.items()}
        except Trouble as error:
            self._is_away(error)
            return all_of(wanted)
        self.is_shared = True
        return given

    async def rest(self, account: AccountId, span: timedelta) -> None:
        """Tell the others. If Redis does not answer, each of them is refused once itself."""
        milliseconds = max(1, round(span.total_seconds() * 1000))
        try:
            async with asyncio.timeout(self.patience_s):
                await self.redis.eval(_LIE_DOWN, 1, _REST.format(account=account), milliseconds)
        except Trouble as error:
            self._is_away(error)

    async def _take(self, account: AccountId, item: Wanted) -> Granted:
        keys = (_BUCKET.format(account=account), _REST.format(account=account))
        count, rest = await self.redis.eval(_TAKE, 2, *keys, str(item.rate), str(item.count))
        return Granted(int(count), timedelta(milliseconds=int(rest)))

    def _is_away(self, error: Exception) -> None:
        if self.is_shared:
            _log.warning("budgets are divided", extra={"error": type(error).__name__})
        self.is_shared = False
