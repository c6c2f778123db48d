"""The signs around a danger word: of now, of people inside, of the writer's own, and against it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache, cached_property
from operator import attrgetter

from normalizer import wordlists
from normalizer.dangerwords import danger_phrases, listed, others
from normalizer.phrases import Hit
from normalizer.text import Words

_NEAR = 14  # lean words: the sign may stand in the next sentence
_BESIDE = 4
_SHORT = 60  # words: nobody writes a long letter while it happens
_CRY = 25  # words
_UNTIL = frozenset({"sampai", "hingga", "until", "dari"})
_COUNTED = frozenset({"bulan", "tahun", "minggu"})
_UNITS = _COUNTED | {"hari", "malam", "pagi", "siang", "sore", "jam"}
_SINCE = frozenset({"dari", "sejak"})
_OVER = frozenset({"kemarin", "lalu", "tadi"})
_STILL = frozenset({"masih", "belum", "still"})
# Before a word of repair: who does it, or that nobody can.
_DOES = frozenset(
    {"tukang", "kuli", "bisa", "lagi", "sedang", "saat", "pas", "waktu", "pekerja", "petugas"}
)
_PLEAS = frozenset({"tolong", "mohon", "minta", "harap", "dimohon"})
_FEARED = frozenset({"nanti", "takut", "takutnya", "khawatir", "jangan", "awas"})
_PASSIVE = 5  # letters: not "di", "dia", "dikit"
_PHONED = frozenset({"telepon", "telpon", "telp", "nelpon", "hubungi", "112", "113", "119", "110"})
_DUG = frozenset({"galian", "tambang", "proyek", "empang", "kolam", "sumur"})
_SOMEBODY = frozenset(
    {"orang", "penumpang", "penghuni", "anak", "lansia", "warga", "bayi", "balita", "yang"}
)
_OWNERS = frozenset({"saya", "kami", "aku", "tetangga", "my"})
_NONE = (("tidak",), ("bukan",), ("no",))
_PRICES = frozenset({"harga", "tarif", "tagihan", "biaya"})
_AT_SIGHT = frozenset({"lihat", "liat", "dengar", "denger", "ngadepin", "menghadapi"})
_WEARING = frozenset({"antri", "antrian", "birokrasi", "pelayanan"})
_REMEDIES = frozenset({"oksigen", "obat", "inhaler", "insulin", "tabung"})
_AFTER = frozenset({"makan", "minum", "banjir", "hujan", "jatuh"})  # "habis jatuh, tidak gerak"
_ADDRESS = frozenset(
    {"jalan", "gang", "rt", "rw", "kelurahan", "kecamatan", "nomor", "no", "blok", "di", "terima"}
)
_place_of = attrgetter("at")

Signs = list[Hit[str]]
"""What was found; empty where a rule does not hold."""

Rule = Callable[["Scene", Hit[str]], Signs]
"""Whether a danger word tells of danger in its scene, and by what signs."""


class Scene:
    """One message with the signs that were found in it."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lean = words.lean_forms
        found, told_by = danger_phrases().find(words, overlapping=True), others()
        ends = self.lean
        self.hits = [h for h in found if ends[h.until - 1] not in told_by or not self._is_other(h)]
        self.signs: dict[str, Signs] = {}
        for hit in self.hits:
            for name in hit.values:
                if name == "inside" and self._is_nobody(hit):
                    continue
                self.signs.setdefault(name, []).append(hit)

    def _is_other(self, hit: Hit[str]) -> bool:
        """Whether the word beside it makes it something else: "badan jalan", "berkali-kali"."""
        at, until = hit.at, hit.until
        beside = others()[self.lean[until - 1]]
        return (
            not beside["before"].isdisjoint(self.lean[max(0, at - 4) : at])
            or not beside["right_before"].isdisjoint(self.lean[max(0, at - 1) : at])
            or not beside["behind"].isdisjoint(self.lean[until : until + 1])
            or not beside["soon_behind"].isdisjoint(self.lean[until : until + 2])
        )

    def _is_nobody(self, hit: Hit[str]) -> bool:
        """Whether it says that nobody is there: "tidak ada orang"."""
        before = self.lean[max(0, hit.at - 1) : hit.at]
        return before in _NONE and self.lean[hit.at] == "ada"

    def near(self, name: str, hit: Hit[str], reach: int = _NEAR) -> Signs:
        """The signs *name* within *reach* lean words of *hit*, not the hit itself."""
        signs = self.signs.get(name, [])
        begin = bisect_left(signs, hit.at - reach, key=_place_of)
        end = bisect_right(signs, hit.at + reach, key=_place_of)
        return [sign for sign in signs[begin:end] if sign.first != hit.first]

    def now(self, hit: Hit[str]) -> Signs:
        """Signs of now; "sampai sekarang" tells how long, "kemarin baru saja" is over."""
        forms = self.lean
        signs = [
            s
            for s in self.near("now", hit)
            if not (s.at and forms[s.at - 1] in _UNTIL)
            and not _OVER.intersection(forms[max(0, s.at - 2) : s.at])
        ]
        return [*signs, *self.near("help", hit)]

    def going_on(self, hit: Hit[str]) -> Signs:
        """The word itself where "lagi" or "sedang" stands before it."""
        return [hit] if hit.at and self.lean[hit.at - 1] in {"lagi", "sedang"} else []

    def inside(self, hit: Hit[str]) -> Signs:
        """People inside or unable to get away: a person and the word that says so, together."""
        return self.beside_people("inside", hit) or self.beside_people("trapped", hit)

    def beside_people(self, name: str, hit: Hit[str]) -> Signs:
        """A sign *name* near the hit with a person beside it, and that person."""
        for sign in self.near(name, hit):
            if not _SOMEBODY.isdisjoint(self.words.forms[sign.first : sign.last]):
                return [sign]  # "masih ada orang", "isinya orang"
            persons = self.near("people", sign, _BESIDE) or self.near("own", sign, _BESIDE)
            if persons:
                return [persons[0], sign]
        return []

    def people_beside(self, hit: Hit[str], reach: int) -> Signs:
        """Persons so close, but for those of whose things alone is spoken ("warung warga")."""
        things = listed("denied", "thing")
        found = self.themselves(self.near("people", hit, reach) + self.near("own", hit, reach))
        return [
            s
            for s in found
            if self.words.tokens[s.first].parted
            or things.isdisjoint(self.lean[max(0, s.at - 1) : s.at])
        ]

    def says(self, name: str) -> bool:
        """Whether a word of the list *name* of `weak` stands anywhere."""
        return not listed("weak", name).isdisjoint(self.words.forms)

    @cached_property
    def size(self) -> int:
        """How many words it has, but for greetings, pleas, figures and the words of an address."""
        forms, around = self.words.forms, _around()
        return len(forms) - len([f for f in forms if f in around]) - len(self.words.figures)

    def is_cared(self) -> bool:
        """Whether an illness is looked after; "mohon bantuannya" asks for help."""
        cared = listed("weak", "cared")
        return any(
            form in cared and not self.words.typed(k).lower().startswith("bantuanny")
            for k, form in enumerate(self.words.forms)
        )

    def is_cry(self) -> bool:
        """Whether the message is short and gives no reason, asks for no repair, judges nothing."""
        return self._cry

    @cached_property
    def _cry(self) -> bool:
        ordinary = listed("weak", "ordinary")
        return self.is_brief() and not any(
            form in ordinary and not (self._lasts(k) or self._calls(k) or self._does(k))
            for k, form in enumerate(self.words.forms)
        )

    def past_or_feared(self) -> bool:
        """Whether anything at all is told as past, feared or repeated."""
        before = listed("denied", "before")
        forms = self.words.forms
        return any(
            form in before and not (self._lasts(k) or self._counts(k))
            for k, form in enumerate(forms)
        )

    def _does(self, k: int) -> bool:
        """Whether a word of repair tells who does it, or that it is not done yet."""
        forms = self.words.forms
        before = forms[max(0, k - 4) : k]
        called = not _PHONED.isdisjoint(before)  # "112 tidak diangkat"
        return k > 0 and (forms[k - 1] in _DOES or "belum" in before[-2:] or called)

    def _calls(self, k: int) -> bool:
        """Whether "minta" goes on with "tolong"."""
        return self.words.forms[k : k + 2] == ("minta", "tolong")

    def _lasts(self, k: int) -> bool:
        """Whether "tadi" says since when: "dari tadi", "tadi jatuh, masih di situ" go on."""
        forms = self.words.forms
        return forms[k] == "tadi" and (
            (k > 0 and forms[k - 1] in _SINCE) or not _STILL.isdisjoint(forms[k + 1 :])
        )

    def is_brief(self) -> bool:
        """Whether it is as short as a cry."""
        return self.size <= _CRY

    def asks_repair(self) -> bool:
        """Whether it asks that something be mended: then the accident is its reason."""
        return self._repair

    @cached_property
    def _repair(self) -> bool:
        asked = listed("weak", "repair")
        forms = self.words.forms
        return any(
            not self._does(k) if form in asked else self._is_request(k)
            for k, form in enumerate(forms)
        )

    def _is_request(self, k: int) -> bool:
        """Whether a plea goes on with what a unit does: "tolong dilarang", not "ditolong"."""
        form, before = self.words.forms[k], self.words.forms[max(0, k - 2) : k]
        passive = form.startswith("di") and len(form) > _PASSIVE
        return passive and not _PLEAS.isdisjoint(before) and form not in listed("weak", "saves")

    def there_is(self, hit: Hit[str]) -> Signs:
        """The word itself where a short message says that it is there: "ada mobil kecebur"."""
        before = self.lean[max(0, hit.at - 3) : hit.at]
        return [hit] if "ada" in before and self.size <= _CRY else []

    def own(self, hit: Hit[str]) -> Signs:
        """The writer or family right beside, in a short message."""
        short = self.size <= _SHORT
        return self.themselves(self.near("own", hit, 3)) if short else []

    def persons(self, hit: Hit[str]) -> Signs:
        """Anybody named close by; in a short message, anybody at all."""
        reach = _NEAR if self.size <= _CRY else _BESIDE
        return self.themselves(self.near("people", hit, reach) + self.near("own", hit, reach))

    def sufferer(self, hit: Hit[str]) -> Signs:
        """Who suffers it, right before the word in a cry: "pengendara tertimpa", "ada yang ..."."""
        if not self.is_cry():
            return []
        somebody = self.lean[max(0, hit.at - 2) : hit.at] == ("ada", "yang")
        return [hit] if somebody else [s for s in self.persons(hit) if 0 < hit.at - s.at <= 3]

    def themselves(self, persons: Signs) -> Signs:
        """Without those of whom only a thing is spoken ("mobil saya")."""
        things = listed("denied", "thing")
        return [
            s
            for s in persons
            if self.lean[s.at] not in _OWNERS
            or things.isdisjoint(self.lean[max(0, s.at - 2) : s.at])
        ]

    def denied(self, hit: Hit[str], kind: str = "") -> bool:
        """Feared, possible, repeated or past; *kind* ``_violence`` takes the shorter lists."""
        before, after = listed("denied", f"before{kind}"), listed("denied", f"after{kind}")
        # "Pernah" is a filler elsewhere; here it tells of the past.
        earlier = {*self._dated(hit.at - 4, hit.at), *self._right_before(hit)}
        later = self._dated(hit.until, hit.until + 5)
        told = not before.isdisjoint(earlier) or not after.isdisjoint(later)
        return told or self._is_over() or self._is_figure(hit) or self._is_tally(hit)

    def is_feared(self, hit: Hit[str]) -> bool:
        """Whether it is what may come of something: "tutup got hilang, nanti ada yang kejeblos"."""
        before = self.lean[max(0, hit.at - 3) : hit.at]
        return not _FEARED.isdisjoint(before)

    def _is_over(self) -> bool:
        """Whether it was "dua hari lalu"."""
        return self._over

    @cached_property
    def _over(self) -> bool:
        forms = self.words.forms
        return any(
            form == "lalu" and k > 0 and forms[k - 1] in _UNITS for k, form in enumerate(forms)
        )

    def _is_tally(self, hit: Hit[str]) -> bool:
        """Whether past cases are counted: "sudah 3 orang kecemplung"."""
        before = self.words.forms[max(0, hit.first - 4) : hit.first]
        behind = before[before.index("sudah") + 1 :] if "sudah" in before else ()
        return any(form.isdecimal() or form in wordlists.group("number") for form in behind)

    def _dated(self, first: int, last: int) -> list[str]:
        """Lean words without the units of an age or a length ("bayi 2 bulan", "udah 3 minggu")."""
        forms = self.words.forms
        kept = []
        for k in self.words.lean[max(0, first) : max(0, last)]:
            if self._lasts(k):
                continue
            if not self._counts(k):
                kept.append(forms[k])
        return kept

    def _counts(self, k: int) -> bool:
        """Whether a word of the past is none: an age, a "bus stop", a "bekas galian"."""
        forms = self.words.forms
        if forms[k] == "stop":
            return forms[max(0, k - 1)] == "bus" or forms[k + 1 : k + 2] == ("kontak",)
        if forms[k] == "bisa":
            return k > 0 and forms[k - 1] in {"tidak", "belum"}
        if forms[k] == "habis":
            ran_out = k > 0 and forms[k - 1] in _REMEDIES
            return ran_out or not _AFTER.isdisjoint(forms[k + 1 : k + 2])
        if forms[k] == "bekas":
            return k + 1 < len(forms) and forms[k + 1] in _DUG
        counted = k > 0 and forms[k] in _COUNTED and forms[k - 1].isdecimal()
        return counted and "lalu" not in forms[k + 1 : k + 3]

    def _right_before(self, hit: Hit[str]) -> tuple[str, ...]:
        first = max(0, hit.first - 2)
        return tuple(
            self.words.forms[k]
            for k in range(first, hit.first)
            if not (self._lasts(k) or self._counts(k))
        )

    def is_animal(self, hit: Hit[str]) -> bool:
        """Whether it is an animal that it befell."""
        whose = hit.at > 1 and self.lean[hit.at - 1] in _OWNERS | {"warga", "orang"}
        before = self.lean[max(0, hit.at - 1 - whose) : hit.at]
        return not listed("denied", "animal").isdisjoint(before)

    def _is_figure(self, hit: Hit[str]) -> bool:
        """A manner of speaking: said with a laugh, or of prices and levies."""
        forms = self.lean
        beside = (*forms[max(0, hit.at - 2) : hit.at], *forms[hit.until : hit.until + 2])
        if not _PRICES.isdisjoint(forms[max(0, hit.at - 5) : hit.at]):
            return True  # "harga gas elpiji meledak"
        if not _WEARING.isdisjoint(forms[max(0, hit.at - 2) : hit.at]):
            return True  # "antrinya nyiksa"
        if not _AT_SIGHT.isdisjoint(forms[hit.until : hit.until + 2]):
            return True  # "pingsan saya lihat tagihannya"
        laughs = not listed("denied", "laughing").isdisjoint(self.words.forms)
        return laughs or not listed("denied", "figure").isdisjoint(beside)

    def is_name(self, hit: Hit[str]) -> bool:
        """Part of a name or a thing: "pemadam kebakaran"; not "ada korban kecelakaan"."""
        if self.words.tokens[hit.first].parted:
            return False  # "mohon bantuannya, api merembet"
        before = self.lean[max(0, hit.at - 2) : hit.at]
        if before[-1:] == ("mobil",) and self.lean[hit.at] != "kebakaran":
            return False  # "mobil terbakar" is no fire engine
        if before[-1:] == ("kereta",) and self.lean[hit.at] != "api":
            return False  # "kereta menabrak mobil"
        named = not listed("denied", "name").isdisjoint(before[-1:])
        return named and before != ("ada", "korban")


@cache
def _around() -> frozenset[str]:
    """What stands around a report and tells nothing of it."""
    return wordlists.group("polite") | wordlists.group("greeting") | _ADDRESS
