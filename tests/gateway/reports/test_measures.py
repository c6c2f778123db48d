"""Met, missed, median and p90."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reports.measures import Ended, Measure, Measures, ended_by

HOUR = 3600


def test_what_was_taken_away_counts_neither_as_met_nor_in_the_times() -> None:
    measures = Measures()
    for result, hours in (("met", 2), ("met", 4), ("missed", 30), ("void", 1)):
        measures.add(Ended("response", "dinas", result, hours * HOUR), "sms")
    measures.fell_due("response", "dinas", "sms")
    for found in (
        measures.kinds["response"],
        measures.units["dinas", "response"],
        measures.accounts["sms", "response"],
    ):
        assert (found.met, found.missed, found.void, found.overdue) == (2, 1, 1, 1)
        assert (found.hours(0.5), found.hours(0.9)) == (4.0, 30.0)


@given(st.lists(st.integers(0, 10**7), min_size=1), st.sampled_from([0.5, 0.9]))
def test_that_share_of_them_took_no_longer(seconds: list[int], share: float) -> None:
    measure = Measure()
    for item in seconds:
        measure.seconds.append(item)
    hours = measure.hours(share)
    assert hours is not None
    rank = sum(round(s / HOUR, 1) <= hours for s in seconds)
    assert rank >= share * len(seconds)
    assert hours in {round(s / HOUR, 1) for s in seconds}


def test_without_any_there_is_no_median() -> None:
    assert Measure().hours(0.5) is None


@pytest.mark.parametrize(
    ("action", "result"), [("finish", "met"), ("withdraw", "void"), ("close", "void")]
)
def test_only_a_result_completes(action: str, result: str) -> None:
    clock = {"kind": "completion", "unit": "dinas", "result": "met", "seconds": 60}
    assert list(ended_by(action, {"clocks": [clock]})) == [Ended("completion", "dinas", result, 60)]
    assert list(ended_by(action, {})) == []
