"""How much each account may send now, when several workers send on it.

With Redis they share one bucket per account (`gateway.shared.budget`), and the rest of an account
that its provider refused: a 429 that one worker got holds all of them. Without it, or while it is
away, each worker keeps to its part, the account's rate divided by the number of workers, and learns
of a rest by its own refusal (`pace`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from core.messages import AccountId


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
        return all_of(wanted)

    async def rest(self, account: AccountId, span: timedelta) -> None:
        """Nobody else is to know."""


def all_of(wanted: Mapping[AccountId, Wanted]) -> Mapping[AccountId, Granted]:
    """What is wanted, granted."""
    return {account: Granted(item.count) for account, item in wanted.items()}
