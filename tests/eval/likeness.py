"""Likeness on texts with a point: template words in other kelurahan, and the same place and day."""

from itertools import combinations

from core.messages import Location
from normalizer.likeness import Likeness, Told, compare, content_words
from normalizer.reading import Reading
from tests.eval.measures import Count, Read
from tests.eval.rows import Row

_TEMPLATE = 0.7
_WORDS = 3


def likeness(rows: Read) -> dict[str, Count]:
    """Nearly the same words elsewhere must not be one event; the same text at one point must."""
    told = [_told(row, reading) for row, reading in rows if row.at and reading.problem and row.lat]
    templates, doubles = Count(), Count()
    for (row, one), (other_row, other) in combinations(told, 2):
        if one.category != other.category or not one.category or not one.words:
            continue
        first, second = sorted((one, other), key=lambda t: t.at)
        alike = len(one.words & other.words) / len(one.words | other.words)
        found, _ = compare(first, second)
        if one.kelurahan != other.kelurahan and alike >= _TEMPLATE and len(one.words) >= _WORDS:
            templates.add(found is not Likeness.SAME, f"template: {row.name}, {other_row.name}")
        if one.point == other.point and alike == 1 and (second.at - first.at).days < 1:
            doubles.add(found is Likeness.SAME, f"double: {row.name}")
    return {"templates elsewhere kept apart": templates, "doubles at one point found": doubles}


def _told(row: Row, reading: Reading) -> tuple[Row, Told]:
    assert row.at is not None
    assert row.lat is not None
    assert row.lon is not None
    category = reading.problem.category if reading.problem else ""
    point = Location(row.lat, row.lon)
    return row, Told(category, row.at, row.kelurahan, point, words=content_words(row.text))
