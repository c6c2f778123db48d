"""The operator's borders of the kelurahan: taken in once, checked, and read at each start."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from normalizer.regions import CENTROIDS, Regions

_NAME = "boundaries.jsonl"


class BoundariesBroken(Exception):
    """What was taken in cannot be read any more; the message says what to do."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did. *repaired* outlines crossed themselves."""

    count: int
    kecamatan: int
    checksum: str
    repaired: tuple[str, ...]


def take_in(source: Path, data_dir: Path, say: Callable[[str], None]) -> TakenIn:
    """Read *source*, check it and keep it in the data folder; what was there is replaced.

    Raises:
        BoundariesInvalid: The file cannot be used; nothing was changed.
        OSError: It cannot be read, or the folder cannot be written.
    """
    from normalizer import boundaries  # noqa: PLC0415 - its libraries cost 40 MB

    content = source.read_bytes()
    say(f"Read {len(content) / 1e6:.1f} MB.")
    found = boundaries.parse(content)
    say(f"Found {len(found)} areas; checking them.")
    checked = boundaries.check(found)
    text = boundaries.to_text(checked.borders)
    total = boundaries.checksum(text)
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = data_dir / f"{_NAME}.new"
    fresh.write_text(json.dumps({"sha256": total}) + "\n" + text, "utf-8")
    fresh.replace(data_dir / _NAME)
    kecamatan = len({code[:8] for code in checked.borders})
    return TakenIn(len(checked.borders), kecamatan, total, checked.repaired)


def load(data_dir: Path) -> Regions:
    """The borders that were taken in, else the answer by distance.

    Raises:
        BoundariesBroken: The kept file was changed or damaged.
    """
    path = data_dir / _NAME
    try:
        head, _, text = path.read_text("utf-8").partition("\n")
    except FileNotFoundError:
        return CENTROIDS
    except (OSError, ValueError) as error:
        raise BoundariesBroken(_again(path)) from error
    from normalizer import boundaries  # noqa: PLC0415 - only where there are borders

    try:
        sound = json.loads(head)["sha256"] == boundaries.checksum(text)
    except (ValueError, KeyError, TypeError) as error:
        raise BoundariesBroken(_again(path)) from error
    if not sound:
        raise BoundariesBroken(_again(path))
    return boundaries.from_text(text)


def described(regions: Regions) -> str:
    """Which answer is active, in a sentence for the operator."""
    hint = "; `kanal boundaries import FILE` brings borders" if regions.approximate else ""
    return f"The kelurahan of a point is found {regions.source}{hint}."


def _again(path: Path) -> str:
    return f"{path} is damaged: run `kanal boundaries import FILE` again, or remove it"
