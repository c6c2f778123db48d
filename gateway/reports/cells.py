"""Cells as a spreadsheet gets them: no text is ever a formula, times are Jakarta's. Pure.

A text that begins with one of these signs would be calculated, and could fetch or send something,
when an official opens the file (OWASP, "CSV Injection", read 2026-11-21).
"""

from datetime import datetime

from core.number import WIB
from gateway.reports.table import Cell

_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")


def defused(text: str) -> str:
    """*text*, marked as text where a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in _SIGNS else text


def written(cell: Cell) -> str:
    """*cell* as Indonesians write it: ``1,5``, ``05/11/2026 07.30``.

    Whole numbers have no points between the thousands: the file is read by programs too.
    """
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell.astimezone(WIB):%d/%m/%Y %H.%M}"
        case float():
            return str(cell).replace(".", ",")
        case int():
            return str(cell)
    return defused(cell)
