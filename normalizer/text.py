"""Cleaned text and its words: what every reader of a message starts from.

Cleaning repairs what transport did and never rewrites what a person typed. Folding is for
comparing only; every folded word keeps its place in the cleaned text, so that evidence is quoted
in the reporter's own spelling.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from normalizer import wordlists

READ_CHARS = 5_000
"""So much of a text is read for meaning: a long letter says what it wants on its first pages.

The whole text is kept, shown and redacted."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Directions, joiners and soft hyphens that hide inside words; joiners between emoji stay, they are
# part of the picture.
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    r"|(?<=\w)[\u200c\u200d]|[\u200c\u200d](?=\w)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n?|[\v\f\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_EDGE_SPACE = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")

# Letters and digits are always apart ("rt05" is two words); an apostrophe stays inside its word.
WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*|\d+")
_BREAK = re.compile(r"[.,;:!?\n()\[\]{}|•/…#@]")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_HOUR = re.compile(
    r"[0-2]?\d(?:[.:][0-5]\d|(?!\d)(?!\s*(?:lapak|gerobak|orang|pedagang|unit|titik|tenda|kios|warung)))"
)
_NOT_LETTER = re.compile(r"[\W\d_]+")
_LONGEST_WORD = 40
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxyz")
# End in -nya without meaning "its".
_NO_CLITIC = frozenset({"sepertinya", "bertanya", "ditanya", "menanya"})


class Token(NamedTuple):
    """One word: its folded *form*, its place in the text, whether a sign stands before it."""

    form: str
    start: int
    end: int
    parted: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A cleaned text with its folded words.

    *forms* repeats the forms of *tokens*; *lean* numbers the tokens left when fillers and figures
    are dropped ("ga pernah diangkut" and "tidak diangkut" are then the same), *lean_forms* spells
    those; *known* are the same without order, to tell at once that nothing of a list is there.
    """

    text: str = field(repr=False)
    tokens: tuple[Token, ...] = field(repr=False)
    forms: tuple[str, ...] = field(repr=False)
    lean: tuple[int, ...] = field(repr=False)
    lean_forms: tuple[str, ...] = field(repr=False)
    where: Mapping[str, list[int]] = field(repr=False)
    figures: tuple[int, ...] = field(repr=False)

    @property
    def head(self) -> str:
        """So much of the text as is read for meaning."""
        return self.text[:READ_CHARS]

    def quote(self, first: int, last: int) -> str:
        """The reporter's spelling of the tokens from *first* up to, not including, *last*."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def beginnings(self, opening: frozenset[str]) -> list[int]:
        """The tokens that are figures or one of *opening* (no fillers), in their order."""
        lean, where = self.lean, self.where
        found = [lean[k] for form in opening.intersection(where) for k in where[form]]
        return sorted([*found, *self.figures]) if found else list(self.figures)

    def typed(self, index: int) -> str:
        """One token as it was typed."""
        token = self.tokens[index]
        return self.text[token.start : token.end]


def clean(raw: str) -> str:
    """Repair *raw*: composed characters, real signs for HTML entities, nothing invisible."""
    text = raw
    for _ in range(2 if "&" in raw else 0):  # "&amp;lt;" has been through two systems
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if text.isprintable():  # one line, and no space but the plain one
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    text = _EDGE_SPACE.sub("\n", _SPACES.sub(" ", text))
    return _MANY_LINES.sub("\n\n", text).strip()


