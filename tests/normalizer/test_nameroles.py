"""What a name is said for: only the place complained of is taken."""

import pytest

from normalizer.gazetteer import name_of
from normalizer.nameroles import Role, role
from normalizer.understand import understand
from tests.eval.own_places import surest

_PAIRS = (
    ("Tomang", "Slipi"), ("Cipete Utara", "Kalibata"), ("Pluit", "Sunter Agung"),
    ("Duren Tiga", "Cikini"), ("Kapuk Muara", "Bukit Duri"), ("Ragunan", "Tanjung Duren Selatan"),
)  # fmt: skip


def _taken(text: str) -> str:
    place = understand(text).place
    return name_of(place.kelurahan) if place else ""


@pytest.mark.parametrize(("here", "there"), _PAIRS)
@pytest.mark.parametrize(
    "said",
    [
        "lampu mati di {here}, bukan {there}",
        "beda dengan {there}, di {here} sampah tidak diangkut",
        "got mampet di {here}, ga kaya di {there} yang bersih",
        "ktp {there} tapi tinggal di {here}, jalan rusak",
        "dulu saya tinggal di {there} sekarang di {here}, banjir terus",
        "sampah dari {there} dibuang ke {here}",
        "pindahan dari {there} ke {here} belum dapat kk",
        "{there} aja bisa bersih kenapa {here} kotor",
        "bank cabang {there} di {here} parkirnya semrawut",
        "teman saya di {there} sudah dapat bansos, kami di {here} belum",
    ],
)
def test_of_two_the_one_complained_of(said: str, here: str, there: str) -> None:
    assert _taken(said.format(here=here, there=there)) == here
    assert _taken(said.format(here=here.lower(), there=there.lower())) == here


@pytest.mark.parametrize(
    "said",
    [
        "bus transjakarta Cililitan - Pluit lama banget",
        "angkot tomang ke slipi ngetem sembarangan",
        "rute cideng penuh terus",
        "macet dari Slipi ke Tomang tiap pagi",
        "bukan di slipi pak, lokasinya lain",
        "rm padang cabang slipi limbahnya bau",
        "PT Slipi Abadi buang limbah",
        "lurahnya baru tapi sama saja",
        "kelapa dua butir jatuh kena kepala",
    ],
)
def test_where_none_is_the_place(said: str) -> None:
    assert _taken(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "bukan hanya di Slipi, tapi sampah di mana mana",
        "ktp saya slipi, mau urus kk kok dipersulit",
        "dulu banjir di slipi tiap tahun, sekarang lebih parah",
        "rumah saudara saya di slipi kebanjiran",
        "sampah dibuang ke slipi",
        "bus mogok di Slipi, Jakarta Barat",
        "angkot ngetem di slipi jakbar",
        "ktp kel. slipi, palmerah, mau urus kk",
        "seperti biasa di slipi banjir",
        "banyak jalan rusak, contohnya di slipi",
        "transjakarta lewat slipi lama banget",
    ],
)
def test_where_it_is_the_only_one(said: str) -> None:
    assert _taken(said) == "Slipi"


def test_a_line_needs_two_ends() -> None:
    assert role(("bus", "di", "slipi", "mogok"), 2, 3) is Role.PLACE
    line = ("angkot", "slipi", "tomang", "ngetem")
    assert role(line, 1, 2, [(2, 3)]) is role(line, 2, 3, [(1, 2)]) is Role.ROUTE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("banjir sepaha #KebonPala tolong", "Kebon Pala"),
        ("banjir di bungur dekat masjid", "Bungur"),
        ("Lampu mati. Lokasi: Galur", "Galur"),
        ("Got mampet, Melawai", "Melawai"),
        ("Pondok Kopi banjir lagi", "Pondok Kopi"),
        ("ada jembatan besi roboh dekat sini", ""),
        ("sediakan minyak Kayu Putih", ""),
        ("suara guntur bikin genteng jatuh", ""),
        ("barang kebon pala rusak", ""),
    ],
)
def test_an_everyday_name_where_a_place_is_expected(text: str, name: str) -> None:
    assert surest(understand(text)) == name
