"""Reading one message by itself: in which order it is asked what it is, and what outweighs what."""

import re
from datetime import datetime
from functools import cache
from typing import Any

from core.complaint import Kind
from normalizer import wordlists
from normalizer.acts import unit_by_act
from normalizer.commands import numbers_in, read_choice, read_code, read_command, read_rating
from normalizer.correcting import claimed
from normalizer.kinds import kind_of
from normalizer.language import read_language
from normalizer.mail import own_part
from normalizer.moment import read_moment
from normalizer.place import PlaceReading, read_place
from normalizer.points import holds_short_link
from normalizer.privacy import holds_identity_number, redact
from normalizer.problem import categories, find_problems
from normalizer.reading import DangerFound, Finding, MessageKind, Problem, Reading, Social
from normalizer.social import read_social
from normalizer.text import Words, clean, words_of
from normalizer.tone import is_angry, is_spam
from normalizer.urgency import danger_category, find_danger, find_strange_danger
from normalizer.wishes import Wishes, read_wishes

_SAYS = re.compile(r"[^\W_]")
_CONTENT_WORDS = 3  # fewer say nothing that a person could act on
_FULL_SENTENCE = 6
_SHORT_NEWS = 8  # words: "sampahnya sudah diangkut" tells of an end, a longer text of a problem too
_LABEL_CHARS = 60
_ACCUSATION = "pungli-aparat"
_THANKS = frozenset({"terimakasih", "kasih", "thanks", "thank", "suwun"})
_SURE_BESIDE = 0.8  # a rating with so clear a problem beside it reports that as well
_WEAK = 0.6  # a thing named without what is the matter with it


def understand(text: str, *, prefix: str = "JK", at: datetime | None = None) -> Reading:
    """Read one message. *prefix* begins the complaint numbers of this installation.

    *at* is its receipt, aware; "kemarin" counts from it. Takes any string, never raises, and takes
    time in proportion to its length.
    """
    cleaned = clean(text)
    words = words_of(own_part(cleaned))
    danger = find_danger(words)
    command = read_command(words, prefix)
    rating, comment = (None if danger else read_rating(words)) or (None, "")
    behind = words_of(comment) if rating is not None else words
    social = None if command or danger else read_social(behind)
    spam = danger is None and is_spam(words)
    wishes = read_wishes(words)
    stated = words_of(claimed(words.text)) if wishes.corrects else words
    place = read_place(stated)
    beside = find_problems(behind, read_place(behind).shadow) if comment else ()
    reports = bool(beside) and beside[0].finding.confidence >= _SURE_BESIDE
    says_else = command or social or spam or (rating is not None and not reports)
    problems = () if says_else else _problems(stated, place, danger, wishes)
    if danger is None and not says_else and not any(problem.category for problem in problems):
        danger = find_strange_danger(words)
        problems = (for_danger(danger),) if danger is not None else problems
    if not problems and social is None and wishes.says_fixed and _thanks(words):
        social = Social.THANKS
    notes = _notes(words, place, problems, comment)
    if not problems and not says_else and (hint := unit_by_act(words, place.shadow)):
        notes["unit_hint"] = hint
    choice = read_choice(words)
    rates = rating is not None and not reports
    answers = command is not None or rates or choice is not None
    asks_only = wishes.asks_status and not problems and danger is None
    asks_only = asks_only or wishes.wants_erasure or wishes.wants_copy
    asks_only = asks_only or (bool(wishes.asks) and not any(p.category for p in problems))
    asks_only = asks_only or (wishes.wants_quiet and not problems and danger is None)
    if spam:
        kind = MessageKind.SPAM
    elif answers or asks_only:
        kind = MessageKind.SERVICE
    else:
        accuses = bool(notes.get("accuses"))
        kind = kind_of(
            words,
            problems,
            social,
            accuses=accuses,
            in_danger=danger is not None,
            says_not_fixed=wishes.says_not_fixed,
        )
    return Reading(
        text=cleaned,
        language=read_language(words),
        command=command,
        social=social,
        numbers=numbers_in(words.head, prefix) if words.figures else (),
        code=read_code(words.head) if words.figures else "",
        rating=rating,
        choice=choice,
        kind=kind,
        problem=problems[0] if problems else None,
        place=place.found,
        moment=read_moment(words, place.shadow, at),
        danger=danger,
        angry=is_angry(words),
        asks_status=wishes.asks_status,
        says_fixed=wishes.says_fixed,
        says_not_fixed=wishes.says_not_fixed,
        denies=wishes.denies,
        corrects=wishes.corrects,
        evades=wishes.evades,
        wants_privacy=wishes.wants_privacy,
        wants_person=wishes.wants_person,
        wants_erasure=wishes.wants_erasure,
        wants_copy=wishes.wants_copy,
        wants_quiet=wishes.wants_quiet,
        asks=wishes.asks,
        holds_identity_number=holds_identity_number(words.text),
        spam=spam,
        empty=_SAYS.search(words.head) is None,
        notes=notes,
    )