def words_of(text: str) -> Words:
    """Take a *cleaned* text apart; beyond `READ_CHARS` it is not read."""
    forms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    parted: list[bool] = []
    previous = 0
    for match in WORD.finditer(text, 0, READ_CHARS):
        start, end = match.span()
        typed = match[0]
        form = fold_word(typed)
        gap = " "
        if start == previous and forms:
            if typed in _SUFFIXES or (typed == "2" and _doubles(forms[-1], text, end)):
                ends[-1] = previous = end
                continue
            if typed in _BEHIND_DOUBLED and text[start - 1] == "2" != forms[-1][-1:]:
                form = forms[-1] + typed  # "ugal2an" says "ugal ugalan"
        elif forms:
            gap = text[previous:start]
        if forms and forms[-1] in _BEFORE_HOUR and _tells_hour(forms[-1], text, start):
            forms[-1] = "jam"
        parted.append(gap != " " and _parts(gap, text[starts[-1] : previous], forms[-1]))
        forms.append(form)
        starts.append(start)
        ends.append(end)
        previous = end
    filler = wordlists.group("filler")
    lean: list[int] = []
    where: dict[str, list[int]] = {}
    figures: list[int] = []
    for k, form in enumerate(forms):
        if form.isdecimal():
            figures.append(k)
        elif form not in filler:
            if form in where:
                where[form].append(len(lean))
            else:
                where[form] = [len(lean)]
            lean.append(k)
    spelled = tuple([forms[k] for k in lean])
    tokens = tuple(map(_token, zip(forms, starts, ends, parted, strict=True)))
    return Words(text, tokens, tuple(forms), tuple(lean), spelled, where, tuple(figures))


def capitals(text: str) -> tuple[int, int]:
    """How many letters there are, and how many of them are capitals; of the Latin alphabet only."""
    plain = text.encode("ascii", "ignore")
    large, small = _without(plain, ascii_uppercase), _without(plain, ascii_lowercase)
    return large + small, large


def _without(plain: bytes, letters: str) -> int:
    return len(plain) - len(plain.translate(None, letters.encode()))


def fold(text: str) -> str:
    """*text* for comparing: lower case, not stretched, abbreviations spelled out."""
    return " ".join(words_of(clean(text)).forms)


def lean(phrase: str) -> tuple[str, ...]:
    """A phrase of our own lists as it is compared: folded, without fillers."""
    return words_of(phrase).lean_forms


@lru_cache(maxsize=16_384)
def fold_word(typed: str) -> str:
    """One word for comparing. Figures come back as they are."""
    word = typed.lower()
    known = wordlists.spellings()
    if word in known:
        return known[word]
    if not (word.isascii() and word.isalnum()):
        plain = unicodedata.normalize("NFKC", word)
        word = _NOT_LETTER.sub("", plain) or word
    if word.isdecimal():
        return word
    plain = _without_clitic(_unstretched(word[:_LONGEST_WORD]))
    return known.get(plain, plain)


def _unstretched(word: str) -> str:
    """Make "banjir" of "banjirrrr" and "banjiir"; no long Indonesian word ends in "rr"."""
    word = _LONG_RUN.sub(r"\1", word).replace("ii", "i").replace("uu", "u")
    if len(word) >= 5 and word[-1] == word[-2] and word[-1] in _CONSONANTS:
        return word[:-1]
    return word


def _without_clitic(word: str) -> str:
    """Make "lampu" of "lampunya" and "lampuny"."""
    if word in _NO_CLITIC:
        return word
    if word.endswith("nya") and len(word) > 5:
        return word[:-3]
    return word[:-2] if word.endswith("ny") and len(word) > 4 else word


_token = partial(tuple.__new__, Token)  # thousands a second: without the wrapper of its class
_SUFFIXES = frozenset({"nya", "ny"})
_BEHIND_DOUBLED = frozenset({"an", "in", "kan"})
_BEFORE_HOUR = frozenset({"pukul", "pkl"})


def _tells_hour(form: str, text: str, start: int) -> bool:
    """Before figures "pukul" hits nobody and "pkl 17.30" is no vendor."""
    return (form == "pukul" and text[start].isdecimal()) or (
        form == "pkl" and _HOUR.match(text, start) is not None
    )


def _parts(gap: str, before: str, form: str) -> bool:
    """Whether the signs between two words part them; the points of "Jl. R. S. X" do not."""
    if _BREAK.search(gap) is None:
        return False
    typed = before.lower()
    listed = typed in wordlists.group("abbreviation")
    abbreviated = listed or len(typed) == 1 or form != typed
    return not (abbreviated and len(typed) <= 4 and gap.strip() == ".")


def _doubles(before: str, text: str, end: int) -> bool:
    """Whether a "2" doubles the word it touches ("anak2", "diangkut2", "anak2nya")."""
    if len(before) < 3 or before in wordlists.group("numbered"):
        return False
    return not before.isdecimal() and text[end : end + 1] not in {"/", "-", ","}
