"""understand: what the normalizer makes of a message."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from core.messages import Location
from core.number import WIB
from gateway import boundaries
from gateway.cli.common import refuse
from gateway.explain import as_json, as_text
from gateway.settings import Environment
from gateway.words import catalogue
from normalizer.regions import Regions
from normalizer.understand import understand as read


@click.command()
@click.argument("text", required=False)
@click.option(
    "--jsonl", is_flag=True, help="Read a JSON object a line from stdin, write one a line."
)
def understand(text: str | None, jsonl: bool) -> None:
    """Print what is understood of TEXT, and from which of its words.

    With --jsonl each line of stdin is an object with "id" and "text", and if known "at" (ISO 8601),
    "lat", "lon" and "channel"; the answers come in the same order.
    """
    try:
        regions = boundaries.load(Environment.read().data_dir)
    except boundaries.BoundariesBroken as error:
        refuse(str(error))
    if jsonl:
        for number, line in enumerate(sys.stdin.buffer, 1):
            if line.strip():
                click.echo(
                    json.dumps(_answer(_row(line, number), number, regions), ensure_ascii=False)
                )
        return
    if text is None:
        refuse('say what to read: kanal understand "lampu jalan mati di Kebon Jeruk"')
    reading = read(text, at=datetime.now(UTC))
    click.echo(as_text(reading, catalogue("id").piece, regions))


def _row(line: bytes, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line.decode("utf-8", "replace"))
    except ValueError:
        refuse(f"line {number} is no JSON")
    if not isinstance(row, dict):
        refuse(f"line {number} is no JSON object")
    return row


def _answer(row: Mapping[str, Any], number: int, regions: Regions) -> dict[str, Any]:
    text = row.get("text")
    reading = read(text if isinstance(text, str) else "", at=_moment(row.get("at"), number))
    say = catalogue("en" if reading.language == "en" else "id").piece
    said = as_json(reading, say, regions, _pin(row, number))
    return {"id": row.get("id"), **said}


def _moment(said: object, number: int) -> datetime | None:
    """The receipt; a time without a zone is Jakarta's."""
    if said in {None, ""}:
        return None
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        refuse(f'line {number}: "at" is no time of ISO 8601')
    return at if at.tzinfo else at.replace(tzinfo=WIB)


def _pin(row: Mapping[str, Any], number: int) -> Location | None:
    lat, lon = row.get("lat"), row.get("lon")
    if lat is None or lon is None:
        return None
    try:
        return Location(float(lat), float(lon))
    except (TypeError, ValueError):
        refuse(f'line {number}: "lat" and "lon" are no degrees')
