"""`kanal understand --jsonl` on lines that nobody meant well."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cli.understanding import answered, on_one_line
from normalizer.regions import CENTROIDS


def _answered(line: bytes) -> dict[str, Any]:
    printed = on_one_line(answered(line, CENTROIDS))
    assert len(printed.splitlines()) == 1
    read: dict[str, Any] = json.loads(printed.encode("utf-8"))
    return read


@pytest.mark.parametrize(
    ("line", "id_", "says"),
    [
        (b"no json", None, "no JSON"),
        (b'{"id": 1, "text": "half', None, "no JSON"),
        (b"[" * 100_000, None, "no JSON"),
        (b'{"id": ' + b"9" * 5_000 + b', "text": "x"}', None, "no JSON"),
        (b"[1]", None, "no JSON object"),
        (b"NaN", None, "no JSON object"),
        (b'{"id": 7}', 7, '"text" is missing'),
        (b'{"id": 7, "text": null}', 7, '"text" is missing'),
        (b'{"id": 7, "text": ["x"]}', 7, '"text" is missing'),
        (b'{"id": "a", "text": "x", "at": "soon"}', "a", '"at"'),
        (b'{"id": "a", "text": "x", "at": 1e308}', "a", '"at"'),
        (b'{"id": "a", "text": "x", "at": "0001-01-01T00:00:00"}', "a", '"at"'),
        (b'{"id": "a", "text": "x", "at": "9999-12-31T23:59:59+00:00"}', "a", '"at"'),
        (b'{"text": "x", "lat": NaN, "lon": 106.8}', None, "degrees"),
        (b'{"text": "x", "lat": -6.2, "lon": 1e999}', None, "degrees"),
        (b'{"text": "x", "lat": "-6.2", "lon": true}', None, "degrees"),
        (b'{"text": "x", "lat": -6.2}', None, "degrees"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_its_fault(
    line: bytes, id_: object, says: str
) -> None:
    answer = _answered(line)
    assert answer["id"] == id_
    assert says in answer["error"]
    assert set(answer) == {"id", "error"}


@pytest.mark.parametrize(
    ("line", "category"),
    [
        (b'\xef\xbb\xbf{"id": 1, "text": "lampu jalan mati"}', "lampu-jalan"),
        (b'{"text": "got mampet \\ud83d"}', "saluran-mampet"),
        (b'{"text": "got mampet \xff\xfe"}', "saluran-mampet"),
        (b'{"text": "got \\u2028 mampet", "id": "\\u2028\\udfff"}', "saluran-mampet"),
        (b'{"text": "got mampet", "id": {"a": [1]}, "at": "", "lat": null, "lon": null}',
         "saluran-mampet"),
    ],
)  # fmt: skip
def test_strange_but_readable_lines_are_read(line: bytes, category: str) -> None:
    assert _answered(line)["category"] == category


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=60),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_ROWS = st.dictionaries(
    st.sampled_from(["id", "text", "at", "lat", "lon", "channel", "x"]), _VALUES, max_size=7
)


@given(_ROWS.map(json.dumps).map(str.encode) | st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_line_has_one_answer_that_is_json(line: bytes) -> None:
    answer = _answered(line)
    assert "error" in answer or "kind" in answer
