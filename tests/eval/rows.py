"""Texts with what is known of them, in the forms in which they lie in a folder.

Four forms are told apart by their keys: reports with the agency that handled them, texts with a
point, addresses, and reports of another city. Other files are passed over.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.number import WIB

AGENCIES = {
    "BINA MARGA": "dinas-bina-marga",
    "POLISI PAMONG PRAJA": "satpol-pp",
    "PERHUBUNGAN": "dinas-perhubungan",
    "KELURAHAN": "kelurahan",
    "PERTAMANAN": "dinas-pertamanan-dan-hutan-kota",
    "SUMBER DAYA AIR": "dinas-sda",
    "CIPTA KARYA": "dinas-cktrp",
    "BADAN USAHA MILIK DAERAH": "bp-bumd",
    "LINGKUNGAN HIDUP": "dinas-lingkungan-hidup",
    "DINAS SOSIAL": "dinas-sosial",
    "KEPENDUDUKAN": "dinas-kependudukan-dan-pencatatan-sipil",
    "DINAS PENDIDIKAN": "dinas-pendidikan",
    "DINAS KESEHATAN": "dinas-kesehatan",
    "PARIWISATA": "dinas-pariwisata-dan-ekonomi-kreatif",
    "KETAHANAN PANGAN": "dinas-ketahanan-pangan-kelautan-dan-pertanian",
    "PERUMAHAN RAKYAT": "dinas-perumahan-rakyat-dan-kawasan-permukiman",
    "PENANAMAN MODAL": "dinas-penanaman-modal-dan-ptsp",
    "PENDAPATAN DAERAH": "badan-pendapatan-daerah",
    "KOMUNIKASI": "dinas-komunikasi-informatika-dan-statistik",
    "PENANGGULANGAN BENCANA": "badan-penanggulangan-bencana-daerah",
    "PENANGGULANGAN KEBAKARAN": "dinas-penanggulangan-kebakaran-dan-penyelamatan",
    "PERINDUSTRIAN": "dinas-perindustrian-perdagangan-koperasi-ukm",
    "KESATUAN BANGSA": "badan-kesatuan-bangsa-dan-politik",
    "BIRO PEMERINTAHAN": "biro-pemerintahan",
}
"""A part of an agency's name -> its slug."""

NINE = frozenset(
    {
        "dinas-bina-marga", "satpol-pp", "dinas-perhubungan", "kelurahan", "dinas-sda",
        "dinas-pertamanan-dan-hutan-kota", "dinas-cktrp", "bp-bumd", "dinas-lingkungan-hidup",
    }
)  # fmt: skip
"""The classes in which the figures of others are given."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text. *agencies* are all that count as right; *tested* puts half of the texts aside.

    Rules are looked at with the errors of the other half; the figures of this half are the ones
    to report.
    """

    source: str
    text: str
    kelurahan: str = ""
    name: str = ""
    agencies: frozenset[str] = frozenset()
    other_city: bool = False
    address: bool = False
    lat: float | None = None
    lon: float | None = None
    at: datetime | None = None

    @property
    def tested(self) -> bool:
        """Whether the text belongs to the half that is only measured."""
        return zlib.crc32(self.text.encode("utf-8", "replace")) % 2 == 1


def read(folder: Path) -> Iterator[Row]:
    """Every row of every ``*.jsonl`` in *folder*."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip() and (row := _row(path.stem, json.loads(line))):
                    yield row


def slugs(name: str | None) -> frozenset[str]:
    """The slugs of an agency's printed name; several where it names several."""
    return frozenset(slug for part, slug in AGENCIES.items() if part in (name or "").upper())


def _row(source: str, raw: dict[str, Any]) -> Row | None:
    point = {"lat": raw.get("lat"), "lon": raw.get("lon")}
    if "instansi_jakarta_padanan" in raw:
        agencies = slugs(raw["instansi_jakarta_padanan"])
        if raw["instansi"].startswith(("Kelurahan ", "Kecamatan ")):
            agencies |= {"kelurahan"}
        return Row(source, raw["text"], agencies=agencies, other_city=True, at=_at(raw["tanggal"]))
    if "agency" in raw:
        return Row(
            source, raw["text"], raw["kelurahan_kode"] or "", raw["kelurahan"] or "",
            slugs(raw["agency"]), at=_at(raw.get("date")), **point,
        )  # fmt: skip
    if "alamat" in raw:
        code = raw["kode"] if raw.get("in_own_polygon", True) else ""
        return Row(source, raw["alamat"], code, raw["kelurahan"] or "", address=True, **point)
    if "text" in raw and "kelurahan_kode" in raw:
        return Row(
            source, raw["text"], raw["kelurahan_kode"] or "", raw["kelurahan"] or "",
            at=_at(raw.get("created_at")), **point,
        )  # fmt: skip
    return None


def _at(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said).replace(tzinfo=WIB) if said else None
