"""Received = what became of it + unread + waiting."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.reports.messages import OUTCOMES, Settled, balanced, later

ACCOUNTS = st.sampled_from(["sms", "wa", "mail"])
EVENTS = st.lists(st.tuples(ACCOUNTS, st.none() | st.sampled_from(OUTCOMES)))


@given(EVENTS, st.lists(ACCOUNTS))
def test_whatever_arrives_is_accounted_for_once(
    events: list[tuple[str, str | None]], unread: list[str]
) -> None:
    books = balanced(
        Counter(account for account, _ in events).items(),
        [Settled(a, o, n) for (a, o), n in Counter(events).items()],
        Counter(unread).items(),
    )
    assert sum(b.received for b in books.values()) == len(events) + len(unread)
    assert all(b.difference == 0 for b in books.values())
    assert sum(b.waiting for b in books.values()) == sum(o is None for _, o in events)


@given(EVENTS, st.integers(1, 5))
def test_what_is_missing_or_has_an_outcome_nobody_knows_shows(
    events: list[tuple[str, str | None]], count: int
) -> None:
    received = Counter(account for account, _ in events)
    settled = [Settled(a, o, n) for (a, o), n in Counter(events).items()]
    received["sms"] += count
    assert balanced(received.items(), settled, ())["sms"].difference == count
    odd = balanced(received.items(), [*settled, Settled("sms", "vanished", count)], ())
    assert odd["sms"].difference == count


def test_what_earlier_months_left_is_counted_by_its_outcome() -> None:
    found = later([Settled("sms", "new", 2), Settled("sms", "spam", 1), Settled("wa", "new", 1)])
    assert found == {"sms": {"new": 2, "spam": 1}, "wa": {"new": 1}}
