"""The signs around a danger word: of now, of people inside, of the writer's own, and against it."""

from bisect import bisect_left, bisect_right
from functools import cache
from operator import attrgetter

from normalizer import wordlists
from normalizer.phrases import Hit, Phrases
from normalizer.text import Words

_NEAR = 14  # lean words: the sign may stand in the next sentence
_BESIDE = 4
_SHORT = 60  # words: nobody writes a long letter while it happens
_CRY = 25  # words
_UNTIL = frozenset({"sampai", "hingga", "until", "dari"})
_OVER = frozenset({"kemarin", "lalu", "tadi"})
_OWNERS = frozenset({"saya", "kami", "aku", "tetangga", "my"})
_place_of = attrgetter("at")

Signs = list[Hit[str]]
"""What was found; empty where a rule does not hold."""


class Scene:
    """One message with the signs that were found in it."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lean = words.lean_forms
        self.hits = _phrases().find(words)
        self.signs: dict[str, Signs] = {}
        for hit in self.hits:
            for name in hit.values:
                self.signs.setdefault(name, []).append(hit)

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
            persons = self.near("people", sign, _BESIDE) or self.near("own", sign, _BESIDE)
            if persons:
                return [persons[0], sign]
        return []

    def is_cry(self) -> bool:
        """Whether the message is short and gives no reason, asks for no repair, judges nothing."""
        return self.is_brief() and not listed("weak", "ordinary").intersection(self.words.forms)

    def is_brief(self) -> bool:
        """Whether it is as short as a cry."""
        return len(self.words.forms) <= _CRY

    def asks_repair(self) -> bool:
        """Whether it asks that something be mended: then the accident is its reason."""
        return not listed("weak", "repair").isdisjoint(self.words.forms)

    def there_is(self, hit: Hit[str]) -> Signs:
        """The word itself where a short message says that it is there: "ada mobil kecebur"."""
        before = self.lean[max(0, hit.at - 3) : hit.at]
        return [hit] if "ada" in before and len(self.words.forms) <= _CRY else []

    def own(self, hit: Hit[str]) -> Signs:
        """The writer or family right beside, in a short message."""
        short = len(self.words.forms) <= _SHORT
        return self._themselves(self.near("own", hit, 3)) if short else []

    def persons(self, hit: Hit[str]) -> Signs:
        """Anybody named close by; in a short message, anybody at all."""
        reach = _NEAR if len(self.words.forms) <= _CRY else _BESIDE
        return self._themselves(self.near("people", hit, reach) + self.near("own", hit, reach))

    def sufferer(self, hit: Hit[str]) -> Signs:
        """Who suffers it, right before the word in a cry: "pengendara tertimpa", "ada yang ..."."""
        if not self.is_cry():
            return []
        somebody = self.lean[max(0, hit.at - 2) : hit.at] == ("ada", "yang")
        return [hit] if somebody else [s for s in self.persons(hit) if 0 < hit.at - s.at <= 3]

    def _themselves(self, persons: Signs) -> Signs:
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
        forms = self.lean
        before, after = listed("denied", f"before{kind}"), listed("denied", f"after{kind}")
        # "Pernah" is a filler elsewhere; here it tells of the past.
        earlier = {*forms[max(0, hit.at - 4) : hit.at], *self._right_before(hit)}
        later = forms[hit.until : hit.until + 3]
        told = not before.isdisjoint(earlier) or not after.isdisjoint(later)
        return told or self._is_figure(hit)

    def _right_before(self, hit: Hit[str]) -> tuple[str, ...]:
        return self.words.forms[max(0, hit.first - 2) : hit.first]

    def is_animal(self, hit: Hit[str]) -> bool:
        """Whether it is an animal that it befell."""
        return not listed("denied", "animal").isdisjoint(self.lean[max(0, hit.at - 1) : hit.at])

    def _is_figure(self, hit: Hit[str]) -> bool:
        """A manner of speaking: said with a laugh, or of prices and levies."""
        forms = self.lean
        beside = (*forms[max(0, hit.at - 2) : hit.at], *forms[hit.until : hit.until + 2])
        laughs = not listed("denied", "laughing").isdisjoint(self.words.forms)
        return laughs or not listed("denied", "figure").isdisjoint(beside)

    def is_name(self, hit: Hit[str]) -> bool:
        """Part of a name or a thing: "pemadam kebakaran"; not "ada korban kecelakaan"."""
        before = self.lean[max(0, hit.at - 2) : hit.at]
        named = not listed("denied", "name").isdisjoint(before[-1:])
        return named and before != ("ada", "korban")


@cache
def _phrases() -> Phrases[str]:
    lists = wordlists.read_toml("danger")
    entries = [*lists["words"].items(), *lists["signs"].items()]
    return Phrases((phrase, name) for name, phrases in entries for phrase in phrases)


@cache
def listed(table: str, name: str) -> frozenset[str]:
    """One list of single words in `data/danger.toml`."""
    words: str = wordlists.read_toml("danger")[table][name]
    return frozenset(words.split())
