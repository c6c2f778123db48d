"""How sure a name means its kelurahan, by where it stands.

Behind "kel." it is certain, in a street's name it is weak, and an everyday word ("baru", "tengah")
is none unless its own kecamatan stands beside it. The figures are shares as they were counted,
rounded: of streets that begin with a kelurahan's name nearly all lie in it or beside it, of estates
less than half.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from normalizer import wordlists
from normalizer.address import Part, PartKind
from normalizer.areanames import NameHit
from normalizer.gazetteer import Area, Level, is_head, is_ordinary, kelurahan, name_of
from normalizer.nameroles import TELLING, WORTH, Role, goal_is_place, role
from normalizer.placenames import DIRECTIONS, WATERS, known_words, place_words
from normalizer.text import Words

_CAMEL = re.compile(r"[A-Z][a-z]+[A-Z][a-z]+.*")
_LEAST_WORTH = min(WORTH.values())
_MARKED = 0.97
_CLEAR = 0.9
_HEAD = 0.75  # may be a shortened longer name: "Menteng" for "Menteng Dalam"
_VOUCHED = 0.85
_TWO_LEVELS = 0.5  # kelurahan or kecamatan of the same name
_LARGER = 0.4  # the same where more than one kelurahan is spoken of: "daerah Koja dan sekitarnya"
_BEHIND_RW = 0.55  # the same where only a kelurahan is usual
_OTHER_KECAMATAN = 0.2
_MISSPELLED = 0.8
_SHORTENED = 0.5  # "Jelambar Barat": a part of it, or a quarter beside it
_ESTATE = 0.4  # "Cipinang Indah", "Griya Tomang 2": named after it, wherever it lies
_INTRODUCED = 0.55  # an ordinary word where a place is expected
_BESIDE = 0.6  # "depan Ancol"
_IN_LANDMARK = 0.4
_BUILDING = 0.5  # "Puskesmas Klender", "Stasiun Klender": most lie in it or beside it
_IN_STREET = 0.3
_LEADS_STREET = 0.5  # "Jl Tebet Timur IV": such streets lie in it or begin there
_STREET_VOUCHED = 0.66  # the same with its kecamatan or city in the message
_OF_KELURAHAN = 0.85  # "PPSU Setu": what only a kelurahan has
_RUNS_ON = 0.4  # "Kel. Gunung Sari": of another city, or misspelled
_TOWARDS = 0.35  # "arah Tomang" says where one goes
_WATER = 0.2  # rivers keep their name through the whole city
_NEAR = 6  # tokens between a name and the kecamatan or city that vouches for it
_INTRODUCING = frozenset(
    {
        "di",
        "wilayah",
        "daerah",
        "kawasan",
        "warga",
        "lurah",
        "kampung",
        "in",
        "bilangan",
        "lokasi",
        "alamat",
    }
)
_MADE_OF = frozenset(
    {"minyak", "pohon", "bubuk", "dari", "batang", "jual", "ada", "sebuah", "lahan"}
)
_COUNTED = frozenset({"butir", "biji"})  # "kelapa dua butir"
_WHOSE_PEOPLE = frozenset({"wilayah", "daerah", "kawasan", "warga", "bilangan"})
_TRAVELS = frozenset({"mau", "naik", "pulang", "berangkat", "arah", "dari", "perjalanan", "pergi"})
_COMPASS = frozenset({"barat", "timur", "utara", "selatan", "tengah", "baru", "dalam"})
_ESTATES = frozenset({"indah", "mas", "permai", "jaya", "asri", "residence", "village", "estate"})
_OPEN_ESTATES = frozenset({"griya", "villa", "vila", "wisma", "puri", "graha", "bumi", "taman"})
_ROUND_ABOUT = frozenset({"daerah", "wilayah", "kawasan", "sekitar", "area", "sekitaran"})
_HAS_ONLY_KELURAHAN = frozenset({"ppsu", "lmk", "fkdm", "babinsa", "bhabinkamtibmas", "sekel"})
_ROMAN = re.compile(r"[ivx]{1,5}")


class NamesInPlace:
    """The names of one message among its words and the parts of an address that cover them.

    *covering* holds the part of each token that belongs to one.
    """

    def __init__(
        self, words: Words, names: Sequence[NameHit], covering: Mapping[int, Part]
    ) -> None:
        self.words = words
        self.forms = words.forms
        self.names = names
        self.covering = covering
        self.tells_roles = not TELLING.isdisjoint(words.forms)
        self.cities = {a.key for h in names for a in h.areas if a.level is Level.KOTA}

    def sureness(self, hit: NameHit, area: Area) -> float:
        """How sure it is that *hit* names the kelurahan *area*."""
        if hit.marked is not None:
            sure = _MARKED if hit.marked is Level.KELURAHAN else 0.0
            everyday = hit.last - hit.first == 1 and is_ordinary(area.key)
            if everyday and (self._runs_on(hit) or self._is_new(hit, area)):
                sure = min(sure, _RUNS_ON)
        else:
            part = self.covering.get(hit.first)
            sure = self._bare(hit, area) if part is None else self._inside(part, hit, area)
            if self.cities and kelurahan()[area.key].kota not in self.cities:
                sure *= 0.4
        if self._after(hit) in _COUNTED:
            return 0.0
        if self.tells_roles and sure > _LEAST_WORTH:
            sure = min(sure, self._worth(hit, area))
        return sure if hit.exact else min(sure, _MISSPELLED)

    def _worth(self, hit: NameHit, area: Area) -> float:
        """How sure the name can be for what it is said for."""
        others = self._others(hit, area)
        said_for = role(self.forms, hit.first, hit.last, others)
        if said_for is Role.LEFT and not others:
            return 1.0
        return WORTH.get(said_for, 1.0)

    def _others(self, hit: NameHit, area: Area) -> list[tuple[int, int]]:
        """Where other kelurahan are named, but for what tells in which kecamatan this one lies."""
        row = kelurahan()[area.key]
        above = {row.kecamatan, row.kota}
        return [
            (other.first, other.last)
            for other in self.names
            if other.areas != hit.areas
            and other.areas[0].level is Level.KELURAHAN
            and above.isdisjoint(each.key for each in other.areas)
        ]

    def _inside(self, part: Part, hit: NameHit, area: Area) -> float:
        """The same for a name within that of a street or building."""
        behind = self.forms[part.first : hit.first]
        everyday = is_ordinary(area.key)
        vouched = self._vouched(hit, area)
        if part.kind is PartKind.STREET:
            return self._in_street(hit, area, behind)
        if vouched and self._is_followed(hit):
            return _VOUCHED
        if DIRECTIONS.intersection(behind):
            return 0.0 if everyday else _TOWARDS
        if WATERS.intersection(behind):
            return _WATER
        lists = place_words()
        alone = hit.last == part.last and len(behind) <= 1
        if everyday and self._says_how(hit):
            return 0.0
        if everyday:
            begins = self.forms[hit.first] in lists.kinds
            whole = part.first == hit.first and self._is_introduced(hit) and not self._runs_on(hit)
            tail = alone and begins and (whole or self._follows_address(part.first))
            return _INTRODUCED if tail else _IN_LANDMARK if alone or begins else 0.0
        if len(hit.areas) > 1:
            return _IN_LANDMARK
        if alone and behind and behind[0] in lists.relations:
            return _BESIDE
        long = hit.last - hit.first > 1
        if not long and (self._after(hit) in _ESTATES or self._is_inner(hit)):
            return _ESTATE
        named = behind and (behind[-1] in lists.kinds or behind[-1] in lists.junctions)
        return _BUILDING if named or long else _IN_LANDMARK

    def _in_street(self, hit: NameHit, area: Area, behind: tuple[str, ...]) -> float:
        """The same within the name of a street; *behind* are its words before the name."""
        row = kelurahan()[area.key]
        leads = wordlists.group("no_street").issuperset(behind[1:])
        if row.name in _listed("pretty") or row.name in _listed("arteries") or not leads:
            known = leads or not is_ordinary(area.key)
            return _IN_STREET + (0.15 if self._vouched(hit, area) else 0) if known else 0.0
        above = {row.kecamatan, row.kota}
        told = any(
            other.first >= hit.last or other.last <= hit.first
            for other in self.names
            if any(a.key in above for a in other.areas)
        )
        return _STREET_VOUCHED if told and len(hit.areas) == 1 else _LEADS_STREET

    def _bare(self, hit: NameHit, area: Area) -> float:
        """The same for a name that stands by itself, without "kel." before it."""
        before = self.forms[hit.first - 1] if hit.first else ""
        after = self._after(hit)
        vouched = self._vouched(hit, area)
        if before in DIRECTIONS or self._is_goal(hit.first):
            return 0.0 if is_ordinary(area.key) else _TOWARDS
        if before in _HAS_ONLY_KELURAHAN and not self._says_how(hit):
            return _OF_KELURAHAN
        if is_ordinary(area.key) and not self._is_one_word(hit):
            if vouched:
                return _VOUCHED
            expected = self._is_introduced(hit) or self._follows_address(hit.first)
            expected = expected or self._is_phrase(hit, area) or self._ends_alone(hit)
            return _INTRODUCED if expected and not self._runs_on(hit) else 0.0
        if len(hit.areas) > 1:
            return self._of_two_levels(hit, area, after)
        if vouched:
            return _VOUCHED
        if after in _ESTATES or self._is_inner(hit):
            return _ESTATE if hit.last - hit.first == 1 else _BUILDING
        if after == "raya":
            return _LEADS_STREET
        if is_head(area.key):
            return _SHORTENED if after in _COMPASS else _HEAD
        return _CLEAR

    def _of_two_levels(self, hit: NameHit, area: Area, after: str) -> float:
        """Where the kecamatan has the same name; Jatinegara is a kelurahan of another one."""
        if kelurahan()[area.key].kecamatan not in _keys(hit.areas):
            return _VOUCHED if self._vouched(hit, area) else _OTHER_KECAMATAN
        again = any(
            other.areas == hit.areas and other.marked is None and 0 <= other.first - hit.last <= 1
            for other in self.names
        )
        if again:  # "Kebon Jeruk, Kebon Jeruk, Jakarta Barat"
            return _VOUCHED
        if after in _COMPASS:
            return _SHORTENED
        if self._follows_rw(hit.first):
            return _BEHIND_RW
        if _ROMAN.fullmatch(after):  # "Mampang XVI": a street
            return _IN_STREET if name_of(area.key) in _listed("arteries") else _LEADS_STREET
        return _LARGER if self._is_round_about(hit) else _TWO_LEVELS

    def _is_one_word(self, hit: NameHit) -> bool:
        """Whether a phrase of everyday words is written as a name only is: "#KebonPala"."""
        typed = self.words.typed(hit.first)
        return hit.last - hit.first == 1 and _CAMEL.fullmatch(typed) is not None

    def _is_round_about(self, hit: NameHit) -> bool:
        """Whether a wider area is spoken of: "daerah Koja", "Priok, Koja dan sekitarnya"."""
        around = self.forms[max(0, hit.first - 1) : hit.first]
        around += self.forms[hit.last : hit.last + 2]
        listed = any(
            len(other.areas) > 1 and (other.last == hit.first or other.first == hit.last)
            for other in self.names
        )
        return listed or not _ROUND_ABOUT.isdisjoint(around)

    def _vouched(self, hit: NameHit, area: Area) -> bool:
        """Whether its own kecamatan stands near, or its own city right behind."""
        row = kelurahan()[area.key]
        for other in self.names:
            if other is hit:
                continue
            behind, before = other.first - hit.last, hit.first - other.last
            near = 0 <= behind <= _NEAR or 0 <= before <= _NEAR
            if near and any(a == Area(Level.KECAMATAN, row.kecamatan) for a in other.areas):
                return True
            if 0 <= behind <= 1 and any(a == Area(Level.KOTA, row.kota) for a in other.areas):
                return True
        return False

    def _is_followed(self, hit: NameHit) -> bool:
        """Whether the name above it follows at once ("Kampung Tengah Kramat Jati")."""
        return any(0 <= other.first - hit.last <= 1 for other in self.names if other is not hit)

    def _is_introduced(self, hit: NameHit) -> bool:
        """Whether a place is expected where the name stands: behind "di", or behind RT and RW."""
        if not hit.first:
            return False
        introduced = self.forms[hit.first - 1] in _INTRODUCING
        if not introduced and not self._follows_rw(hit.first):
            return False
        if introduced and self._before_rw(hit.last) and not self._says_how(hit):
            return True
        if self.forms[hit.first - 1] in _WHOSE_PEOPLE and not self._is_plain(hit):
            return True
        # "di tengah jalan", "di gunung": a small single word is what it says.
        unlike_others = any(name_of(area.key) in _listed("unlikely") for area in hit.areas)
        return hit.last - hit.first > 1 or unlike_others or self._is_titled(hit)

    def _is_phrase(self, hit: NameHit, area: Area) -> bool:
        """Whether two words are hardly anything but the name: "Kayu Manis", ", kebon pala"."""
        if hit.last - hit.first == 1 or not hit.exact:
            return False
        if self._is_titled(hit):
            return not hit.first or self.forms[hit.first - 1] not in _MADE_OF
        opens = not hit.first or self.words.tokens[hit.first].parted
        return opens and name_of(area.key) not in _listed("phrases")

    def _ends_alone(self, hit: NameHit) -> bool:
        """Whether the name is all that stands behind the last sign: "got mampet, Bungur"."""
        alone = hit.first > 0 and self.words.tokens[hit.first].parted
        return alone and hit.last == len(self.forms) and self._is_titled(hit)

    def _is_titled(self, hit: NameHit) -> bool:
        """Whether each of its words begins with a capital."""
        return all(self.words.typed(k)[0].isupper() for k in range(hit.first, hit.last))

    def _follows_rw(self, at: int) -> bool:
        before = self.forms[max(0, at - 3) : at]
        return bool(before) and before[-1].isdecimal() and not {"rt", "rw"}.isdisjoint(before)

    def _is_plain(self, hit: NameHit) -> bool:
        """Whether the name is a word that everybody uses ("daerah gunung", "warga baru")."""
        return any(name_of(area.key) in _listed("plain") for area in hit.areas)

    def _before_rw(self, at: int) -> bool:
        return self.forms[at : at + 1] in {("rt",), ("rw",)} and at + 1 < len(self.forms)

    def _follows_address(self, at: int) -> bool:
        """Whether the token before belongs to a street, a building, an RT or RW."""
        return at - 1 in self.covering

    def _runs_on(self, hit: NameHit) -> bool:
        """Whether another name goes on behind the everyday word ("Pulo Nangka")."""
        if self._ends_at(hit.last) or any(other.first == hit.last for other in self.names):
            return False
        form = self.forms[hit.last]
        return form in _ESTATES | _COMPASS or (form not in known_words() and form.isalpha())

    def _is_goal(self, at: int) -> bool:
        """Whether somebody goes there: "mau ke Ragunan", "naik bus dari Senen ke Grogol"."""
        before = self.forms[max(0, at - 6) : at]
        if before[-1:] != ("ke",) or goal_is_place(self.forms, at):
            return False
        return not _TRAVELS.isdisjoint(before)

    def _is_new(self, hit: NameHit, area: Area) -> bool:
        """Whether the mark is meant and not a name: "pak lurah baru", "kelurahan baru dibangun"."""
        if not self._says_how(hit) or self._before_rw(hit.last) or self._vouched(hit, area):
            return False
        mark, typed = self.words.typed(hit.first - 1).lower(), self.words.typed(hit.first)
        if typed[0].isupper() or mark not in {"lurah", "lurahnya", "kelurahan"}:
            return False
        return mark != "kelurahan" or not self._ends_at(hit.last)

    def _says_how(self, hit: NameHit) -> bool:
        """Whether the everyday word tells of what stands before it: "gedung baru"."""
        goes_on = self.forms[hit.first] in wordlists.group("name_goes_on")
        return hit.last - hit.first == 1 and goes_on

    def _is_inner(self, hit: NameHit) -> bool:
        """Whether it is a part of the name of an estate: "Patra Tomang II"."""
        if not hit.first or self.words.tokens[hit.first].parted:
            return False
        before, after = self.forms[hit.first - 1], self._after(hit)
        if before in _OPEN_ESTATES:
            return True
        numbered = _ROMAN.fullmatch(after) or after.isdecimal()
        return bool(numbered) and before.isalpha() and before not in known_words()

    def _after(self, hit: NameHit) -> str:
        """The word behind the name; empty where a sign stands between."""
        return "" if self._ends_at(hit.last) else self.forms[hit.last]

    def _ends_at(self, k: int) -> bool:
        return k >= len(self.forms) or self.words.tokens[k].parted


@cache
def _listed(group: str) -> frozenset[str]:
    listed: str = wordlists.read_toml("places")[group]["names"]
    return frozenset(name.strip() for name in listed.split("|"))


def _keys(areas: Iterable[Area]) -> set[str]:
    return {area.key for area in areas if area.level is Level.KECAMATAN}
