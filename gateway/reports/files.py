"""Reports as files: a CSV for every table, one XLSX with a sheet for each.

CSV as Excel with Indonesian settings opens it: semicolons, decimal commas, UTF-8 with its mark.
XLSX is written row by row (XlsxWriter, constant memory). A file is there whole or not at all.
"""

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.number import WIB
from gateway.reports.cells import defused, written
from gateway.reports.table import Cell, Report, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MARK = "\ufeff"
_SHEET_NAME = 31
_WIDTHS = (10, 60)


def as_csv(table: Table) -> bytes:
    """*table* as CSV, headings first."""
    out = io.StringIO(newline="")
    out.write(_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([written(c.title) for c in table.columns])
    writer.writerows([written(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def as_xlsx(report: Report, out: BinaryIO) -> None:
    """*report* as a workbook: on each sheet title, definition, headings, rows."""
    import xlsxwriter  # noqa: PLC0415 - most processes never write one

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": report.title})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "note": book.add_format({"italic": True, "font_color": "#555555"}),
        "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "int": book.add_format({"num_format": "#,##0"}),
        "float": book.add_format({"num_format": "#,##0.0"}),
        "moment": book.add_format({"num_format": "dd/mm/yyyy hh.mm"}),
    }
    for table in report.tables:
        _sheet(book.add_worksheet(table.key[:_SHEET_NAME]), table, styles)
    book.close()


def prepare(folder: Path) -> None:
    """Make *folder* where it is missing, and see that it can be written: before the long work.

    Raises:
        OSError: It cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def save(report: Report, folder: Path) -> list[Path]:
    """Write *report* into *folder*; the paths written.

    Raises:
        OSError: It cannot be written there.
    """
    workbook = folder / f"{report.name}.xlsx"
    with _unfinished(workbook) as out:
        as_xlsx(report, out)
    paths = [workbook]
    for table in report.tables:
        path = folder / f"{report.name}-{table.key}.csv"
        with _unfinished(path) as out:
            out.write(as_csv(table))
        paths.append(path)
    return paths


@contextmanager
def _unfinished(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes *path* when all of it is written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        unfinished.chmod(0o640)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sheet(sheet: "Worksheet", table: Table, styles: "dict[str, Format]") -> None:
    for at, width in enumerate(_column_widths(table)):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, defused(table.title), styles["title"])
    sheet.write_string(1, 0, defused(table.note), styles["note"])
    for at, column in enumerate(table.columns):
        sheet.write_string(3, at, defused(column.title), styles["heading"])
    sheet.freeze_panes(4, 1)
    for down, row in enumerate(table.rows, 4):
        for at, cell in enumerate(row):
            _write(sheet, down, at, cell, styles)


def _write(sheet: "Worksheet", down: int, at: int, cell: Cell, styles: "dict[str, Format]") -> None:
    match cell:
        case None:
            return
        case datetime():
            here = cell.astimezone(WIB).replace(tzinfo=None)
            sheet.write_datetime(down, at, here, styles["moment"])
        case float():
            sheet.write_number(down, at, cell, styles["float"])
        case int():
            sheet.write_number(down, at, cell, styles["int"])
        case _:
            sheet.write_string(down, at, defused(cell))


def _column_widths(table: Table) -> Sequence[int]:
    least, most = _WIDTHS
    return [
        max(least, min(most, max((len(written(row[at])) for row in table.rows), default=0) + 2))
        for at in range(len(table.columns))
    ]
