"""The 267 kelurahan of Jakarta and the areas above them, by code, by name and by a point."""

import csv
import enum
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from normalizer import wordlists

METRES_PER_DEGREE = 111_195.0
"""To the north; the earth is taken for flat within the province."""

METRES_PER_DEGREE_EAST = METRES_PER_DEGREE * math.cos(math.radians(-6.2))
"""To the east, at the latitude of the city."""


class Level(enum.IntEnum):
    """How large an area is."""

    KELURAHAN = 1
    KECAMATAN = 2
    KOTA = 3


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """One urban village. The point is the middle of its area; the figures are in metres."""

    code: str
    name: str
    kecamatan: str
    kota: str
    lat: float
    lon: float
    radius_m: float
    reach_m: float
    postal_code: str

    def distance_m(self, lat: float, lon: float) -> float:
        """How far a point lies from the middle; flat-earth, exact enough within the province."""
        return metres(self.lat, self.lon, lat, lon)


def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Between two points in WGS84 degrees; flat-earth, see `Kelurahan.distance_m`."""
    north = (to_lat - lat) * METRES_PER_DEGREE
    east = (to_lon - lon) * METRES_PER_DEGREE_EAST
    return math.hypot(north, east)


class Area(NamedTuple):
    """A named area. *key* is a Kemendagri code for a kelurahan, else the official name."""

    level: Level
    key: str


@cache
def kelurahan() -> Mapping[str, Kelurahan]:
    """All kelurahan by code, in the order of their codes."""
    lines = wordlists.read_text("kelurahan.csv").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["code"]: Kelurahan(
            code=row["code"], name=row["kelurahan"], kecamatan=row["kecamatan"], kota=row["kota"],
            lat=float(row["lat"]), lon=float(row["lon"]),
            radius_m=float(row["radius_m"]), reach_m=float(row["reach_m"]),
            postal_code=row["postal_code"],
        )
        for row in rows
    }  # fmt: skip


def name_of(code: str) -> str:
    """The name of the kelurahan with this Kemendagri code; empty if there is none."""
    found = kelurahan().get(code)
    return found.name if found else ""


def nearest_kelurahan(lat: float, lon: float) -> tuple[str, str, float] | None:
    """Code, name and distance in metres of the kelurahan that a point probably lies in.

    By the middles of the areas, each weighed by its size: right for four points in five, so the
    answer is approximate. None for a point beyond the borders of all of them.
    """
    within = (
        (distance / area.radius_m, distance, area)
        for area in kelurahan().values()
        if (distance := area.distance_m(lat, lon)) <= area.reach_m
    )
    best = min(within, key=lambda candidate: candidate[0], default=None)
    return None if best is None else (best[2].code, best[2].name, best[1])


def is_ordinary(code: str) -> bool:
    """Whether the bare name says too little: it is an everyday word, or a phrase of such."""
    return code in _ordinary()


def is_head(code: str) -> bool:
    """Whether the name begins a longer one ("Menteng" of "Menteng Dalam")."""
    return code in _heads_of_names()


@cache
def by_postal_code() -> Mapping[str, tuple[str, ...]]:
    """Postal code -> codes of the kelurahan that it serves."""
    served: dict[str, list[str]] = {}
    for row in kelurahan().values():
        served.setdefault(row.postal_code, []).append(row.code)
    return {postal: tuple(codes) for postal, codes in served.items()}


@cache
def kecamatan_named(name: str) -> tuple[Kelurahan, ...]:
    """The kelurahan of the kecamatan *name*; none if there is no such kecamatan."""
    return tuple(row for row in kelurahan().values() if row.kecamatan == name)


def official_names() -> Iterator[tuple[str, Area]]:
    """Every name of a kelurahan, a kecamatan or a city, with the area it names."""
    for row in kelurahan().values():
        yield row.name, Area(Level.KELURAHAN, row.code)
    for kecamatan in dict.fromkeys(row.kecamatan for row in kelurahan().values()):
        yield kecamatan, Area(Level.KECAMATAN, kecamatan)
    for kota in dict.fromkeys(row.kota for row in kelurahan().values()):
        yield kota, Area(Level.KOTA, kota)


@cache
def _ordinary() -> frozenset[str]:
    listed = {
        name.strip() for name in wordlists.read_toml("places")["ordinary"]["names"].split("|")
    }
    return frozenset(row.code for row in kelurahan().values() if row.name in listed)


@cache
def _heads_of_names() -> frozenset[str]:
    names = {row.name for row in kelurahan().values()}
    heads = {name for name in names for longer in names if longer.startswith(f"{name} ")}
    return frozenset(row.code for row in kelurahan().values() if row.name in heads)
