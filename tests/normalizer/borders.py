"""Borders for tests: a square about every middle; nobody's real borders."""

import json
import math
from collections.abc import Mapping
from typing import Any

from normalizer.gazetteer import kelurahan

_DEGREE_M = 111_195.0
_SHRINK = math.cos(math.radians(-6.2))


def square(lat: float, lon: float, half_m: float) -> list[list[float]]:
    """A closed ring of ``[lon, lat]`` about a point."""
    north, east = half_m / _DEGREE_M, half_m / _DEGREE_M / _SHRINK
    corners = [(-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
    return [[lon + x * east, lat + y * north] for y, x in corners]


def collection(**without: Any) -> dict[str, Any]:
    """A GeoJSON feature collection of all kelurahan, as the published files look."""
    left_out = without.get("without", ())
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"kode": row.code, "nama": row.name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [square(row.lat, row.lon, 200)],
                },
            }
            for row in kelurahan().values()
            if row.code not in left_out
        ],
    }


def geojson(found: Mapping[str, Any] | None = None) -> bytes:
    """The collection as a file holds it."""
    return json.dumps(found or collection()).encode()


def sql() -> bytes:
    """The same in the SQL form, with rings of ``[lat, lon]``."""
    rows = [
        f"('{row.code}','{row.name}',{row.lat},{row.lon},"
        f"'{json.dumps([[[y, x] for x, y in square(row.lat, row.lon, 200)]])}')"
        for row in kelurahan().values()
    ]
    return ("INSERT INTO wilayah_boundaries VALUES\n" + ",\n".join(rows) + ";\n").encode()