def _problems(
    words: Words, place: PlaceReading, danger: DangerFound | None, wishes: Wishes
) -> tuple[Problem, ...]:
    """The categories, that of a danger before all; else the reporter's own first words."""
    if danger is not None:
        return (for_danger(danger),)
    found = find_problems(words, place.shadow)
    settled = wishes.says_fixed and not wishes.says_not_fixed
    if settled and len(words.forms) <= _SHORT_NEWS:
        return ()
    if found:
        weak = found[0].finding.confidence < _WEAK
        return () if weak and (wishes.asks_status or wishes.says_fixed) else found
    if wishes.asks_status or wishes.says_fixed or wishes.wants_quiet:
        return ()
    sure = _unread(words, place)
    if not sure:
        return ()
    unit, why = unit_by_act(words, place.shadow) or ("", Finding(sure))
    finding = Finding(sure, why.words)
    return (Problem(Kind.OTHER, "", own_words(words), finding, unit=unit),)


def for_danger(danger: DangerFound) -> Problem:
    """The problem that a danger is filed as."""
    category = categories()[danger_category(danger.danger)]
    return Problem(
        kind=category.kind,
        category=category.key,
        label=category.label,
        finding=danger.finding,
        label_en=category.label_en,
        unit=category.unit,
    )


def own_words(words: Words) -> str:
    """The first words of a report as its label: redacted, one line, cut at the end of a word.

    Greetings and "saya mau lapor bahwa" before them are left out.
    """
    heard = (k for k, form in enumerate(words.forms) if form not in _before_the_matter())
    begin = words.tokens[next(heard, 0)].start
    line = " ".join(redact(words.text[begin : begin + 400]).split())
    if len(line) <= _LABEL_CHARS:
        return line.rstrip(" ,.;:-(") or line
    cut = line[: _LABEL_CHARS + 1].rpartition(" ")[0]
    return cut.rstrip(" ,.;:-(") or line[:_LABEL_CHARS]


@cache
def _before_the_matter() -> frozenset[str]:
    names = ("vocative", "greeting", "announce", "reporting")
    return frozenset().union(*(wordlists.group(name) for name in names)) | {"bahwa", "maaf", "yth"}


def _unread(words: Words, place: PlaceReading) -> float:
    """How sure it is that words without a category report something; 0 where they say too little.

    A full sentence or a plea stands for itself, a few words may as well answer a question.
    """
    content = {
        form
        for k, form in enumerate(words.forms)
        if k not in place.shadow
        and len(form) > 1
        and not form.isdecimal()
        and form not in _hollow()
    }
    asks = any(form in wordlists.group("asking") for form in words.forms)
    same = words.forms[:1] == ("sama",) and "juga" in words.forms and place.found is not None
    if len(content) >= _FULL_SENTENCE or (asks and len(content) >= _CONTENT_WORDS):
        return 0.6
    return 0.3 if len(content) >= (1 if asks else _CONTENT_WORDS) or same else 0.0


@cache
def _hollow() -> frozenset[str]:
    names = (
        "function", "filler", "vocative", "polite", "greeting", "announce", "thanks", "ack", "time",
        "number", "english", "asking", "private", "procedure",
    )  # fmt: skip
    return frozenset().union(*(wordlists.group(name) for name in names)) | {"rt", "rw", "jalan"}


def _thanks(words: Words) -> bool:
    return not _THANKS.isdisjoint(words.forms)


def _notes(
    words: Words, place: PlaceReading, problems: tuple[Problem, ...], comment: str
) -> dict[str, Any]:
    """What has no field of its own: the words beside a rating, a link we cannot resolve, …"""
    notes: dict[str, Any] = {}
    if comment:
        notes["comment"] = comment
    if holds_short_link(words.head):
        notes["unresolved_link"] = True
    if place.outside:
        notes["outside"] = place.outside
    if any(problem.category == _ACCUSATION for problem in problems):
        notes["accuses"] = True
    if len(problems) > 1:
        notes["also"] = problems[1:]
    return notes
