"""Where the name of a street or building begins, where it ends, and how it is printed.

The end is the whole difficulty: nobody punctuates ("jl panjang gelap rawan jambret"). A name ends
at a function word, an everyday word, another word that opens a place, or the name of an area.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from normalizer import wordlists
from normalizer.areanames import NameHit
from normalizer.areaspellings import everyday
from normalizer.gazetteer import is_ordinary
from normalizer.text import Words, capitals, fold_word, lean

_ROMAN = re.compile(r"[ivx]{1,5}")
_VOWEL = re.compile(r"[aeiou]")
_VERB = re.compile(r"di\w{4,}|(?:men|mem)\w{5,}|(?:ny|nge)\w{4,}|\w{4,}kan")

_WHEN = frozenset({"sekarang", "kemarin", "besok", "lusa", "tadi", "barusan", "semalam"})
"""Tell when, and are not counted: "SDN 05 sekarang", unlike "3 hari"."""

DIRECTIONS = frozenset({"arah", "menuju", "mengarah", "jurusan", "tujuan", "towards"})
"""Before where one goes to, which is not where one is."""

WATERS = frozenset({"kali", "sungai", "ciliwung"})
"""Before the name of a river, which it keeps through the whole city."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """`data/places.toml` and the groups of `data/words.toml` that places need, put together."""

    streets: Mapping[str, str]
    relations: Mapping[str, str]
    junctions: frozenset[str]
    vague: frozenset[str]
    openers: Mapping[tuple[str, ...], str]
    kinds: Mapping[str, str]
    brands: Mapping[str, str]
    opening: frozenset[str]
    never_first: frozenset[str]
    never_later: frozenset[str]
    never_landmark: frozenset[str]
    counted: frozenset[str]
    names: frozenset[str]
    """Have the form of a verb and are none: "Diponegoro", "Tarakan"."""


@cache
def place_words() -> PlaceWords:
    """The lists, read once."""
    places: Mapping[str, Any] = wordlists.read_toml("places")
    group = wordlists.group
    plain = (group("everyday") | group("vocative") | _problems()) - group("name_too")
    function = group("function") | group("polite") | group("asking") | group("english")
    streets, relations = places["streets"], places["relations"]
    kinds, brands = _folded(places["kinds"]), _folded(places["brands"])
    openers = {lean(phrase): words for phrase, words in places["openers"].items()}
    opening = frozenset(
        {*streets, *relations, *kinds, "rt", "rw", "km", "nomor", "no", *(o[0] for o in openers)}
    )
    return PlaceWords(
        streets=streets,
        relations=relations,
        junctions=frozenset(places["junctions"]["relations"].split()),
        vague=frozenset(places["vague"]["relations"].split()),
        openers=openers,
        kinds=kinds,
        brands=brands,
        opening=opening,
        never_first=plain | function | {"nomor", "no", *relations},
        never_later=(plain | function | group("time") | opening) - group("name_goes_on"),
        never_landmark=plain | function | group("time") | group("number"),
        counted=group("number") | group("time"),
        names=frozenset(places["names"]["like_verbs"].split()),
    )


def _folded(printed: Mapping[str, str]) -> Mapping[str, str]:
    return {fold_word(word): name for word, name in printed.items()}


_DAMAGE = ("dead", "broken", "blocked", "dirty")


@cache
def _problems() -> frozenset[str]:
    """Words that tell of a problem by themselves ("kantor merokok" is no office's name)."""
    entries: Mapping[str, Any] = wordlists.read_toml("categories")
    says = [phrase for entry in entries.values() for phrase in entry.get("says", ())]
    says += [phrase for name in _DAMAGE for phrase in entries["states"][name]]
    says += [
        phrase for name in ("jalan-rusak", "jalan-berlubang") for phrase in entries[name]["states"]
    ]
    words = (word for phrase in says if " " not in phrase for word in phrase.split("|"))
    return frozenset(fold_word(word) for word in words if word.isalpha())


@cache
def known_words() -> frozenset[str]:
    """All words of our lists: what is not among them may be part of a name."""
    lists = place_words()
    return (
        everyday() | lists.opening | lists.never_first | lists.never_landmark
        | wordlists.group("english") | {"rt", "rw"}
    )  # fmt: skip


class PlaceNames:
    """The names in one message; *names* are the areas of the gazetteer found in it before."""

    def __init__(self, words: Words, names: list[NameHit]) -> None:
        self.words = words
        self.forms = words.forms
        self.lists = place_words()
        self.areas = {hit.first: hit for hit in names if hit.marked or not _may_be_other(hit)}
        starts = [words.text[token.start] for token in words.tokens[1:120] if not token.parted]
        letters, large = capitals(words.text[:400])
        shouted = large > 0.7 * letters
        # Capitals mean something where more is written with them than the first word.
        self.cased = not shouted and sum(map(str.isupper, starts)) >= 2

    def end(
        self, first: int, *, most: int, generic: frozenset[str] = frozenset(), weekday: bool = False
    ) -> int:
        """Where the name that begins at *first* ends; *first* itself if none begins there.

        Words of *generic* may come first but make no name alone ("jalan raya"); *weekday* allows
        names like "Pasar Minggu".
        """
        k, named = first, False
        while k < len(self.forms) and k - first < most and not self.is_parted(k):
            form = self.forms[k]
            if form.isdecimal():
                return self._number_end(first, k) if named or k == first else first
            if named and (k in self.areas or not self._goes_on(first, k)):
                break
            if not named and k in self.areas:
                k, named = self.areas[k].last, True
                continue
            if not named and form not in generic and not self._may_begin(k, weekday=weekday):
                break
            named = named or form not in generic
            k += 1
        return k if named else first

    def house_number(self, k: int) -> tuple[int, str]:
        """The token after a house number at *k*, and the number printed (" No 67") or nothing."""
        if k + 1 < len(self.forms) and self.forms[k] in {"no", "nomor"} and self.is_number(k + 1):
            last = self._with_letter(k + 1)
            if last < len(self.forms) and self.is_number(last) and self.gap(last) in {"-", "/"}:
                last += 1
            return last, f" No {self.words.quote(k + 1, last)}"
        return k, ""

    def is_number(self, k: int) -> bool:
        """A short number that counts nothing ("SDN 01", not "3 hari")."""
        if k >= len(self.forms) or not self.is_short_number(k):
            return False
        after = self.forms[k + 1] if k + 1 < len(self.forms) else ""
        counts = after in self.lists.counted and after not in _WHEN
        return not counts or after in wordlists.group("month") or after == "km"

    def is_short_number(self, k: int) -> bool:
        """Whether a number of up to three digits stands at *k*."""
        return self.forms[k].isdecimal() and len(self.forms[k]) <= 3

    def gap(self, k: int) -> str:
        """What stands between the token before and token *k*."""
        tokens = self.words.tokens
        return self.words.text[tokens[k - 1].end : tokens[k].start]

    def is_parted(self, k: int) -> bool:
        """Whether a sign parts token *k* from the one before."""
        return self.words.tokens[k].parted

    def is_capital(self, k: int) -> bool:
        """Whether token *k* was typed with a capital, or is a figure."""
        typed = self.words.text[self.words.tokens[k].start]
        return typed.isupper() or typed.isdecimal()

    def printed(self, first: int, last: int, *, title: bool = True) -> str:
        """Tokens for printing: as a name, or, without *title*, as plain words with their brands."""
        return " ".join(self._word(k, title=title) for k in range(first, last))

    def is_verb(self, k: int) -> bool:
        """Whether a small word has the form of a verb ("digunakan", "laporkan")."""
        return self._has_verb_form(self.forms[k]) and not self.is_capital(k)

    def _has_verb_form(self, form: str) -> bool:
        return _VERB.fullmatch(form) is not None and form not in self.lists.names

    def _may_begin(self, k: int, *, weekday: bool) -> bool:
        form = self.forms[k]
        if form in wordlists.group("time"):
            return weekday
        if form in wordlists.group("name_too") and not self.is_capital(k):
            return self.words.typed(k - 1).lower() != "jalan"  # "masih jalan air di got"
        if self.is_verb(k):
            return False
        return form not in self.lists.never_first or self._is_named_so(k)

    def _is_named_so(self, k: int) -> bool:
        """Whether "Jl." and a capital make a name of an everyday word ("Jl. Tiang Bendera")."""
        abbreviated = self.words.typed(k - 1) in {"Jl", "Jln", "JL", "Gg", "GG"}
        typed = self.words.typed(k)
        titled = typed[0].isupper() and typed[1:].islower()
        return abbreviated and titled and self.forms[k] not in wordlists.group("function")

    def _goes_on(self, first: int, k: int) -> bool:
        form = self.forms[k]
        if form in wordlists.group("name_goes_on") or _ROMAN.fullmatch(form):
            return form != "dalam" or self._closes(k + 1)
        named_kind = form in self.lists.kinds and self.cased and self._closes(k + 1)
        if named_kind and self.is_capital(first) and self.is_capital(k):
            return True  # "Boutique Hotel"
        if form in self.lists.never_later or self._has_verb_form(form):
            return False
        # "Jalan Poltangan bau": who writes capitals writes them on every word of a name.
        return not (self.cased and self.is_capital(first) and not self.is_capital(k))

    def _closes(self, k: int) -> bool:
        """Whether a name may be over before *k*: "Kepu Dalam IV", not "kepu dalam keadaan"."""
        if k >= len(self.forms) or self.is_parted(k):
            return True
        form = self.forms[k]
        opens = form.isdecimal() or form in self.lists.opening or k in self.areas
        return opens or _ROMAN.fullmatch(form) is not None

    def _number_end(self, first: int, k: int) -> int:
        """Past the number that ends a name ("SDN 01", "Kemang 1A", "Jl 28 Oktober")."""
        if not self.is_number(k):
            return k
        last = self._with_letter(k)
        if (
            last < len(self.forms)
            and self.forms[last] in wordlists.group("month")
            and not self.is_parted(last)
        ):
            return last + 1
        return first if k == first and self.forms[first - 1] == "jalan" else last

    def _with_letter(self, k: int) -> int:
        """Past a number and the letter that touches it ("7A")."""
        after = k + 1
        lettered = after < len(self.forms) and len(self.forms[after]) == 1
        return after + 1 if lettered and not self.gap(after) else after

    def _word(self, k: int, *, title: bool) -> str:
        typed, form = self.words.typed(k), self.forms[k]
        if form in self.lists.brands:
            return self.lists.brands[form]
        if form in self.lists.kinds:
            listed = self.lists.kinds[form]
            small = not title and not listed.isupper() and not (self.cased and typed[0].isupper())
            return listed.lower() if small else listed
        if form in self.lists.streets:
            return self.lists.streets[form]
        if _ROMAN.fullmatch(form) or (title and not _VOWEL.search(typed.lower())):
            return typed.upper()
        if self.cased and typed[0].isupper():
            return typed
        spelled = form if fold_word(typed.lower()) != typed.lower() else typed.lower()
        return spelled.capitalize() if title else spelled


def _may_be_other(hit: NameHit) -> bool:
    """Whether the name is an everyday word, so that it may as well be part of another name."""
    return all(is_ordinary(area.key) for area in hit.areas)
