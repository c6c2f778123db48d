"""What a report is made from: figures, names, and what is printed beside them. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.reports.books import Books
from gateway.reports.measures import Measures
from gateway.reports.messages import MessageBook
from gateway.reports.month import Period
from gateway.reports.pauses import PauseBook
from gateway.reports.tickets import TicketBook

Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Names:
    """How units, accounts and categories are called."""

    unit: Named
    account: Named
    category: Named


@dataclass(frozen=True, slots=True)
class Print:
    """What stands on a report besides its figures: *of* the unit it is limited to, *made_at* aware
    UTC, *audit_head* the head of the audit chain when it was made."""

    made_at: datetime
    of: str = ""
    of_name: str = ""
    audit_head: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a monthly report says. *messages* is None where units were chosen: a message
    belongs to a channel, not to a unit. *reserved* is None in a month that ends no quarter."""

    period: Period
    books: Books
    measures: Measures
    tickets: Mapping[tuple[str, str], TicketBook]
    pauses: Mapping[tuple[str, str], PauseBook]
    messages: Mapping[str, MessageBook] | None
    messages_later: Mapping[str, Counter[str]] | None
    reserved: int | None
