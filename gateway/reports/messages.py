"""The book of messages: received = what became of them + unread + waiting. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from normalizer.dialogue import Outcome

OUTCOMES = tuple(o.value for o in Outcome)


@dataclass(frozen=True, slots=True)
class Settled:
    """*count* events of *account* that became *outcome*; None: nobody has handled them yet."""

    account: str
    outcome: str | None
    count: int


@dataclass(slots=True)
class MessageBook:
    """One account's month. *received* is counted by itself, so that the balance says something."""

    received: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    unparsed: int = 0
    waiting: int = 0

    @property
    def difference(self) -> int:
        """What is received and not accounted for; 0 in a book that balances."""
        known = sum(self.outcomes[o] for o in OUTCOMES)
        return self.received - known - self.unparsed - self.waiting


def balanced(
    received: Iterable[tuple[str, int]],
    settled: Iterable[Settled],
    unparsed: Iterable[tuple[str, int]],
) -> dict[str, MessageBook]:
    """The books by account; *received* counts events, *unparsed* raw messages nobody could read."""
    books: dict[str, MessageBook] = {}
    for account, count in received:
        books.setdefault(account, MessageBook()).received += count
    for item in settled:
        book = books.setdefault(item.account, MessageBook())
        if item.outcome is None:
            book.waiting += item.count
        else:
            book.outcomes[item.outcome] += item.count
    for account, count in unparsed:
        book = books.setdefault(account, MessageBook())
        book.received += count
        book.unparsed += count
    return books


def later(settled: Iterable[Settled]) -> dict[str, Counter[str]]:
    """By account what became, in this month, of messages accepted in earlier ones."""
    found: dict[str, Counter[str]] = {}
    for item in settled:
        if item.outcome is not None:
            found.setdefault(item.account, Counter())[item.outcome] += item.count
    return found
