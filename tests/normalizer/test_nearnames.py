"""Names with letters wrong or left out, behind their mark, beside what is above them, and alone."""

import itertools
from collections.abc import Iterator

import pytest

from normalizer.gazetteer import Kelurahan, is_ordinary, kelurahan
from normalizer.nearnames import nearest, shortened
from normalizer.understand import understand
from tests.eval.measures import Count
from tests.eval.own_places import surest

_MARKED = "pohon tumbang di kel {} rt 4"
_SHORT = {
    "pondok": "pdk", "kebon": "kb", "kampung": "kp", "tanjung": "tj", "pasar": "ps", "timur": "tim",
    "barat": "brt", "utara": "utr", "selatan": "slt", "rawa": "rw", "gunung": "gn", "kelapa": "klp",
    "cempaka": "cemp", "cipinang": "cip", "besar": "bsr", "dua": "ii", "tiga": "3", "lima": "v",
    "kebayoran": "keby", "lama": "lm", "gading": "gdg", "bambu": "bmb", "jeruk": "jrk",
    "cengkareng": "ckr", "pademangan": "pdmgn", "kembangan": "kemb", "sukabumi": "skb",
}  # fmt: skip


def _swapped(name: str) -> Iterator[str]:
    """*name* with two letters beside each other swapped, the first left alone."""
    for k in range(1, len(name) - 1):
        if name[k] != name[k + 1] and " " not in name[k : k + 2]:
            yield name[:k] + name[k + 1] + name[k] + name[k + 2 :]


def _counted(pairs: Iterator[tuple[Kelurahan, str]]) -> Count:
    count = Count()
    for row, text in pairs:
        found = surest(understand(text))
        count.add(found == row.name, f"{row.name} <- {found or '–'}: {text}")
    return count


def _least(count: Count, share: float) -> None:
    assert count.of > 60
    assert count.right / count.of >= share, "\n".join([str(count), *count.errors[:40]])


def _rows(form: str, *, least: int = 0, step: int = 1) -> Iterator[tuple[Kelurahan, str]]:
    """Every *step*th swap of every name with *least* letters, in a sentence of its own."""
    for row in kelurahan().values():
        name = row.name.lower()
        if len(name.replace(" ", "")) >= least:
            for said in itertools.islice(_swapped(name), 0, None, step):
                yield row, form.format(said, kec=row.kecamatan.lower())


def _all_shortened() -> Iterator[tuple[Kelurahan, list[str]]]:
    for row in kelurahan().values():
        words = row.name.lower().split()
        short = [_SHORT.get(word, word) for word in words]
        if len(words) > 1 and short != words:
            yield row, short


def test_with_two_letters_swapped_behind_the_mark() -> None:
    _least(_counted(_rows(_MARKED, step=3)), 0.97)


def test_with_two_letters_swapped_beside_its_kecamatan() -> None:
    _least(_counted(_rows("pohon tumbang di {} kec {kec}", step=3)), 0.95)


def test_with_two_letters_swapped_where_a_place_is_expected() -> None:
    pairs = _rows("pohon tumbang di {} rt 4", least=8, step=4)
    _least(_counted((row, text) for row, text in pairs if not is_ordinary(row.code)), 0.93)


def test_with_every_word_shortened() -> None:
    forms = ("jalan rusak kel {}", "jalan rusak {} kec {kec}")
    pairs = (
        (row, form.format(" ".join(short), kec=row.kecamatan.lower()))
        for row, short in _all_shortened()
        for form in forms
    )
    _least(_counted(pairs), 0.96)


def test_shortened_and_run_together_with_the_mark() -> None:
    pairs = ((row, f"jalan rusak kel{''.join(short)}") for row, short in _all_shortened())
    _least(_counted(pairs), 0.9)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lampu mati di kelpdpinang rt 3", "Pondok Pinang"),
        ("Kel.Pdk.Pinang RT 5 got mampet", "Pondok Pinang"),
        ("got mampet kelurahaan tomang", "Tomang"),
        ("sampah di keluarahan jati rw 3", "Jati"),
        ("kel cipete s rt 3 gelap", "Cipete Selatan"),
        ("kel. mangga II selatan banjir", "Mangga Dua Selatan"),
        ("banjir di kedoya u, kebon jeruk", "Kedoya Utara"),
        ("kel tjipinang moeara, pohon tumbang", "Cipinang Muara"),
        ("got mampet cngkareng tmr jakbar", "Cengkareng Timur"),
        ("pohon tumbang, pejatn brat, pasar minggu", "Pejaten Barat"),
    ],
)
def test_what_people_type(text: str, name: str) -> None:
    assert surest(understand(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "saya mau ke pengadilan ambil surat tilang",
        "kelurahan melayani warga dengan lambat",
        "kelurahan pengadaan barang tidak transparan",
        "di kalender ada libur, kelurahan tutup tidak",
        "petugas kelurahan menggapai pohon yang tumbang",
        "lapor ke kelurahan sudah, ke kecamatan juga sudah",
        "banjir di jl bintara bekasi barat",
    ],
)
def test_what_only_looks_like_a_name(text: str) -> None:
    assert surest(understand(text)) == ""


def test_two_that_are_as_near_name_none() -> None:
    assert nearest("sukabumi", "Kebon Jeruk") == ""
    assert shortened(("duri", "k"), "") == shortened(("gand", "s"), "Tebet") == ""
    assert nearest("", "") == nearest("x", "Tebet") == ""
