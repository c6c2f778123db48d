"""The same event, a template, a repeat."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.messages import Location
from core.number import WIB
from normalizer.likeness import Likeness, Told, compare, content_words, likest

AT = datetime(2026, 11, 20, 16, 0, tzinfo=WIB)
METRE = 1 / 111_195
TREE = Told(
    category="pohon-tumbang",
    at=AT,
    kelurahan="31.74.03.1002",
    point=Location(-6.26, 106.82),
    words=content_words("pohon tumbang menutup jalan di jl bangka raya depan apotek"),
)


def _moved(metres: float, **changes: object) -> Told:
    point = Location(-6.26 + metres * METRE, 106.82)
    return replace(TREE, point=point, at=AT + timedelta(minutes=20), **changes)


@pytest.mark.parametrize(
    ("metres", "likeness"),
    [
        (10, Likeness.SAME),
        (49, Likeness.SAME),
        (60, Likeness.SUGGESTED),
        (290, Likeness.SUGGESTED),
    ],
)
def test_near_and_of_one_category_is_the_same_event(metres: float, likeness: Likeness) -> None:
    found, reasons = compare(TREE, _moved(metres))
    assert found is likeness
    assert any(reason.startswith("jarak") for reason in reasons)


def test_the_same_address_is_the_same_event_without_a_point() -> None:
    one = replace(TREE, point=None, address="jl bangka raya 12")
    assert compare(one, replace(one, at=AT + timedelta(hours=5)))[0] is Likeness.SAME


def test_a_template_in_another_kelurahan_is_another_event() -> None:
    banner = Told("spanduk", AT, "31.75.02.1005", words=content_words("turunkan spanduk liar"))
    other = replace(banner, kelurahan="31.75.01.1005", at=AT + timedelta(minutes=3))
    assert compare(banner, other) == (Likeness.OTHER, ())


def test_another_category_is_another_event_at_the_same_place() -> None:
    assert compare(TREE, _moved(0, category="saluran-mampet"))[0] is Likeness.OTHER


def test_the_same_again_after_the_end_is_a_repeat() -> None:
    ended = replace(TREE, ended=AT + timedelta(days=1))
    again = _moved(
        5,
    )
    again = replace(again, at=AT + timedelta(days=60))
    assert compare(ended, again)[0] is Likeness.REPEAT


def test_weeks_later_while_still_open_a_person_decides() -> None:
    later = replace(_moved(5), at=AT + timedelta(days=20))
    assert compare(TREE, later)[0] is Likeness.SUGGESTED


def test_the_same_photo_is_a_sign_where_no_point_is_known() -> None:
    one = replace(TREE, point=None, photos=(0xFF00FF00FF00FF00,))
    two = replace(one, at=AT + timedelta(hours=1), words=frozenset(), photos=(0xFF00FF00FF00FF03,))
    assert compare(one, two) == (Likeness.SUGGESTED, ("foto yang sama",))
    other = replace(two, photos=(0x0123456789ABCDEF,))
    assert compare(one, other)[0] is Likeness.OTHER


def test_what_was_parted_is_not_put_together_again() -> None:
    known = [(7, TREE), (8, replace(_moved(200), at=AT))]
    assert likest(_moved(5), known)[:2] == (7, Likeness.SAME)
    assert likest(_moved(5, parted_from=frozenset({7})), known)[:2] == (8, Likeness.SUGGESTED)
    assert likest(_moved(5, category=""), known) == (0, Likeness.OTHER, ())
