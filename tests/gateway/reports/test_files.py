"""What a spreadsheet opens: no text is a formula, numbers and times are Indonesian."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reports.cells import defused, written
from gateway.reports.files import as_csv, as_xlsx, save
from gateway.reports.table import Column, Report, Table

DANGEROUS = ["=1+1", "+62812", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
TABLE = Table(
    "daftar", "Daftar", "=catatan", [Column("a", "=Kepala"), Column("b", "B")],
    [(text, 1.5) for text in DANGEROUS]
    + [("biasa; a=b", 1234567), (datetime(2026, 10, 31, 17, 5, tzinfo=UTC), None)],
)  # fmt: skip


@given(st.text())
def test_no_text_is_a_formula(text: str) -> None:
    assert defused(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
    assert defused(text).removeprefix("'") == text.removeprefix("'") or text == defused(text)


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_would_be_calculated_is_marked_as_text(text: str) -> None:
    assert written(text) == f"'{text}"


def test_csv_opens_in_an_indonesian_excel() -> None:
    content = as_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf"), "or Excel guesses the encoding"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert head == ["'=Kepala", "B"]
    assert rows[: len(DANGEROUS)] == [[f"'{text}", "1,5"] for text in DANGEROUS]
    assert rows[-2:] == [["biasa; a=b", "1234567"], ["01/11/2026 00.05", ""]]


def test_xlsx_holds_texts_numbers_and_dates_and_no_formula() -> None:
    out = io.BytesIO()
    as_xlsx(Report("r", "R", [TABLE]), out)
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    texts = re.findall(r"<t[^>]*>(.*?)</t>", sheet, re.DOTALL)
    assert not [t for t in texts if t[:1] in "=+-@\t\r\n＝"]
    assert "&#39;=1+1" in sheet or "'=1+1" in sheet
    assert "<v>1234567</v>" in sheet
    assert "<v>46327.003472" in sheet, "00.05 on 1 November, in Jakarta"
    assert "dd/mm/yyyy hh.mm" in styles


def test_a_report_is_a_workbook_and_a_file_for_every_table(tmp_path: Path) -> None:
    paths = save(Report("laporan-2026-10", "R", [TABLE]), tmp_path)
    assert [p.name for p in paths] == ["laporan-2026-10.xlsx", "laporan-2026-10-daftar.csv"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in paths)
