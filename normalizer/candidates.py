"""Which kelurahan a message may mean, the surest first.

How sure one name is by where it stands, `nameplace.py` says; here names are weighed together.
"""

import re
from collections.abc import Iterable, Sequence

from normalizer.address import Part
from normalizer.areanames import NameHit
from normalizer.gazetteer import (
    Area,
    Level,
    by_postal_code,
    kelurahan,
)
from normalizer.nameplace import NamesInPlace
from normalizer.phrases import Hit
from normalizer.quarters import Quarter, candidates, replaced
from normalizer.reading import Candidate, Finding
from normalizer.text import Words

SURE = 0.65
"""From here on one kelurahan is taken as named, if no other comes near."""

LISTED = 0.15
"""Below this a name is no candidate at all."""

_ONLY_ABOVE = 0.3  # the name serves as the kecamatan of another kelurahan that is named
_POSTAL = 0.6
_WITHIN_QUARTER = 0.3  # "Setu" of "Setu Babakan"
_BESIDE_NAMED = 0.5  # of a quarter's weight where a kelurahan is named besides
_LEAD = 0.1
_POSTAL_CODE = re.compile(r"(?<![\d.,])1[0-4]\d{3}(?![\d]|[.,]\d)")


def ranked(
    words: Words,
    names: Sequence[NameHit],
    parts: Iterable[Part],
    quarters: Sequence[Hit[Quarter]] = (),
) -> tuple[Candidate, ...]:
    """All kelurahan named, the surest first.

    *parts* are the streets, buildings and RT/RW of the message, which may hold names; *quarters*
    the parts of the city that are named and are no kelurahan.
    """
    covering = {k: part for part in parts for k in range(part.first, part.last)}
    within = replaced(names, quarters)
    scene = NamesInPlace(words, names, covering)
    best: dict[str, Candidate] = {}
    for hit in names:
        for area in hit.areas:
            if area.level is Level.KELURAHAN:
                sure = scene.sureness(hit, area)
                sure = min(sure, _WITHIN_QUARTER) if hit in within else sure
                _keep(best, area.key, sure, words.quote(hit.first, hit.last))
    above = {best_code for best_code in best if _serves_as_kecamatan(best_code, best, names)}
    for code in above:
        best[code] = Candidate(code, Finding(_ONLY_ABOVE, best[code].finding.words))
    decided = bool(named(tuple(sorted(best.values(), key=_doubt))))
    for code, sure, said in candidates(words, quarters, names, covering):
        _keep(best, code, round(sure * _BESIDE_NAMED, 2) if decided else sure, said)
    _by_postal_code(words, best)
    listed = (c for c in best.values() if c.finding.confidence >= LISTED)
    return tuple(sorted(listed, key=_doubt))


def _doubt(candidate: Candidate) -> float:
    return -candidate.finding.confidence


def named(found: Sequence[Candidate]) -> str:
    """The code of the one kelurahan that is named without doubt; empty if none is."""
    if not found or found[0].finding.confidence < SURE:
        return ""
    rivals = [c for c in found[1:] if c.finding.confidence >= SURE]
    lead = found[0].finding.confidence - max((r.finding.confidence for r in rivals), default=0)
    return found[0].code if not rivals or lead >= _LEAD else ""


def find_postal_code(words: Words) -> str:
    """The postal code of Jakarta that stands in the message, if one does."""
    if not words.figures:
        return ""
    found = (match[0] for match in _POSTAL_CODE.finditer(words.head))
    return next((code for code in found if code in by_postal_code()), "")


def _keep(best: dict[str, Candidate], code: str, sure: float, said: str) -> None:
    known = best.get(code)
    if known is None or known.finding.confidence < sure:
        best[code] = Candidate(code, Finding(sure, (said,)))


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
    for match in _POSTAL_CODE.finditer(words.head) if words.figures else ():
        codes = by_postal_code().get(match[0], ())
        also = [code for code in codes if code in best]
        for code in also:
            known = best[code].finding
            sure = round(1 - (1 - known.confidence) * 0.4, 2)
            best[code] = Candidate(code, Finding(sure, (*known.words, match[0])))
        if not also and not best:
            for code in codes:
                _keep(best, code, _POSTAL / len(codes), match[0])
