"""Numbers as they are printed and as people type them."""

from datetime import UTC, date, datetime

import pytest

from core.number import complaint_number, day_of, find_numbers, without_numbers


def test_a_number_has_prefix_day_and_serial() -> None:
    assert complaint_number("JK", date(2026, 11, 19), 41) == "JK2611190041"
    assert complaint_number("JK", date(2026, 11, 19), 12_345) == "JK26111912345"


def test_the_day_is_jakartas() -> None:
    assert day_of(datetime(2026, 11, 19, 16, 59, tzinfo=UTC)) == date(2026, 11, 19)
    assert day_of(datetime(2026, 11, 19, 17, 0, tzinfo=UTC)) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("status jk2611190041", ["JK2611190041"]),
        ("JK 2611190041 gimana", ["JK2611190041"]),
        ("JK2611190041, JK2611190041 dan JK26111912345.", ["JK2611190041", "JK26111912345"]),
        ("JK2613990041", []),
        ("JK261119004", []),
        ("B 1234 XYZ 081234567890", []),
        ("AB2611190041", []),
        ("", []),
    ],
)  # fmt: skip
def test_numbers_are_found_as_typed(text: str, found: list[str]) -> None:
    assert list(find_numbers(text)) == found


def test_the_words_around_a_number_stay() -> None:
    assert without_numbers("gimana JK2611190041 ini").split() == ["gimana", "ini"]
