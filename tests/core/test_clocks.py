"""When the next news is due."""

from datetime import datetime, time, timedelta

import pytest

from core.clocks import Awaited, Deadlines, Hours, after_working_time, next_news
from core.number import WIB
from core.workflow import Action
from tests.core.test_workflow import DINAS, NOW, OWNER, act, filed

HOURS = Hours(time(7, 30), time(16, 0))


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (wib(20, 8), 2, wib(20, 10)),  # a Friday
        (wib(20, 15), 2, wib(23, 8, 30)),  # over the weekend
        (wib(20, 19), 2, wib(23, 9, 30)),
        (wib(21, 9), 2, wib(23, 9, 30)),  # Saturday
        (wib(20, 5), 2, wib(20, 9, 30)),
        (wib(20, 14), 2, wib(20, 16)),
        (wib(20, 8), 16, wib(23, 15, 30)),
    ],
)
def test_working_time_skips_nights_and_weekends(start: datetime, hours: int, end: datetime) -> None:
    assert after_working_time(start, timedelta(hours=hours), HOURS) == end


def test_a_span_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a year"):
        after_working_time(NOW, timedelta(days=4000), HOURS)


def test_what_is_awaited_follows_the_state() -> None:
    plan = Deadlines()
    waiting = filed()
    assert next_news(waiting, OWNER, plan).awaited is Awaited.FORWARDING
    forwarded = act(waiting, Action.FORWARD, unit=DINAS)
    news = next_news(forwarded, OWNER, plan)
    assert (news.awaited, news.unit) == (Awaited.RESPONSE, DINAS)
    assert news.due == NOW + timedelta(hours=7), "six hours after it was handed over"
    working = act(forwarded, Action.PROCESS)
    assert next_news(working, OWNER, plan).due == NOW + timedelta(days=7)
    done = act(working, Action.FINISH)
    assert next_news(done, OWNER, plan).due is None
