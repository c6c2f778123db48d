"""understand: what the normalizer makes of a message."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard

import click

from core.messages import Location
from core.number import WIB
from gateway.cli.common import refuse
from gateway.configuration import boundaries
from gateway.configuration.settings import Environment
from gateway.explain import as_json, as_text
from gateway.words import catalogue
from normalizer.regions import Regions
from normalizer.understand import understand as read

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


@click.command()
@click.argument("text", required=False)
@click.option(
    "--jsonl", is_flag=True, help="Read a JSON object a line from stdin, write one a line."
)
def understand(text: str | None, jsonl: bool) -> None:
    """Print what is understood of TEXT, and from which of its words.

    With --jsonl each line of stdin is an object with "id" and "text", and if known "at" (ISO 8601),
    "lat", "lon" and "channel"; the answers come in the same order. A line that cannot be read is
    answered with "line" and "error", the rest goes on, and the exit code is 1.
    """
    try:
        regions = boundaries.load(Environment.read().data_dir)
    except boundaries.BoundariesBroken as error:
        refuse(str(error))
    if jsonl:
        unread = []
        for number, line in enumerate(sys.stdin.buffer, 1):
            if line.strip():
                answer = answered(line, regions)
                if "error" in answer:
                    unread.append(number)
                    answer["line"] = number
                click.echo(on_one_line(answer))
        if unread:
            refuse(f"{len(unread)} could not be read, the first is line {unread[0]}")
        return
    if text is None:
        refuse('say what to read: kanal understand "lampu jalan mati di Kebon Jeruk"')
    reading = read(text, at=datetime.now(UTC))
    click.echo(as_text(reading, catalogue("id").piece, regions))


class _Unreadable(Exception):
    """A line that cannot be read; its text says what is wrong with it."""


def answered(line: bytes, regions: Regions) -> dict[str, Any]:
    """The answer to one line; of one that cannot be read its ``error``. Never raises."""
    answer: dict[str, Any] = {"id": None}
    try:
        row = _row(line)
        answer["id"] = _id(row)
        answer |= _answer(row, regions)
    except _Unreadable as fault:
        answer["error"] = str(fault)
    return answer


def on_one_line(answer: Mapping[str, Any]) -> str:
    """As JSON without anything that a reader of lines takes for an end, or that is no UTF-8."""
    printed = json.dumps(answer, ensure_ascii=False).translate(_LINE_ENDS)
    # Half a surrogate pair can be written in JSON, but not in UTF-8.
    return printed.encode("utf-8", "replace").decode()


def _row(line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line.decode("utf-8", "replace").removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise _Unreadable("this is no JSON") from None
    if not isinstance(row, dict):
        raise _Unreadable('this is no JSON object; write {"id": 1, "text": "…"}')
    return row


def _id(row: Mapping[str, Any]) -> str | int | None:
    said = row.get("id")
    return said if isinstance(said, str | int) else None


def _answer(row: Mapping[str, Any], regions: Regions) -> dict[str, Any]:
    text = row.get("text")
    if not isinstance(text, str):
        raise _Unreadable('"text" is missing or no string')
    reading = read(text, at=_moment(row.get("at")))
    say = catalogue("en" if reading.language == "en" else "id").piece
    return as_json(reading, say, regions, _pin(row))


def _moment(said: object) -> datetime | None:
    """The receipt; a time without a zone is Jakarta's."""
    if said is None or said == "":
        return None
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
        # The ends of the calendar have no neighbours to count "kemarin" from.
        if at is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise ValueError
    except ValueError:
        raise _Unreadable('"at" is no time of ISO 8601 between 1970 and 2200') from None
    return at if at.tzinfo else at.replace(tzinfo=WIB)


def _pin(row: Mapping[str, Any]) -> Location | None:
    lat, lon = row.get("lat"), row.get("lon")
    if lat is None and lon is None:
        return None
    if not (_is_degrees(lat, 90) and _is_degrees(lon, 180)):
        raise _Unreadable('"lat" and "lon" are no degrees of WGS84')
    return Location(float(lat), float(lon))


def _is_degrees(said: object, most: int) -> TypeGuard[float]:
    """Whether it is a number within bounds; NaN is within none."""
    return isinstance(said, int | float) and not isinstance(said, bool) and -most <= said <= most
