"""Events outlive versions of the program: their written form is fixed here, byte by byte."""

from datetime import UTC, datetime

import pytest

from core.events import ComplaintEvent

EVENT = ComplaintEvent(
    id=7205759403792793601,
    kind="complaint.forwarded",
    complaint=7205759403792793600,
    seq=2,
    at=datetime(2026, 11, 20, 1, 5, tzinfo=UTC),
    recorded_at=datetime(2026, 11, 20, 1, 5, 0, 250000, tzinfo=UTC),
    data={"unit": "dinas-bina-marga"},
)

WRITTEN = (
    '{"at": "2026-11-20T01:05:00+00:00", "complaint": "7205759403792793600", '
    '"data": {"unit": "dinas-bina-marga"}, "id": "7205759403792793601", '
    '"kind": "complaint.forwarded", "recorded_at": "2026-11-20T01:05:00.250000+00:00", '
    '"seq": 2, "version": 1}'
)


def test_an_event_is_written_as_ever() -> None:
    assert EVENT.to_json() == WRITTEN


def test_an_event_comes_back_as_it_was() -> None:
    assert ComplaintEvent.from_json(WRITTEN) == EVENT


def test_an_event_of_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        ComplaintEvent.from_json(WRITTEN.replace('"version": 1', '"version": 2'))
