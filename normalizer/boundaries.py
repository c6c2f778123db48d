"""Borders of the kelurahan: read, checked, and asked which one a point lies in.

The borders come from a file of the operator's, GeoJSON or the SQL form in which they are published;
none are part of the project. Distances are reckoned on a flat map about Jakarta, exact to half a
percent over the few hundred metres that matter.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from normalizer.gazetteer import METRES_PER_DEGREE, METRES_PER_DEGREE_EAST, kelurahan
from normalizer.regions import BoundariesInvalid, Region

SHORE_M = 150
"""So far off the shore or in a river a point still belongs to the nearest kelurahan."""

BORDER_M = 30
"""So near to a border both kelurahan are candidates: a phone is no surveyor."""

_CODE = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")
_TEN_DIGITS = re.compile(r"31\d{8}")
_SQL_ROW = re.compile(
    r"\(\s*'(?P<code>31\.\d\d\.\d\d\.\d{4})'\s*,[^[\]]{0,300}?'(?P<rings>\[\[[^']+\]\])'"
)
_ASTRAY_M = 1_500

Borders = Mapping[str, BaseGeometry]
"""Kemendagri code -> area, in degrees, longitude first."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Borders that may be used. *repaired* are the codes whose outline crossed itself."""

    borders: Borders
    repaired: tuple[str, ...]


class Boundaries:
    """Answers for points by their borders; a `normalizer.regions.Regions`."""

    approximate = False

    def __init__(self, borders: Borders, checksum: str) -> None:
        self.checksum = checksum
        self._codes = sorted(borders)
        self._areas = [shapely.transform(borders[code], _to_metres) for code in self._codes]
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)

    @property
    def source(self) -> str:
        return f"by the borders of {len(self._codes)} kelurahan, checksum {self.checksum[:12]}"

    def at(self, lat: float, lon: float) -> tuple[Region, ...]:
        """Every kelurahan that the point may lie in, the likeliest first; none outside Jakarta."""
        x, y = _metres(lat, lon)
        point = Point(x, y)
        near = self._tree.query(point, predicate="dwithin", distance=SHORE_M)
        found = sorted(
            (shapely.distance(self._areas[k], point), _depth(self._areas[k], point), self._codes[k])
            for k in near
        )
        if not found:
            return ()
        nearest = found[0][0]
        kept = [(d, depth, code) for d, depth, code in found if d <= nearest + BORDER_M]
        if nearest > 0:
            return tuple(Region(code, 0.8 / len(kept), d) for d, _, code in kept)
        first, *others = kept
        sure = 0.98 if not others else 0.75
        rest = (Region(code, 0.4, d) for d, _, code in others)
        return (Region(first[2], sure, 0.0), *rest)


def parse(content: bytes) -> Borders:
    """The borders in a GeoJSON feature collection, or in SQL with rings of ``[lat, lon]``.

    A feature is recognised by the property that holds a Kemendagri code, whatever its name.

    Raises:
        BoundariesInvalid: It is neither.
    """
    text = content.decode("utf-8", "replace").lstrip("\ufeff \n\r\t")
    if text.startswith("{"):
        return _geojson(text)
    if "VALUES" in text[:20_000].upper() or _SQL_ROW.search(text[:200_000]):
        return dict(_sql(text))
    raise BoundariesInvalid(["the file is neither GeoJSON nor SQL with the borders as rows"])


def check(borders: Borders) -> Checked:
    """The borders, with outlines that cross themselves repaired.

    Raises:
        BoundariesInvalid: A kelurahan is missing, unknown, empty or lies somewhere else.
    """
    known = kelurahan()
    problems = []
    if absent := sorted(set(known) - set(borders)):
        problems.append(f"{len(absent)} of {len(known)} kelurahan are missing: {_some(absent)}")
    if strange := sorted(set(borders) - set(known)):
        problems.append(f"{len(strange)} codes are none of Jakarta's: {_some(strange)}")
    repaired, sound = [], {}
    for code in sorted(set(borders) & set(known)):
        area = borders[code]
        if not area.is_valid:
            area = shapely.make_valid(area)
            repaired.append(code)
        if area.is_empty or area.area == 0:
            problems.append(f"{code} {known[code].name} has no area")
        elif not _lies_there(code, area):
            problems.append(f"{code} {known[code].name} lies elsewhere than it should")
        sound[code] = area
    if problems:
        raise BoundariesInvalid(problems)
    return Checked(sound, tuple(repaired))


def to_text(borders: Borders) -> str:
    """The borders as one line per kelurahan, always the same for the same borders."""
    lines = (
        json.dumps([code, json.loads(shapely.to_geojson(borders[code]))], separators=(",", ":"))
        for code in sorted(borders)
    )
    return "\n".join(lines) + "\n"


def from_text(text: str) -> Boundaries:
    """What `to_text` wrote."""
    rows = (json.loads(line) for line in text.splitlines() if line)
    return Boundaries({code: shape(area) for code, area in rows}, checksum(text))


def checksum(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _geojson(text: str) -> Borders:
    try:
        features = json.loads(text)["features"]
        return {
            code: shape(feature["geometry"])
            for feature in features
            if (code := _code(feature.get("properties") or {}))
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BoundariesInvalid(["the file is no GeoJSON feature collection"]) from error


def _code(properties: Mapping[str, Any]) -> str:
    """The code among the properties, dotted or of ten figures."""
    for value in properties.values():
        said = str(value)
        if _CODE.fullmatch(said):
            return said
        if _TEN_DIGITS.fullmatch(said):
            return f"{said[:2]}.{said[2:4]}.{said[4:6]}.{said[6:]}"
    return ""


def _sql(text: str) -> Iterator[tuple[str, BaseGeometry]]:
    for row in _SQL_ROW.finditer(text):
        try:
            yield row["code"], _of_rings(json.loads(row["rings"]))
        except (ValueError, IndexError, TypeError) as error:
            raise BoundariesInvalid([f"the rings of {row['code']} cannot be read"]) from error


def _of_rings(rings: list[Any]) -> BaseGeometry:
    """Rings of ``[lat, lon]``, or a list of such lists; the first ring is the outline."""
    if isinstance(rings[0][0][0], list):
        return MultiPolygon([_polygon(part) for part in rings])
    return MultiPolygon([_polygon([ring]) for ring in rings])


def _polygon(rings: list[list[list[float]]]) -> Polygon:
    outline, *holes = [[(lon, lat) for lat, lon in ring] for ring in rings]
    return Polygon(outline, holes)


def _lies_there(code: str, area: BaseGeometry) -> bool:
    """Whether it is where the gazetteer has its middle; catches swapped degrees and names."""
    middle = area.centroid
    row = kelurahan()[code]
    return row.distance_m(middle.y, middle.x) <= _ASTRAY_M + row.reach_m / 4


def _depth(area: BaseGeometry, point: Point) -> float:
    """How near the edge a point inside lies, negated: the deeper comes first."""
    return -float(shapely.distance(area.boundary, point)) if area.covers(point) else 0.0


def _metres(lat: float, lon: float) -> tuple[float, float]:
    return lon * METRES_PER_DEGREE_EAST, lat * METRES_PER_DEGREE


def _to_metres(degrees: Any) -> Any:
    return degrees * (METRES_PER_DEGREE_EAST, METRES_PER_DEGREE)


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:5])
    return f"{shown}, …" if len(codes) > 5 else shown
