"""Where it is: the reporter's own words for the place, tidied, and the area they name."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.messages import Location
from normalizer.address import Part, PartKind, find_parts
from normalizer.areanames import NameHit, find_names
from normalizer.beyond import beyond_the_border, find_beyond, in_no_street
from normalizer.candidates import find_postal_code, named, ranked
from normalizer.gazetteer import Area, Level, is_ordinary, kelurahan
from normalizer.points import find_point
from normalizer.quarters import find_quarters
from normalizer.reading import AddressFound, Candidate, Finding, PlaceFound
from normalizer.text import Words

_READ_NAMES = 80  # each is weighed against all others
_READ_PARTS = 40  # of a long letter; four of them are printed
_MOST_PARTS = 4
_MOST_CHARS = 100
_WEIGHTS = {Level.KELURAHAN: 0.6, Level.KECAMATAN: 0.3, Level.KOTA: 0.15}


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """What was read: the place, the tokens that are nothing but place, names beyond the border."""

    found: PlaceFound | None
    shadow: frozenset[int]
    outside: str = ""


def read_place(words: Words) -> PlaceReading:
    """Find the place of a message."""
    beyond = find_beyond(words)
    names = find_names(words)[:_READ_NAMES]
    if beyond and names:
        elsewhere = beyond_the_border(words, names, beyond)
        names = [hit for hit in names if hit.first not in elsewhere]
    parts = find_parts(words, names)
    quarters = find_quarters(words, names)
    covered = frozenset(k for part in parts for k in range(part.first, part.last))
    candidates = ranked(words, names, parts, quarters)
    bare = [hit for hit in names if not covered.intersection(range(hit.first, hit.last))]
    area = _area_of(bare, candidates)
    free = [hit for hit in bare if area in hit.areas or not _says_nothing(hit)]
    known = {k for hit in free for k in range(hit.first, hit.last)}
    loose = [
        Part(q.first, q.last, q.values[0].name, 0.5, shadow=q.first)
        for q in quarters
        if not (covered | known).intersection(range(q.first, q.last))
    ]
    parts = sorted([*parts, *loose], key=_position)[:_READ_PARTS]
    point = find_point(words.head)
    shadow = known.union(*(range(max(p.shadow, p.first), p.last) for p in parts))
    if beyond:
        streets = [(part.first, part.last) for part in parts if part.kind is PartKind.STREET]
        beyond = in_no_street(words, beyond, streets)
    outside = beyond[0].values[0] if beyond and area is None else ""
    found = _found(words, parts, area, point, free, candidates)
    return PlaceReading(found, frozenset(shadow), outside)


def _position(part: Part) -> tuple[int, int]:
    return part.first, part.last


def _found(
    words: Words,
    parts: list[Part],
    area: Area | None,
    point: Location | None,
    free: list[NameHit],
    candidates: tuple[Candidate, ...],
) -> PlaceFound | None:
    if not parts and area is None and point is None and not free and not candidates:
        return None
    spans = sorted([(p.first, p.last) for p in parts] + [(h.first, h.last) for h in free])
    evidence = tuple(words.quote(first, last) for first, last in spans)
    weights = [part.weight for part in parts]
    weights += [_WEIGHTS[area.level]] if area is not None else []
    weights += [0.95] if point is not None else []
    return PlaceFound(
        words=_joined(words, parts),
        finding=Finding(round(_together(weights), 2), evidence),
        kelurahan=area.key if area is not None and area.level is Level.KELURAHAN else "",
        area=_printed_area(area, free),
        location=point,
        candidates=candidates,
        address=_address(words, parts),
    )


def _address(words: Words, parts: list[Part]) -> AddressFound:
    """The pieces of an address by what they are; of streets and numbers the first counts."""
    street = next((part for part in parts if part.kind is PartKind.STREET), None)
    kilometre = next((part.number for part in parts if part.kind is PartKind.KILOMETRE), "")
    return AddressFound(
        street=street.words.partition(" No ")[0] if street else "",
        number=street.number if street else "",
        rt=tuple(dict.fromkeys(n for part in parts for n in part.rt)),
        rw=tuple(dict.fromkeys(n for part in parts for n in part.rw)),
        kilometre=kilometre,
        landmarks=tuple(part.words for part in parts if part.kind is PartKind.LANDMARK),
        postal_code=find_postal_code(words),
    )


def _joined(words: Words, parts: list[Part]) -> str:
    """The pieces in their order; a comma where the reporter said something else between."""
    text, last, printed = "", 0, 0
    for part in parts:
        if part.words in text:  # said twice
            continue
        parted = any(token.parted for token in words.tokens[last + 1 : part.first + 1])
        follows = part.first == last or (part.attaches and not parted)
        glue = "" if not text else " " if follows else ", "
        printed += 1
        if printed > _MOST_PARTS or len(text) + len(glue) + len(part.words) > _MOST_CHARS:
            break
        text, last = f"{text}{glue}{part.words}", part.last
    return text


def _together(weights: list[float]) -> float:
    """Two independent pieces make a place surer than either."""
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - weight
    return 1 - doubt if weights else 0.1


def _printed_area(area: Area | None, free: list[NameHit]) -> str:
    if area is None:
        unclear = next((hit for hit in free if len(hit.areas) > 1), None)
        return unclear.areas[-1].key if unclear is not None else ""
    if area.level is Level.KELURAHAN:
        return f"Kel {kelurahan()[area.key].name}"
    return f"Kec {area.key}" if area.level is Level.KECAMATAN else area.key


def _area_of(hits: list[NameHit], candidates: tuple[Candidate, ...]) -> Area | None:
    """The smallest area that is named without doubt."""
    code = named(candidates)
    return Area(Level.KELURAHAN, code) if code else _common(hits)


def _common(hits: list[NameHit]) -> Area | None:
    """The kecamatan, else the city, that is named alone."""
    for level in (Level.KECAMATAN, Level.KOTA):
        keys = {
            key
            for hit in hits
            for key in _keys(hit.areas, level)
            if len(hit.areas) == 1 or hit.marked is level
        }
        if len(keys) == 1:
            return Area(level, keys.pop())
    return None


def _says_nothing(hit: NameHit) -> bool:
    """An everyday word that only sounds like a kelurahan ("baru saja")."""
    return hit.marked is None and all(is_ordinary(area.key) for area in hit.areas)


def _keys(areas: Iterable[Area], level: Level) -> list[str]:
    return [area.key for area in areas if area.level is level]
