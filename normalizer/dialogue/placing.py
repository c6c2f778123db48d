"""From what a message says about the place to the place of a case."""

import re
from dataclasses import replace

from core.complaint import Place
from core.messages import Location
from normalizer.areanames import find_names
from normalizer.dialogue.situation import Case
from normalizer.gazetteer import Area, Level, kelurahan, name_of
from normalizer.places import placed
from normalizer.reading import PlaceFound, Reading
from normalizer.regions import Regions
from normalizer.text import words_of

_LONGEST_WORDS = 120
_RT_RW = re.compile(r"\s?\bR[TW] \d{1,3}(?:[ /]\d{1,3})*")
_RT = re.compile(r"\bRT \d{1,3}(?:[ /,]{1,2}(?:RT )?\d{1,3})*")
_LANDMARK = re.compile(
    r"(?:^|(?<=[ ,]))\s?(?:depan|dekat|belakang|samping|sebelah|seberang|sekitar|kolong) "
    r"(?:(?! R[TW] \d)[^,]){1,80}"
)
_BESIDE = frozenset(
    {"di", "dekat", "depan", "belakang", "samping", "sebelah", "seberang", "sekitar", "deket"}
)


def place_of(found: PlaceFound | None, pin: Location | None, regions: Regions) -> Place:
    """The place in *found* and the shared *pin*; *regions* say in which kelurahan a point lies."""
    where = placed(found, pin, regions)
    words = _joined(found) if found else ""
    return Place(words, where.code, where.point, where.approximate, where.pinned, where.rival)


def outside_of(reading: Reading, pin: Location | None, regions: Regions) -> str:
    """What of the message lies beyond the border: a name of our list, ``point`` for a point that no
    name stands beside, empty where something lies in Jakarta or nothing does outside."""
    name: str = reading.notes.get("outside", "")
    where = placed(reading.place, pin, regions, name)
    if where.code or not where.outside:
        return ""
    return name or "point"


def merged(known: Place, added: Place) -> Place:
    """*known* with what *added* says beyond it; only a hint that it spells out goes."""
    words = "" if _spells_out(added.words, known.words) else known.words
    if added.words and added.words.casefold() not in words.casefold():
        words = f"{words}, {added.words}" if words else added.words
    better = not known.kelurahan or known.approximate or not added.approximate
    # Words do not move a complaint out of the kelurahan in which its point lies (S1 art. 8(3)).
    moves = bool(added.kelurahan) and better and not (known.pinned and added.location is None)
    taken, other = (added, known) if moves else (known, added)
    point = added.location or known.location
    agree = taken.kelurahan == other.kelurahan
    # What a guess by distance says and the words say too is no guess.
    backed = agree and bool(taken.kelurahan) and taken.approximate != other.approximate
    differ = not agree and bool(other.kelurahan) and not other.approximate
    return Place(
        words=words[:_LONGEST_WORDS],
        kelurahan=taken.kelurahan,
        location=point,
        approximate=taken.approximate and not backed,
        pinned=taken.pinned or backed,
        rival=other.kelurahan if differ and point else taken.rival,
    )


def _spells_out(added: str, known: str) -> bool:
    """Whether *added* names what *known* only hints at: "dekat pasar", then "Pasar Cipulir"."""
    hinted = [w for w in known.casefold().split() if w not in _BESIDE]
    return 0 < len(hinted) == 1 and hinted[0].isalpha() and hinted[0] in added.casefold().split()


def corrected(
    known: Place, found: PlaceFound | None, pin: Location | None, regions: Regions
) -> Place:
    """*known* with *found* and *pin* in place of what was wrong.

    Where only a kelurahan is named the street stays; where a street is named, the kelurahan and the
    point of the wrong one go with it.
    """
    right = place_of(found, pin, regions)
    only_the_area = found is not None and not found.words and bool(found.area)
    if found is None or not (only_the_area or right.words):
        return merged(known, right)
    if _tells_a_detail(found):
        return replace(known, words=_patched(known.words, found, right.words)[:_LONGEST_WORDS])
    if not only_the_area:
        return right
    printed = {f"kel {name_of(known.kelurahan)}".casefold()} if known.kelurahan else set()
    parts = [part.strip() for part in known.words.split(",")]
    street = [part for part in parts if part and part.casefold() not in printed]
    return replace(right, words=", ".join([*street, right.words])[:_LONGEST_WORDS])


def _tells_a_detail(found: PlaceFound) -> bool:
    """Whether only the RT or a landmark is named: the street then stays as it was."""
    address = found.address
    finer = address.rt or address.rw or address.landmarks or address.number
    return bool(finer) and not (address.street or found.area or found.location)


def _patched(known: str, found: PlaceFound, words: str) -> str:
    """*known* with the RT or the landmark of *found* instead of its own."""
    kept = known
    if found.address.rt and not found.address.rw:
        rt = ", ".join(found.address.rt)
        if _RT.search(kept):
            return _RT.sub(f"RT {rt}", kept, count=1)
    if found.address.rt or found.address.rw:
        kept = _RT_RW.sub("", kept)
    if found.address.landmarks:
        kept = _LANDMARK.sub("", kept)
    street, *areas = [part.strip() for part in kept.split(",")]
    return ", ".join(part for part in (f"{street} {words}".strip(), *areas) if part)


def names_another_place(case: Case, reading: Reading) -> bool:
    """Whether *reading* names another street, kelurahan or kecamatan than *case*."""
    found = reading.place
    if found is None or not case.has_place:
        return False
    place = case.place
    if found.kelurahan and place.kelurahan and found.kelurahan != place.kelurahan:
        return not place.approximate
    here = kecamatan_in(found.area, found.kelurahan)
    there = kecamatan_in(place.words, "" if place.approximate else place.kelurahan)
    if here and there and not here & there:
        return True
    said, known = _street(found.words), _street(place.words)
    return bool(said and known and said != known)


def kecamatan_in(words: str, code: str = "") -> frozenset[str]:
    """In which kecamatan a place can lie, by the areas that *words* name and the kelurahan *code*;
    none where no area is named."""
    keys = {area for hit in find_names(words_of(words)) for area in hit.areas}
    if code:
        keys.add(Area(Level.KELURAHAN, code))
    return frozenset(
        row.kecamatan
        for row in kelurahan().values()
        if keys
        & {
            Area(Level.KELURAHAN, row.code),
            Area(Level.KECAMATAN, row.kecamatan),
            Area(Level.KOTA, row.kota),
        }
    )


def _joined(found: PlaceFound) -> str:
    return ", ".join(part for part in (found.words, found.area) if part)


def _street(words: str) -> str:
    """The first street in tidied place words, folded, without its number."""
    for part in words.casefold().split(","):
        name = part.strip()
        if name.startswith(("jl ", "gg ", "gang ", "jalan ")):
            kept = [w for w in name.split()[1:4] if not w[0].isdigit()]
            stop = {
                "depan",
                "dekat",
                "samping",
                "sebelah",
                "seberang",
                "belakang",
                "no",
                "rt",
                "rw",
            }
            cut = next((i for i, w in enumerate(kept) if w in stop), len(kept))
            return " ".join(kept[:cut])
    return ""
