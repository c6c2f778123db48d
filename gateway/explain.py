"""What was understood of a message, for people who doubt it and for programs that measure it.

Everything comes from the `Reading`; nothing is decided here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.messages import Location
from normalizer.acts import HINT
from normalizer.completeness import missing, next_question
from normalizer.gazetteer import kelurahan, name_of
from normalizer.lapor import lapor_name
from normalizer.places import Placed, placed
from normalizer.problem import categories
from normalizer.reading import Moment, PlaceFound, Precision, Problem, Reading
from normalizer.regions import Regions

Say = Callable[[str], str]
"""The words of a piece of `gateway/words` by its name."""

QUESTIONS: Mapping[str, str] = {
    "problem": "ask_problem",
    "place": "ask_place",
    "office": "ask_office",
}
"""What is missing -> the piece of `gateway/words` that asks for it."""


def as_json(
    reading: Reading, say: Say, regions: Regions, pin: Location | None = None
) -> dict[str, Any]:
    """The reading as `kanal understand --jsonl` writes it, without the id."""
    where = _placed(reading, pin, regions)
    lacks = missing(reading, pin)
    asked = next_question(reading, pin)
    problem = reading.problem
    unit, unit_sure = _unit(reading)
    return {
        "kind": reading.kind.value,
        "kelurahan": [
            {
                "code": c.code,
                "name": name_of(c.code),
                "confidence": round(c.finding.confidence, 2),
                "words": list(c.finding.words),
            }
            for c in where.candidates
        ],
        "place": _place(reading.place, where),
        "category": problem.category or None if problem else None,
        "category_names": _names(problem),
        "agency": unit or None,
        "agency_confidence": unit_sure,
        "moment": _moment(reading.moment),
        "urgent": reading.danger is not None,
        "complete": not lacks,
        "missing": [m.value for m in lacks],
        "question": say(QUESTIONS[asked.value]) if asked else None,
        "language": reading.language,
        "problem": problem.label if problem else None,
        "reasons": list(problem.finding.words) if problem else [],
        "also": [
            {"category": p.category, "agency": p.unit or None, "words": list(p.finding.words)}
            for p in reading.notes.get("also", ())
        ],
        "danger": reading.danger.danger.value if reading.danger else None,
        "confidential": bool(reading.notes.get("accuses")),
        "wants_privacy": reading.wants_privacy,
        "numbers": [str(n) for n in reading.numbers],
    }


def _names(problem: Problem | None) -> dict[str, str]:
    """What others call the category: the city's app and SP4N-LAPOR."""
    if problem is None or not problem.category:
        return {}
    jaki = categories()[problem.category].jaki
    return {"jaki": jaki, "lapor": lapor_name(problem.category)}


def _unit(reading: Reading) -> tuple[str, float]:
    """The unit and how sure it is; without a category a hint from what is asked for."""
    problem = reading.problem
    if problem is None:
        hinted, why = reading.notes.get("unit_hint", ("", None))
        return hinted, why.confidence if why else 0.0
    if not problem.unit:
        return "", 0.0
    sure = problem.finding.confidence
    return problem.unit, round(sure if problem.category else min(sure, HINT), 2)


def _placed(reading: Reading, pin: Location | None, regions: Regions) -> Placed:
    return placed(reading.place, pin, regions, reading.notes.get("outside", ""))


def _place(found: PlaceFound | None, where: Placed) -> dict[str, Any]:
    address = found.address if found else None
    point = where.point
    row = kelurahan().get(where.code)
    return {
        "words": found.words if found else "",
        "area": found.area if found else "",
        "kecamatan": row.kecamatan if row else None,
        "city": row.kota if row else None,
        "street": address.street if address else "",
        "number": address.number if address else "",
        "rt": address.rt[0] if address and address.rt else None,
        "rw": address.rw[0] if address and address.rw else None,
        "all_rt": list(address.rt) if address else [],
        "all_rw": list(address.rw) if address else [],
        "kilometre": address.kilometre if address else "",
        "landmarks": list(address.landmarks) if address else [],
        "postal_code": address.postal_code if address else "",
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "approximate": where.approximate,
        "outside": where.outside,
        "conflict": where.conflict,
        "confidence": round(found.finding.confidence, 2) if found else 0.0,
    }


