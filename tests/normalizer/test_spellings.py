"""Every kelurahan in the ways in which people write one: so many of them are found."""

import re
from collections.abc import Iterator

import pytest

from normalizer.gazetteer import Kelurahan, kelurahan
from normalizer.understand import understand
from tests.eval import own_places
from tests.eval.measures import Count
from tests.eval.own_places import surest

_KOTA = {
    "Jakarta Pusat": "jakpus", "Jakarta Barat": "jakbar", "Jakarta Timur": "jaktim",
    "Jakarta Selatan": "jaksel", "Jakarta Utara": "jakut", "Kepulauan Seribu": "kep seribu",
}  # fmt: skip
_SURE = (
    "got mampet di kel {small} kec {kec}", "mohon ditindak, Kelurahan {name} RW 04",
    "sampah numpuk Kel.{name} rt 02", "di {small} {kec} banyak sampah", "{small} {city} gelap",
    "RT.003/RW.04, {name}, {Kec}, lampu mati", "Kelurahan : {name}\nKecamatan : {Kec}\ngot mampet",
    "kelurahan={small}; kecamatan={kec}", "klrhn {small} lampu padam", "lampu mati {name} - {Kec}",
    "BANJIR DI KEL {shout} KEC {KEC}", "depan kantor kelurahan {small} parkir liar",
    "lampu mati di kel {joined}", "street light broken in {name}, {Kec}",
    "Jl Melati No 3 RT 4/RW 2 {name}, Kec. {Kec}, Kota {kota}, Daerah Khusus Jakarta {postal}",
)  # fmt: skip
_BARE = ("lampu mati di {small} rt 3 rw 4", "warga {small} minta fogging")
_SHORT = {
    "timur": "tmr timr tim", "barat": "brt brat", "utara": "utr utra", "selatan": "sltn slt sel",
    "pondok": "pd pdk pndok", "kebon": "kb kbn keb", "kelapa": "klp klapa", "rawa": "rw rwa",
    "tanjung": "tj tjg tg tanjg", "pasar": "ps psr", "gunung": "gn gng", "duren": "drn durian",
    "kampung": "kp kmp kpg", "cempaka": "cemp cmpaka", "cipinang": "cip cpinang cpng",
    "besar": "bsr", "muara": "mra", "tanah": "tnh tn", "jembatan": "jmbtn jemb", "dua": "2",
    "menteng": "mtg mntng", "kebayoran": "kby keby", "lama": "lm", "putih": "pth", "kali": "kl",
    "kuningan": "kngn", "mangga": "mg", "sungai": "sei", "sawah": "swh", "kota": "kt",
}  # fmt: skip


def _counted(pairs: Iterator[tuple[Kelurahan, str]]) -> Count:
    count = Count()
    for row, text in pairs:
        found = surest(understand(text))
        count.add(found == row.name, f"{row.name} <- {found or '–'}: {text}")
    return count


def _written(forms: tuple[str, ...]) -> Iterator[tuple[Kelurahan, str]]:
    for row in kelurahan().values():
        small, kec = row.name.lower(), row.kecamatan.lower()
        for form in forms:
            yield row, form.format(
                name=row.name, small=small, shout=row.name.upper(), joined=small.replace(" ", ""),
                kec=kec, Kec=row.kecamatan, KEC=kec.upper(), kota=row.kota, city=_KOTA[row.kota],
                postal=row.postal_code,
            )  # fmt: skip


def _shortened(form: str) -> Iterator[tuple[Kelurahan, str]]:
    for row in kelurahan().values():
        words = row.name.lower().split()
        for k, word in enumerate(words):
            for short in _SHORT.get(word, "").split() if len(words) > 1 else ():
                said = " ".join([*words[:k], short, *words[k + 1 :]])
                yield row, form.format(said)


def _without_a_vowel(form: str, least: int) -> Iterator[tuple[Kelurahan, str]]:
    for row in kelurahan().values():
        name = row.name.lower()
        for vowel in re.finditer(r"(?<=[a-z])[aeiou](?=[a-z])", name):
            if len(name) >= least:
                yield row, form.format(name[: vowel.start()] + name[vowel.end() :])


def _least(count: Count, share: float) -> None:
    assert count.of > 100
    assert count.right / count.of >= share, "\n".join([str(count), *count.errors[:40]])


def test_with_its_mark_or_its_kecamatan_nearly_each_is_found() -> None:
    _least(_counted(_written(_SURE)), 0.999)


def test_with_people_or_rt_most_are_found() -> None:
    _least(_counted(_written(_BARE)), 0.97)


def test_shortened_behind_the_mark_each_is_found() -> None:
    _least(_counted(_shortened("jalan rusak kel {} rt 3")), 0.99)


def test_shortened_without_a_mark_most_are_found() -> None:
    _least(_counted(_shortened("jalan rusak di {}")), 0.95)


def test_without_a_vowel_behind_the_mark_nearly_each_is_found() -> None:
    _least(_counted(_without_a_vowel("jalan rusak kel {} rt 3", least=6)), 0.98)


def test_long_names_without_a_vowel_and_without_a_mark_are_found() -> None:
    _least(_counted(_without_a_vowel("jalan rusak di {} rt 3", least=9)), 0.97)


@pytest.mark.parametrize(
    ("measure", "least"),
    [("kelurahan of our own sentences", 0.99), ("none taken where none is named", 0.95)],
)
def test_sentences_of_our_own(measure: str, least: float) -> None:
    for name, count in own_places.counted().items():
        if name.startswith(measure):
            assert count.right / count.of >= least, "\n".join(count.errors)
