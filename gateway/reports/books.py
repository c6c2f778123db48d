"""The books of complaints. What was filed, and what became of it; what was open, and what moved.

A book is filled with one `Life` after the other and needs no more memory than it has lines. Pure.
"""

import enum
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from gateway.reports.month import month_of
from gateway.reports.standing import Life, Standing


class By(enum.StrEnum):
    """What the complaints of a month are divided by."""

    ACCOUNT = "account"
    UNIT = "unit"
    CATEGORY = "category"
    STATE = "state"


@dataclass(slots=True)
class Cohort:
    """Complaints filed in the month, as they stood at its end; *ended* by closing reason.

    *reporters* are different addresses; one who reports on two channels counts once on each.
    """

    filed: int = 0
    open: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    reporters: int = 0

    @property
    def difference(self) -> int:
        """What was filed and is accounted for nowhere; 0 in a book that balances."""
        return self.filed - self.open - sum(n for reason, n in self.ended.items() if reason)


@dataclass(slots=True)
class Stock:
    """What was open at the beginning, what came and went, what is open at the end. *came* and
    *left*: handed over between lines, or taken out of the open books and put back."""

    opening: int = 0
    new: int = 0
    came: int = 0
    reopened: int = 0
    ended: int = 0
    left: int = 0
    closing: int = 0

    @property
    def difference(self) -> int:
        """0 in a book that balances."""
        came = self.opening + self.new + self.came + self.reopened
        return came - self.ended - self.left - self.closing


@dataclass(slots=True)
class Later:
    """What this month did to the complaints of an earlier one. *ended* by closing reason, of
    those that were open or ended otherwise before."""

    ended: Counter[str] = field(default_factory=Counter)
    reopened: int = 0
    open: int = 0


class Books:
    """All books of a month; of *units* only, where some are named.

    The lives must come ordered by reporter: so reporters are counted without being remembered.
    """

    def __init__(self, units: frozenset[str] | None = None) -> None:
        self._units = units
        self.total = Cohort()
        self.cohorts: dict[By, dict[str, Cohort]] = {by: defaultdict(Cohort) for by in By}
        self.stocks: dict[By, dict[str, Stock]] = {
            by: defaultdict(Stock) for by in (By.ACCOUNT, By.UNIT)
        }
        self.later: dict[str, Later] = defaultdict(Later)
        self._reporter: int | None = None
        self._counted: set[int] = set()

    def add(self, life: Life) -> None:
        """Enter one complaint."""
        before = life.before if self._shows(life.before) else None
        after = life.after if self._shows(life.after) else None
        if life.before is None and after is not None:
            self._file(life, after)
        for by, stocks in self.stocks.items():
            _move(stocks, life, by, before, after)
        if life.before is not None and after is not None:
            self._change(life, life.before, after)

    def _shows(self, standing: Standing | None) -> bool:
        if standing is None or standing.reserved:
            return False
        return self._units is None or standing.unit in self._units

    def _file(self, life: Life, after: Standing) -> None:
        keys = {
            By.ACCOUNT: life.account,
            By.UNIT: after.unit,
            By.CATEGORY: after.category,
            By.STATE: after.state,
        }
        for cohort in (self.total, *(self.cohorts[by][key] for by, key in keys.items())):
            cohort.filed += 1
            if after.is_open:
                cohort.open += 1
            else:
                cohort.ended[after.reason] += 1
            cohort.reporters += self._is_fresh(life.reporter, cohort)

    def _is_fresh(self, reporter: int | None, cohort: Cohort) -> bool:
        if reporter is None:
            return False
        if reporter != self._reporter:
            self._reporter, self._counted = reporter, set()
        if id(cohort) in self._counted:
            return False
        self._counted.add(id(cohort))
        return True

    def _change(self, life: Life, before: Standing, after: Standing) -> None:
        line = self.later[month_of(life.filed_at).name]
        if after.is_open:
            line.open += 1
            line.reopened += not before.is_open
        elif before.is_open or before.reason != after.reason:
            line.ended[after.reason] += 1


def _move(
    stocks: dict[str, Stock],
    life: Life,
    by: By,
    before: Standing | None,
    after: Standing | None,
) -> None:
    """Enter the way from *before* to *after*, as far as either stands in these books."""
    was = _key(life, by, before) if before and before.is_open else None
    if was is not None:
        stocks[was].opening += 1
    if after is None:
        if was is not None:
            stocks[was].left += 1
        return
    here = _key(life, by, after)
    was_open = life.before is not None and life.before.is_open
    if was is None and life.before is not None and not was_open and not after.is_open:
        return
    if life.before is None:
        stocks[here].new += 1
    elif was is None and was_open:
        stocks[here].came += 1
    elif was is None:
        stocks[here].reopened += 1
    elif was != here:
        stocks[was].left += 1
        stocks[here].came += 1
    if after.is_open:
        stocks[here].closing += 1
    else:
        stocks[here].ended += 1


def _key(life: Life, by: By, standing: Standing) -> str:
    return life.account if by is By.ACCOUNT else standing.unit