def _moment(found: Moment | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "kind": found.kind.value,
        "words": " ".join(found.finding.words),
        "start": found.start.isoformat() if found.start else None,
        "end": found.end.isoformat() if found.end else None,
        "precision": found.precision.name.lower(),
        "days": round(found.length.total_seconds() / 86400, 2) if found.length else None,
        "every": found.every or None,
        "from": found.from_hour or None,
        "until": found.until_hour or None,
        "confidence": found.finding.confidence,
    }


_KINDS = {
    "complaint": "pengaduan", "personal": "urusan pribadi", "question": "pertanyaan",
    "suggestion": "saran", "praise": "pujian", "accusation": "tuduhan terhadap aparat",
    "spam": "iklan", "abuse": "makian tanpa masalah", "social": "sapaan atau terima kasih",
    "service": "perintah atau jawaban", "unclear": "belum jelas",
}  # fmt: skip
_PRECISION = {
    Precision.MINUTE: "menit", Precision.HOUR: "jam", Precision.PART: "bagian hari",
    Precision.DAY: "hari", Precision.WEEK: "minggu", Precision.MONTH: "bulan",
    Precision.YEAR: "tahun",
}  # fmt: skip


def as_text(reading: Reading, say: Say, regions: Regions, pin: Location | None = None) -> str:
    """The reading in Indonesian, a line per finding with the words it came from."""

    return "\n".join(f"{name + ':':<12}{what}" for name, what in _lines(reading, say, regions, pin))


def _lines(
    reading: Reading, say: Say, regions: Regions, pin: Location | None
) -> Iterator[tuple[str, str]]:
    yield "Jenis", _KINDS[reading.kind.value]
    yield "Bahasa", "Inggris" if reading.language == "en" else "Indonesia"
    if reading.command:
        yield "Perintah", reading.command.name.value
    if reading.danger:
        yield "DARURAT", f"{reading.danger.danger.value}{_why(reading.danger.finding.words)}"
    also = reading.notes.get("also", ())
    for problem in (*((reading.problem,) if reading.problem else ()), *also):
        sure = f"{problem.finding.confidence:.0%}"
        yield "Masalah", f"{problem.label}, {sure}{_why(problem.finding.words)}"
        yield "Instansi", problem.unit or "belum dapat ditentukan dari teksnya"
    yield from _where(reading.place, _placed(reading, pin, regions))
    if reading.moment:
        yield "Waktu", _when(reading.moment)
    if reading.notes.get("accuses"):
        yield "Rahasia", "sementara, sampai seorang petugas memutuskan"
    if reading.wants_privacy:
        yield "Permintaan", "identitas dirahasiakan"
    if reading.numbers:
        yield "Laporan", ", ".join(str(n) for n in reading.numbers)
    asked = next_question(reading, pin)
    lacks = ", ".join(_MISSING[m.value] for m in missing(reading, pin))
    yield "Kurang", lacks or "tidak ada"
    if asked:
        yield "Ditanya", say(QUESTIONS[asked.value])


_MISSING = {"problem": "masalahnya", "place": "tempatnya", "office": "kantornya"}


def _where(found: PlaceFound | None, where: Placed) -> Iterator[tuple[str, str]]:
    if found and found.words:
        yield "Tempat", f"{found.words}, {found.finding.confidence:.0%}"
    for candidate in where.candidates:
        row = kelurahan()[candidate.code]
        name = f"{row.name} ({row.code}), Kec {row.kecamatan}, {row.kota}"
        about = " (kira-kira, dari titik tengah)" if _is_about(candidate.code, where) else ""
        sure = f"{candidate.finding.confidence:.0%}"
        yield "Kelurahan", f"{name}{about}, {sure}{_why(candidate.finding.words)}"
    if where.conflict:
        yield "Beda", "teks menyebut kelurahan lain daripada titiknya: usulkan Pindah Kelurahan"
    if where.outside:
        yield "Di luar", f"{where.outside}: bukan wilayah Jakarta"


def _is_about(code: str, where: Placed) -> bool:
    return where.approximate and code == where.code


def _when(found: Moment) -> str:
    words = " ".join(found.finding.words)
    if found.every:
        return f'berulang: {found.every} {found.from_hour}-{found.until_hour} karena "{words}"'
    if found.start is None:
        return f'"{words}"'
    until = f" sampai {found.end:%d-%m-%Y %H.%M}" if found.end and found.end != found.start else ""
    exact = _PRECISION[found.precision]
    return f'{found.start:%d-%m-%Y %H.%M}{until} (tepat sampai {exact}) karena "{words}"'


def _why(words: tuple[str, ...]) -> str:
    return f" karena {', '.join(chr(34) + word + chr(34) for word in words)}" if words else ""
