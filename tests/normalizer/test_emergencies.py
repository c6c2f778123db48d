"""Of our own sentences so many emergencies are found, and so few others taken for one."""

import pytest

from tests.eval.measures import Count
from tests.eval.own import counted


@pytest.fixture(scope="module")
def counts() -> dict[str, Count]:
    return counted()


@pytest.mark.parametrize(
    ("measure", "least"),
    [("emergency, recall", 0.98), ("taken for none", 0.993), ("unclear detected", 0.97)],
)
def test_no_figure_falls_below_what_was_reached(
    counts: dict[str, Count], measure: str, least: float
) -> None:
    count = counts[measure]
    assert count.right / count.of >= least, "\n".join(count.errors)


def test_there_are_enough_sentences_to_count(counts: dict[str, Count]) -> None:
    assert counts["emergency, recall"].of >= 1300
    assert counts["taken for none"].of >= 1100
    assert counts["unclear detected"].of >= 50
