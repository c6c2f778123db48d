"""Which kelurahan a message may mean, the surest first.

A name is evidence, more or less: behind "kel." it is certain, in a street's name it is weak, and an
everyday word ("baru", "tengah") is none unless its own kecamatan stands beside it.
"""

import re
from collections.abc import Iterable, Sequence

from normalizer.gazetteer import (
    Area,
    Level,
    NameHit,
    by_postal_code,
    is_head,
    is_ordinary,
    kelurahan,
)
from normalizer.reading import Candidate, Finding
from normalizer.text import Words

SURE = 0.65
"""From here on one kelurahan is taken as named, if no other comes near."""

LISTED = 0.15
"""Below this a name is no candidate at all."""

_MARKED = 0.97
_CLEAR = 0.9
_HEAD = 0.75  # may be a shortened longer name: "Menteng" for "Menteng Dalam"
_VOUCHED = 0.85
_TWO_LEVELS = 0.5  # kelurahan or kecamatan of the same name
_OTHER_KECAMATAN = 0.2
_MISSPELLED = 0.8
_SHORTENED = 0.5  # "Cipinang Indah", "Jelambar Barat": a quarter in or near it
_INTRODUCED = 0.55  # an ordinary word where a place is expected
_IN_LANDMARK = 0.4
_IN_STREET = 0.3
_ONLY_ABOVE = 0.3  # the name serves as the kecamatan of another kelurahan that is named
_POSTAL = 0.6
_NEAR = 6  # tokens between a name and the kecamatan or city that vouches for it
_LEAD = 0.15
_INTRODUCING = frozenset({"di", "wilayah", "daerah", "kawasan", "warga", "lurah", "kampung", "in"})
_GOING_ON = frozenset(
    {"barat", "timur", "utara", "selatan", "indah", "mas", "raya", "permai", "baru", "jaya", "asri"}
)
_POSTAL_CODE = re.compile(r"(?<![\d.,])1[0-4]\d{3}(?![\d]|[.,]\d)")


def ranked(
    words: Words,
    names: Sequence[NameHit],
    streets: frozenset[int],
    landmarks: frozenset[int],
) -> tuple[Candidate, ...]:
    """All kelurahan named, the surest first.

    *streets* and *landmarks* are the tokens that the names of streets and buildings cover.
    """
    best: dict[str, Candidate] = {}
    for hit in names:
        for area in hit.areas:
            if area.level is Level.KELURAHAN:
                sure = _sureness(words, hit, area, names, streets, landmarks)
                _keep(best, area.key, sure, words.quote(hit.first, hit.last))
    above = {best_code for best_code in best if _serves_as_kecamatan(best_code, best, names)}
    for code in above:
        best[code] = Candidate(code, Finding(_ONLY_ABOVE, best[code].finding.words))
    _by_postal_code(words, best)
    listed = (c for c in best.values() if c.finding.confidence >= LISTED)
    return tuple(sorted(listed, key=lambda c: -c.finding.confidence))


def named(candidates: Sequence[Candidate]) -> str:
    """The code of the one kelurahan that is named without doubt; empty if none is."""
    if not candidates or candidates[0].finding.confidence < SURE:
        return ""
    rivals = [c for c in candidates[1:] if c.finding.confidence >= SURE]
    lead = candidates[0].finding.confidence - max((r.finding.confidence for r in rivals), default=0)
    return candidates[0].code if not rivals or lead >= _LEAD else ""


def find_postal_code(words: Words) -> str:
    """The postal code of Jakarta that stands in the message, if one does."""
    found = (match[0] for match in _POSTAL_CODE.finditer(words.head))
    return next((code for code in found if code in by_postal_code()), "")


def _keep(best: dict[str, Candidate], code: str, sure: float, said: str) -> None:
    known = best.get(code)
    if known is None or known.finding.confidence < sure:
        best[code] = Candidate(code, Finding(sure, (said,)))


def _sureness(
    words: Words,
    hit: NameHit,
    area: Area,
    names: Sequence[NameHit],
    streets: frozenset[int],
    landmarks: frozenset[int],
) -> float:
    """How sure it is that *hit* names the kelurahan *area*."""
    if hit.marked is not None:
        return _MARKED if hit.marked is Level.KELURAHAN else 0.0
    sure = _bare(words, hit, area, names, streets, landmarks)
    row = kelurahan()[area.key]
    cities = {a.key for h in names for a in h.areas if a.level is Level.KOTA}
    if cities and row.kota not in cities:
        sure *= 0.4
    return sure if hit.exact else min(sure, _MISSPELLED)


