"""Complaint numbers in blocks: a counter row inside the filing transaction would queue everybody.

Each worker takes a block in a transaction of its own; numbers it does not use are gaps, which are
allowed. A number is never given twice.
"""

from collections import defaultdict, deque
from datetime import date

from sqlalchemy.dialects import postgresql, sqlite

from core.number import ComplaintNumber, complaint_number
from core.tables import number_day
from gateway.storage.database import Database

_BLOCK = 20


class NumberSource:
    """This process's numbers."""

    def __init__(
        self, database: Database, prefix: str, first_serial: int, block: int = _BLOCK
    ) -> None:
        """*block* is how many are taken at once; fewer where the source does not live long."""
        self._block = block
        self._database = database
        self._prefix = prefix
        self._first = first_serial
        self._left: defaultdict[date, deque[int]] = defaultdict(deque)

    async def reserve(self, day: date, count: int) -> None:
        """Make sure that `take` can be called *count* times for *day* (Jakarta)."""
        for past in [d for d in self._left if d < day]:
            del self._left[past]
        missing = count - len(self._left[day])
        if missing <= 0:
            return
        size = max(self._block, missing)
        async with self._database.write() as conn:
            dialect = sqlite if self._database.is_sqlite else postgresql
            insert = dialect.insert(number_day)
            statement = insert.values(day=day.isoformat(), last=self._first - 1 + size)
            last = await conn.scalar(
                statement.on_conflict_do_update(
                    index_elements=[number_day.c.day], set_={"last": number_day.c.last + size}
                ).returning(number_day.c.last)
            )
        assert last is not None  # noqa: S101 - an upsert returns its row
        self._left[day].extend(range(last - size + 1, last + 1))

    def take(self, day: date) -> ComplaintNumber:
        """The next number of *day*; `reserve` has made sure that there is one."""
        return complaint_number(self._prefix, day, self._left[day].popleft())
