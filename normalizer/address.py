"""Streets, RT/RW, landmarks and buildings among the words of a message, tidied for printing."""

import enum
from typing import NamedTuple

from normalizer import wordlists
from normalizer.areanames import NameHit
from normalizer.placenames import PlaceNames
from normalizer.text import Words

_RANGE = frozenset({"-", "/", "&", "–"})
_TWO_WORDS = frozenset({("pom", "bensin"), ("pos", "polisi"), ("fly", "over")})
_OFFICES = frozenset({"kelurahan", "kecamatan"})  # before a name they mark an area, no building


class PartKind(enum.Enum):
    """What a piece of a place is."""

    STREET = enum.auto()
    RT_RW = enum.auto()
    KILOMETRE = enum.auto()
    LANDMARK = enum.auto()


class Part(NamedTuple):
    """One piece of a place: the tokens *first* up to *last* and how they are printed.

    From *shadow* on the tokens are nothing but place: "halte" in "halte Slipi rusak" may also be
    what is broken, "Slipi" may not. *weight* says how well somebody finds it; *attaches* that it
    follows the piece before without a comma. *number* is a house number or a kilometre.
    """

    first: int
    last: int
    words: str
    weight: float
    attaches: bool = False
    shadow: int = 0
    kind: PartKind = PartKind.LANDMARK
    number: str = ""
    rt: tuple[str, ...] = ()
    rw: tuple[str, ...] = ()


def find_parts(words: Words, names: list[NameHit]) -> list[Part]:
    """Every part of a place in the order of the message; *names* are the areas found before."""
    reader = _Reader(words, names)
    opening = reader.lists.opening
    parts: list[Part] = []
    at = 0
    while at < len(words.forms):
        part = reader.part_at(at) if words.forms[at] in opening else None
        if part is None:
            at += 1
        else:
            parts.append(part)
            at = part.last
    return parts