def _bare(
    words: Words,
    hit: NameHit,
    area: Area,
    names: Sequence[NameHit],
    streets: frozenset[int],
    landmarks: frozenset[int],
) -> float:
    """The same for a name without "kel." before it, cities left aside."""
    vouched = _vouched(hit, area, names)
    if hit.first in streets:
        return _IN_STREET + (0.15 if vouched else 0)
    if hit.first in landmarks:
        return _VOUCHED if vouched and _is_neighbour(hit, names) else _IN_LANDMARK
    if is_ordinary(area.key):
        if vouched:
            return _VOUCHED
        tail = hit.first - 1 in streets | landmarks
        return _INTRODUCED if tail or _is_introduced(words, hit) else 0.0
    if len(hit.areas) > 1:
        if kelurahan()[area.key].kecamatan in _keys(hit.areas):
            return _TWO_LEVELS
        return _VOUCHED if vouched else _OTHER_KECAMATAN  # Jatinegara, the kelurahan in Cakung
    if vouched:
        return _VOUCHED
    if is_head(area.key):
        return _SHORTENED if _goes_on(words, hit) else _HEAD
    return _CLEAR


def _vouched(hit: NameHit, area: Area, names: Iterable[NameHit]) -> bool:
    """Whether its own kecamatan stands near, or its own city right behind."""
    row = kelurahan()[area.key]
    for other in names:
        if other is hit:
            continue
        behind, before = other.first - hit.last, hit.first - other.last
        near = 0 <= behind <= _NEAR or 0 <= before <= _NEAR
        if near and any(a == Area(Level.KECAMATAN, row.kecamatan) for a in other.areas):
            return True
        if 0 <= behind <= 1 and any(a == Area(Level.KOTA, row.kota) for a in other.areas):
            return True
    return False


def _is_neighbour(hit: NameHit, names: Iterable[NameHit]) -> bool:
    """Whether the name above it follows at once ("Kampung Tengah Kramat Jati")."""
    return any(0 <= other.first - hit.last <= 1 for other in names if other is not hit)


def _is_introduced(words: Words, hit: NameHit) -> bool:
    """Whether a place is expected where the name stands: behind "di", or behind RT and RW."""
    if not hit.first:
        return False
    before = words.forms[hit.first - 1]
    after_rw = before.isdecimal() and {"rt", "rw"} & set(
        words.forms[max(0, hit.first - 3) : hit.first]
    )
    if not (before in _INTRODUCING or after_rw):
        return False
    # "di tengah jalan", "di gunung": a small single word is what it says.
    return hit.last - hit.first > 1 or words.typed(hit.first)[0].isupper()


def _goes_on(words: Words, hit: NameHit) -> bool:
    """Whether the name runs on into one that is no kelurahan's."""
    after = words.forms[hit.last] if hit.last < len(words.forms) else ""
    return after in _GOING_ON and not words.tokens[hit.last].parted


def _serves_as_kecamatan(code: str, best: dict[str, Candidate], names: Sequence[NameHit]) -> bool:
    """Whether "Duren Sawit" stands for the kecamatan because Klender is named with it."""
    name = kelurahan()[code].name
    own = [h for h in names for a in h.areas if a == Area(Level.KELURAHAN, code)]
    if any(hit.marked is Level.KELURAHAN or len(hit.areas) == 1 for hit in own):
        return False
    kecamatan = next(a.key for h in own for a in h.areas if a.level is Level.KECAMATAN)
    return any(
        other != code
        and kelurahan()[other].kecamatan == kecamatan
        and kelurahan()[other].name != name
        and found.finding.confidence >= SURE
        for other, found in best.items()
    )


def _by_postal_code(words: Words, best: dict[str, Candidate]) -> None:
    """A postal code narrows: it lifts a kelurahan that is named, and names one that is alone."""
    for match in _POSTAL_CODE.finditer(words.head):
        codes = by_postal_code().get(match[0], ())
        also = [code for code in codes if code in best]
        for code in also:
            known = best[code].finding
            sure = round(1 - (1 - known.confidence) * 0.4, 2)
            best[code] = Candidate(code, Finding(sure, (*known.words, match[0])))
        if not also and not best:
            for code in codes:
                _keep(best, code, _POSTAL / len(codes), match[0])


def _keys(areas: Iterable[Area]) -> set[str]:
    return {area.key for area in areas if area.level is Level.KECAMATAN}
