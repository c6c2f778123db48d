"""Counting what was found against what is known, with the errors to look at."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.complaint import Kind
from normalizer.gazetteer import kelurahan, name_of
from normalizer.reading import MessageKind, Reading
from tests.eval.rows import NINE, Row

SURE = 0.5
"""From this confidence on a kelurahan counts as found."""

_TOUCHING_M = 600
_RT_RW = re.compile(r"\brt\s?[./]?\s?(?:rw\s?)?\d|\brw\s?[./]?\s?\d", re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:[Jj]l|[Jj]ln|JL|[Gg]g|GG)\b\.? ?(?!rusak|raya\b|ini|yg|berl)[A-Za-z]{3}"
    r"|\bJalan [A-Z][a-z]{2}"
)
_TIME = re.compile(
    r"\b(?:kemarin|kmrn|tadi (?:pagi|siang|sore|malam)|semalam|barusan|hari ini|minggu lalu|"
    r"(?:se|tiap |setiap )(?:hari|malam|minggu|sore|pagi)|yang lalu|yg lalu|"
    r"(?:sudah|sdh|udah|selama) (?:\d+|se\w+|dua|tiga|beberapa) ?(?:hari|minggu|bulan|tahun|jam)|"
    r"(?:jam|pukul) \d{1,2}|berhari|berbulan|bertahun)",
    re.IGNORECASE,
)
_KEL = re.compile(r"\bkel(?:urahan)?\b[\s.:]*")
_TO = "arah "
_NO_STREET = r"(?<!jl )(?<!jl\.)(?<!jl\. )(?<!jln )(?<!jalan )(?<!gang )(?<!gg )(?<!arah )"


@dataclass
class Count:
    """Hits and misses of one measure."""

    right: int = 0
    of: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, right: bool, error: str = "") -> None:
        """One more; *error* is kept for the list where it was wrong."""
        self.right += right
        self.of += 1
        if not right and error:
            self.errors.append(error)

    def __str__(self) -> str:
        share = f"{self.right / self.of:.3f}" if self.of else "–"
        return f"{share} ({self.right} of {self.of})"


Read = list[tuple[Row, Reading]]


def places(rows: Read) -> dict[str, Count]:
    """The kelurahan named in the text: recall where the point's own is named, and precision.

    A find is right if it is the kelurahan of the point or lies beside it: people pin from across
    the border, and who stands elsewhere names where it is. The stricter figure stands below, and
    beside it the share among those that do name the kelurahan of their point.
    """
    named, listed, precise, strict = Count(), Count(), Count(), Count()
    told, taken = Count(), Count()
    placed, agreed = Count(), Count()
    for row, reading in rows:
        if not row.kelurahan or row.other_city:
            continue
        found = reading.place.candidates if reading.place else ()
        sure = [c for c in found if c.finding.confidence >= SURE]
        says = f"{row.name} <- {[(name_of(c.code), c.finding.confidence) for c in found]}"
        error = f"{says} | {_line(row)}"
        if _says_name(row):
            named.add(any(c.code == row.kelurahan for c in sure), f"named: {error}")
            listed.add(any(c.code == row.kelurahan for c in found))
            if _names_place(row):
                placed.add(any(c.code == row.kelurahan for c in sure))
        if sure:
            near = sure[0].code == row.kelurahan or _beside(sure[0].code, row)
            precise.add(near, f"found: {error}")
            strict.add(sure[0].code == row.kelurahan)
            agreed.add(near or _names_another(row, sure[0].code))
            if _says_name(row):
                told.add(near)
        if reading.place and (code := reading.place.kelurahan):
            taken.add(code == row.kelurahan or _beside(code, row))
    return {
        "kelurahan, recall where named": named,
        "kelurahan, recall where named as the place": placed,
        "kelurahan, listed at all where named": listed,
        "kelurahan, precision (in or beside the point's)": precise,
        "kelurahan, precision by the point or the words": agreed,
        "kelurahan, same as the point's": strict,
        "kelurahan, precision where the point's is named": told,
        "kelurahan, precision where one is taken as named": taken,
    }


def addresses(rows: Read) -> dict[str, Count]:
    """Streets and RT/RW where a plain pattern sees one."""
    street, rt_rw = Count(), Count()
    for row, reading in rows:
        address = reading.place.address if reading.place else None
        if _STREET.search(row.text):
            street.add(bool(address and address.street), f"street: {_line(row)}")
        if _RT_RW.search(row.text):
            rt_rw.add(bool(address and (address.rt or address.rw)), f"rt/rw: {_line(row)}")
    return {"street found": street, "RT or RW found": rt_rw}


def agencies(rows: Read, *, other_city: bool) -> dict[str, Count]:
    """The agency from the text, over the nine classes and over all."""
    nine, every, answered = Count(), Count(), Count()
    for row, reading in rows:
        if row.other_city is not other_city or not row.agencies:
            continue
        hint = reading.notes.get("unit_hint", ("",))[0]
        unit = reading.problem.unit if reading.problem else hint
        right = unit in row.agencies
        category = reading.problem.category if reading.problem else ""
        error = f"{'/'.join(sorted(row.agencies))} <- {unit or '–'} ({category}) | {_line(row)}"
        every.add(right, error)
        if row.agencies & NINE:
            nine.add(right)
        if unit:
            answered.add(right)
    return {
        "agency, nine classes": nine,
        "agency, all": every,
        "agency, where one is named": answered,
    }


def moments(rows: Read) -> dict[str, Count]:
    """Time words where a plain pattern sees one."""
    found = Count()
    for row, reading in rows:
        if _TIME.search(row.text):
            found.add(reading.moment is not None, f"time: {_line(row)}")
    return {"time words found": found}


def shares(rows: Read) -> dict[str, str]:
    """What the texts were taken for: no truth is known, but a jump is seen."""
    if not rows:
        return {}
    kinds = Counter(reading.kind for _, reading in rows)
    urgent = sum(reading.danger is not None for _, reading in rows)
    vague = sum(
        reading.kind is MessageKind.UNCLEAR
        or (reading.problem is not None and reading.problem.kind is Kind.OTHER
            and not reading.problem.category)
        for _, reading in rows
    )  # fmt: skip
    table = {f"kind {kind}": f"{count / len(rows):.3f}" for kind, count in kinds.most_common()}
    table["taken for an emergency, per 1,000"] = f"{1000 * urgent / len(rows):.1f}"
    table["problem not understood"] = f"{vague / len(rows):.3f}"
    return table


def worst(counts: Iterable[Count], most: int, keep: Callable[[str], bool] = bool) -> list[str]:
    """The errors to look at first."""
    return [e for count in counts for e in count.errors[:most] if keep(e)]


def _says_name(row: Row) -> bool:
    """Whether the official name stands in the text as words of its own, spaces left aside."""
    return _stands(row.name, row.text) is not None


def _names_place(row: Row) -> bool:
    """Whether that name tells where it is.

    It does not behind "arah", and not where it is the kecamatan's too and another kelurahan stands
    behind "kel.": "kelurahan X, Ciracas".
    """
    if _stands(row.name, row.text, rf"(?<!{_TO})") is None:
        return False
    own = kelurahan().get(row.kelurahan)
    two_levels = own is not None and own.name == own.kecamatan
    marked = _KEL.findall(row.text.lower())
    return not (two_levels and marked and _stands(row.name, row.text, _KEL.pattern) is None)


def _names_another(row: Row, code: str) -> bool:
    """Whether the text names the kelurahan *code* and not that of its point.

    Its writer was elsewhere when it was sent: then the words say what was to be read.
    """
    return not _says_name(row) and _stands(name_of(code), row.text, _NO_STREET) is not None


def _stands(name: str, text: str, before: str = "(?<![a-z])") -> re.Match[str] | None:
    squeezed = re.escape(name.lower()).replace(r"\ ", r"[\s.]?")
    return re.search(rf"(?<![a-z]){before}{squeezed}(?![a-z])", text.lower())


def _beside(code: str, row: Row) -> bool:
    if row.lat is None or row.lon is None:
        own, found = kelurahan().get(row.kelurahan), kelurahan()[code]
        if own is None:
            return False
        apart = found.distance_m(own.lat, own.lon)
        return apart < own.radius_m + found.radius_m + _TOUCHING_M
    area = kelurahan()[code]
    return area.distance_m(row.lat, row.lon) <= area.reach_m + _TOUCHING_M


def _line(row: Row) -> str:
    return " ".join(row.text.split())[:150]
