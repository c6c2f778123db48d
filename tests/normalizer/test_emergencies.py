"""Of our own sentences so many emergencies are found, and so few others taken for one."""

import pytest

from tests.eval.own import counted

COUNTS = counted()


@pytest.mark.parametrize(
    ("measure", "least"),
    [("emergency, recall", 0.96), ("taken for none", 0.99), ("unclear detected", 0.97)],
)
def test_no_figure_falls_below_what_was_reached(measure: str, least: float) -> None:
    count = COUNTS[measure]
    assert count.right / count.of >= least, "\n".join(count.errors)


def test_there_are_enough_sentences_to_count() -> None:
    assert COUNTS["emergency, recall"].of >= 420
    assert COUNTS["taken for none"].of >= 400
    assert COUNTS["unclear detected"].of >= 50
