"""What holds for every string."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalizer.completeness import missing
from normalizer.privacy import redact
from normalizer.reading import Missing
from normalizer.text import READ_CHARS, clean, fold, words_of
from normalizer.understand import understand
from tests.bench.normalizer import HOSTILE

_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

# Words of reports, so that rules meet in ways nobody thought of.
_PIECES = st.sampled_from(
    """lampu jalan mati jl gg rt rw 5 03 kel kebon jeruk dpn sdn no blok sudah belum masih lagi saya
    pak stop status JK2611190041 482913 kebakaran sekarang di dalam suami mukulin kemarin
    tadi malam jam sejak tgl 31 12 setiap tahun lalu pasar minggu duren sawit banjir sedada
    nenek -6.19, 106.77 . , ? !! / # @ nama Budi 0812 3456 7890 takut sama terima kasih 2 ² 👍
    &amp; http://x.example/?q= pkl 17.30 perempatan lampu merah in front of the""".split()  # noqa: SIM905
)
_REPORTS = st.lists(_PIECES, max_size=30).map(" ".join)
_ANYTHING = st.text(st.characters(), max_size=200)


@given(_ANYTHING | _REPORTS)
@settings(max_examples=300, deadline=None)
def test_every_string_is_read(text: str) -> None:
    reading = understand(text)
    assert reading.text == clean(text)
    for found in (reading.problem, reading.place, reading.danger):
        if found is not None:
            assert 0 < found.finding.confidence <= 1
            assert all(words in reading.text for words in found.finding.words)
    if reading.problem is not None:
        assert 0 < len(reading.problem.label) <= 60
    if reading.place is not None:
        assert len(reading.place.words) <= 120
    if reading.command is not None:
        assert reading.problem is None
        assert reading.social is None


@given(_ANYTHING | _REPORTS)
@settings(max_examples=300, deadline=None)
def test_cleaning_and_redacting_are_done_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert isinstance(redact(text), str)
    assert isinstance(fold(text), str)


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "latin-1", "utf-16-le", "cp1252"]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_that_a_connector_may_pass_on_are_read(raw: bytes, encoding: str) -> None:
    text = raw.decode(encoding, "replace")
    reading = understand(text, at=_AT)
    assert missing(reading) in {(), *((m,) for m in Missing), tuple(Missing)[:2]}
    assert isinstance(redact(text), str)


@given(_REPORTS | _ANYTHING)
@settings(max_examples=200, deadline=None)
def test_a_moment_lies_in_order_and_a_ranking_falls(text: str) -> None:
    reading = understand(text, at=_AT)
    found = reading.moment
    if found is not None and found.start is not None and found.end is not None:
        assert found.start <= found.end
    if reading.place is not None:
        sureness = [c.finding.confidence for c in reading.place.candidates]
        assert sureness == sorted(sureness, reverse=True)
        assert all(0 < sure <= 1 for sure in sureness)


@given(_REPORTS)
@settings(max_examples=100, deadline=None)
def test_tokens_lie_in_order_and_inside_the_text(text: str) -> None:
    cleaned = clean(text)
    spans = [(token.start, token.end) for token in words_of(cleaned).tokens]
    assert all(0 <= start < end <= len(cleaned) for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("read", [understand, redact], ids=["understand", "redact"])
def test_what_would_trip_a_careless_expression_is_read(
    read: Callable[[str], object], unit: str
) -> None:
    """It ends at all; how time grows with the length is measured by the benches."""
    read((unit * READ_CHARS)[: 4 * READ_CHARS])