class _Reader:
    """Reads the part that begins at a token, if one does."""

    def __init__(self, words: Words, names: list[NameHit]) -> None:
        self.forms = words.forms
        self.names = PlaceNames(words, names)
        self.lists = self.names.lists
        self.words = words

    def part_at(self, at: int) -> Part | None:
        form = self.forms[at]
        if form in self.lists.streets:
            return self._street(at)
        if form in {"rt", "rw"}:
            return self._rt_rw(at)
        if form == "km":
            return self._kilometre(at)
        if form in self.lists.relations:
            return self._relation(at)
        return self._opener(at) or self._kind(at)

    def _street(self, at: int) -> Part | None:
        last = self.names.end(at + 1, most=5, generic=wordlists.group("no_street"))
        if last == at + 1:
            return None
        name = self.names.printed(at + 1, last)
        last, number = self.names.house_number(last)
        printed = f"{self.lists.streets[self.forms[at]]} {name}{number}"
        bare = number.removeprefix(" No ")
        return Part(at, last, printed, 0.8, False, at + 1, PartKind.STREET, bare)

    def _rt_rw(self, at: int) -> Part | None:
        """RT 7 RW 03 · RT/RW 12/04 · Rt.5/02 · RT 007/RT 008 RW 03 · RW 001."""
        found: dict[str, list[str]] = {"rt": [], "rw": []}
        k = at
        while k < len(self.forms) and self.forms[k] in found:
            labels, numbers, after = self._labels_and_numbers(k)
            if not numbers:
                break
            both = len(labels) > 1 or self._ends_with_rw(labels, numbers, after)
            found[labels[0]].append(numbers[0])
            found["rw" if both else labels[0]].extend(numbers[1:])
            k = after
        if k == at:
            return None
        printed = [f"{kind.upper()} {'/'.join(nums)}" for kind, nums in found.items() if nums]
        rt, rw = tuple(found["rt"]), tuple(found["rw"])
        return Part(at, k, " ".join(printed), 0.5, True, at, PartKind.RT_RW, "", rt, rw)

    def _labels_and_numbers(self, k: int) -> tuple[list[str], list[str], int]:
        labels: list[str] = []
        numbers: list[str] = []
        while k < len(self.forms) and len(labels) < 2 and self.forms[k] in {"rt", "rw"}:
            labels.append(self.forms[k])
            k += 1
        while k < len(self.forms) and len(numbers) < 4 and self.names.is_short_number(k):
            if numbers and self.names.gap(k).strip() not in _RANGE:
                break
            numbers.append(self.forms[k])
            k += 1
        return labels, numbers, k

    def _ends_with_rw(self, labels: list[str], numbers: list[str], after: int) -> bool:
        """Whether "5/02" names an RT and an RW; in "RT 2/3 RW 05" they are two RT."""
        named = after < len(self.forms) and self.forms[after] == "rw"
        slash = len(numbers) == 2 and self.names.gap(after - 1).strip() == "/"
        return labels == ["rt"] and slash and not named

    def _kilometre(self, at: int) -> Part | None:
        if not self.names.is_number(at + 1):
            return None
        number, last = self.forms[at + 1], at + 2
        signs = {".", ",", "+"}  # "KM 12,5", "km 7+200"
        more = last < len(self.forms) and self.names.gap(last) in signs
        if more and self.names.is_short_number(last):
            number, last = f"{number}{self.names.gap(last)}{self.forms[last]}", last + 1
        return Part(at, last, f"km {number}", 0.4, True, at, PartKind.KILOMETRE, number)

    def _opener(self, at: int) -> Part | None:
        for phrase, printed in self.lists.openers.items():
            last = at + len(phrase)
            if self.forms[at:last] == phrase:
                part = self._landmark(at, last, printed, vague=False)
                # A traffic light is a landmark, and may be what is broken.
                return part and part._replace(shadow=last)
        return None

    def _relation(self, at: int) -> Part | None:
        form, after = self.forms[at], at + 1
        if after < len(self.forms) and self.forms[after] in {"dari", "the", "di"}:
            after += 1
        return self._landmark(at, after, self.lists.relations[form], vague=form in self.lists.vague)

    def _landmark(self, at: int, after: int, printed: str, *, vague: bool) -> Part | None:
        """What stands behind "depan": a building with its name, or one or two plain words."""
        if after >= len(self.forms) or self.names.is_parted(after):
            return None
        form = self.forms[after]
        if form in self.lists.relations or form in self.lists.never_landmark or form.isdecimal():
            return self._numbered_house(at, after, printed)
        inner = self._street(after) if form in self.lists.streets else self._kind(after)
        if inner is not None:
            return Part(at, inner.last, f"{printed} {inner.words}", inner.weight, True, at)
        if form in wordlists.group("private"):
            return self._numbered_house(at, after, printed)
        if after in self.names.areas:
            last = self.names.areas[after].last
            return Part(at, last, f"{printed} {self.names.printed(after, last)}", 0.6, True, at)
        capital = self.names.cased and self.names.is_capital(after)
        named = form in self.lists.brands or form in self.lists.kinds or capital
        if self.names.is_verb(after) or (vague and not named):
            return None
        last = max(self.names.end(after, most=3), after + 1)
        anywhere = form in self.lists.kinds or form in wordlists.group("name_too")
        weight = 0.3 if anywhere and last == after + 1 else 0.6
        name = self.names.printed(after, last, title=self.forms[at] in self.lists.junctions)
        return Part(at, last, f"{printed} {name}", weight, attaches=True, shadow=at)

    def _numbered_house(self, at: int, after: int, printed: str) -> Part | None:
        if self.forms[after] != "rumah":
            return None
        last, number = self.names.house_number(after + 1)
        if not number:
            return None
        return Part(at, last, f"{printed} rumah{number}", 0.3, attaches=True, shadow=at)

    def _kind(self, at: int) -> Part | None:
        form = self.forms[at]
        printed = self.lists.kinds.get(form)
        area = self.names.areas.get(at)
        if printed is None or form in _OFFICES or (area is not None and area.last > at + 1):
            return None
        first = at + 1
        if form == "sd" and wordlists.group("month").intersection(self.forms[at + 2 : at + 3]):
            return None  # "30 Januari sd 28 Februari": until, no school
        if self.forms[at : at + 2] in _TWO_WORDS:
            printed, first = f"{printed} {self.forms[first]}", first + 1
        last = self.names.end(first, most=4, weekday=form == "pasar")
        if self.forms[first : first + 1] == ("negeri",):
            # "SD Negeri Pela Mampang 3": what kind of school, and not yet its name.
            named = self.names.end(first + 1, most=4)
            if named > first + 1:
                printed, first, last = f"{printed} Negeri", first + 1, named
        if last == first:
            return None
        # "warung padang" is no name; "Pasar Palmerah" is.
        name = self.names.printed(first, last, title=not printed.islower())
        last, number = self.names.house_number(last)
        return Part(at, last, f"{printed} {name}{number}", 0.7, shadow=first)
