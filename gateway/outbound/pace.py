"""How fast each account may send: a bucket each, and a rest after the account was refused."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.messages import AccountId

_FIRST_REST = timedelta(seconds=15)
_LONGEST_REST = timedelta(minutes=15)


@dataclass(slots=True)
class _Bucket:
    rate: float
    left: float
    at: datetime
    rest_until: datetime | None = None
    rest: timedelta = _FIRST_REST


@dataclass(slots=True)
class Pace:
    """Permission to send, account by account. Belongs to one process."""

    _buckets: dict[AccountId, _Bucket] = field(default_factory=dict)

    def available(self, account: AccountId, rate: float, now: datetime) -> int:
        """How many messages may leave at once; *rate* is per second."""
        bucket = self._bucket(account, rate, now)
        if bucket.rest_until is not None and now < bucket.rest_until:
            return 0
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.left = min(max(rate, 1.0), bucket.left + passed * rate)
        bucket.at = now
        return int(bucket.left)

    def take(self, account: AccountId, count: int = 1) -> None:
        """*count* messages leave."""
        self._buckets[account].left -= count

    def rest(
        self, account: AccountId, now: datetime, *, retry_after: float | None = None
    ) -> timedelta:
        """Stop for a while; longer each time until `recover`. The time of the rest."""
        bucket = self._bucket(account, 1.0, now)
        pause = timedelta(seconds=retry_after) if retry_after else bucket.rest
        bucket.rest_until = now + pause
        bucket.rest = min(bucket.rest * 2, _LONGEST_REST)
        return pause

    def rest_too(self, account: AccountId, now: datetime, span: timedelta) -> None:
        """Another worker was told to stop for *span*; that says nothing about how long the next
        rest of our own has to be."""
        bucket = self._bucket(account, 1.0, now)
        bucket.rest_until = max(bucket.rest_until or now, now + span)

    def recover(self, account: AccountId) -> None:
        """A message went out: the account works."""
        bucket = self._buckets.get(account)
        if bucket is not None:
            bucket.rest_until, bucket.rest = None, _FIRST_REST

    def _bucket(self, account: AccountId, rate: float, now: datetime) -> _Bucket:
        return self._buckets.setdefault(account, _Bucket(rate, max(rate, 1.0), now))
