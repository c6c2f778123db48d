"""What is said beside reports: how they stand, wishes, small talk, abuse. It files nothing."""

from dataclasses import replace
from datetime import timedelta

from core.proof import Right
from normalizer.dialogue.intents import Add, Outcome, Perform, Reply, Turn
from normalizer.dialogue.orders import status, to_hide
from normalizer.dialogue.routing import DISTINCT, is_new_problem, only, same_matter
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.turns import added, ended, told
from normalizer.problem import find_problems
from normalizer.reading import MessageKind, Reading, Social
from normalizer.text import words_of

_PRESSED_AT_ONCE = 3
_CALM_AGAIN = timedelta(days=1)
_SHORT_QUESTION = 6  # words


def status_asked(s: Situation) -> Turn | None:
    """How things stand: of the one that is named by its object or its place, else of what was just
    spoken of, else of all."""
    reading = s.heard.reading
    named = _named(s) if reading.asks_status else None
    if not reading.asks_status or (_reports(reading) and not _asks_shortly(reading, named)):
        return None
    if named is not None:
        return told(s, "status_one", named.id)
    if not s.cases and reading.place is not None and not s.is_long_silent:
        # "Kapan jl condet diaspal?" asks of the city, not of a report.
        return ended(s, Outcome.SERVICE, Reply("question_noted"), person_asked_at=s.heard.at)
    if s.recent and s.may(s.recent, Right.READ):
        return told(s, "status_one", s.recent.id)
    return status(s)


def _asks_shortly(reading: Reading, named: Case | None) -> bool:
    """ "Yg sampah kapan diangkut?": a few words about what is known already."""
    brief = len(reading.text.split()) <= _SHORT_QUESTION and not reading.angry
    return named is not None and brief and not reading.says_not_fixed and reading.place is None


def _reports(reading: Reading) -> bool:
    """Whether it says for sure what is wrong; "gmn yg lampu?" only names it."""
    said = reading.problem
    return said is not None and bool(said.category) and said.finding.confidence >= DISTINCT


def _named(s: Situation) -> Case | None:
    """The one case whose object or kelurahan the question names."""
    reading = s.heard.reading
    codes = {c.code for c in reading.place.candidates} if reading.place else set()
    things = [p.category for p in find_problems(words_of(reading.text), frozenset())]
    found = [
        c
        for c in s.named
        if any(same_matter(c.category, thing) for thing in things)
        or (c.place.kelurahan in codes and not things)
    ]
    open_ones = [c for c in found if c.is_open] or found
    return open_ones[0] if len(open_ones) == 1 else None


_ABOUT_THE_SERVICE = {"about": "about", "how": "help", "privacy": "privacy_how"}
_LANGUAGES = {"english": "en", "indonesian": "id"}


def asked_of_service(s: Situation) -> Turn | None:
    """Questions about this service, and in which language it shall write: answered, never filed."""
    reading = s.heard.reading
    if not reading.asks or _reports(reading) or s.heard.shows:
        return None
    if reading.asks in _LANGUAGES:
        reply = Reply("language_set")
        return ended(s, Outcome.SERVICE, reply, language=_LANGUAGES[reading.asks])
    if reading.asks == "meaning":
        # Officers' words are not translated or explained by a machine: a person answers.
        known = s.named_open or s.named
        if not known:
            return None
        return ended(s, Outcome.SERVICE, Reply("meaning"), person_asked_at=s.heard.at)
    if reading.asks == "withdraw":
        target = [c for c in s.allowing(Right.WITHDRAW) if c.may_be_withdrawn]
        return told(s, "withdraw_how", target[0].id) if target else told(s, "status_none")
    return told(s, _ABOUT_THE_SERVICE[reading.asks])


def questioned(s: Situation) -> Turn | None:
    """A question that reports nothing is a person's to answer; beside open reports it is about
    them."""
    reading = s.heard.reading
    unread = reading.problem is None or not reading.problem.category
    if reading.kind is not MessageKind.QUESTION or not unread or s.heard.shows or s.open:
        return None
    return ended(s, Outcome.SERVICE, Reply("question_noted"), person_asked_at=s.heard.at)


def privacy_wished(s: Situation) -> Turn | None:
    """ "Yang kemarin juga disembunyikan": a wish about one there is, not a new report."""
    reading = s.heard.reading
    if not reading.wants_privacy or (reading.problem and is_new_problem(reading.problem)):
        return None
    if s.recent and s.recent.confidential:
        return added(s, s.recent, "addition", Reply("added", s.recent.id))
    newest = next(iter(to_hide(s)), None)
    if newest is None:
        return None
    intents = (Perform(newest.id, "hide"), Reply("hidden", newest.id))
    return ended(s, Outcome.SERVICE, *intents)


def small_talk(s: Situation) -> Turn | None:
    """Thanks, a sticker, a greeting: nothing is filed, and a greeting is returned once a while."""
    social = s.heard.reading.social
    if social is None:
        return ended(s, Outcome.SERVICE) if s.heard.is_sticker else None
    if social is not Social.GREETING:
        return ended(s, Outcome.SERVICE)
    since = s.state.greeted_at
    if since is not None and s.heard.at - since < s.policy.greet_again:
        return ended(s, Outcome.SERVICE)
    return ended(s, Outcome.SERVICE, Reply("greeting"), greeted_at=s.heard.at)


def own_data(s: Situation) -> Turn | None:
    """ "Hapus data saya", "salinan data saya": a person sees to it, nothing is filed."""
    reading = s.heard.reading
    if not (reading.wants_erasure or reading.wants_copy):
        return None
    if reading.problem is not None and reading.problem.category:
        return None
    kind = "erasure" if reading.wants_erasure else "copy"
    return ended(s, Outcome.SERVICE, Reply(kind), person_asked_at=s.heard.at)


def quieter(s: Situation) -> Turn | None:
    """ "Please cancel the reminder thing": how to end our messages, not what to do with a report.
    It is no order, because an order is a whole message (finding 9)."""
    reading = s.heard.reading
    if not reading.wants_quiet or reading.problem is not None or s.heard.shows:
        return None
    return told(s, "quiet_how")


def person_asked(s: Situation) -> Turn | None:
    """ "Mau bicara dengan petugas", with nothing new to report: a person reads the thread."""
    reading = s.heard.reading
    if not reading.wants_person or (reading.problem and is_new_problem(reading.problem)):
        return None
    return ended(s, Outcome.SERVICE, Reply("person"), person_asked_at=s.heard.at)


def abused(s: Situation) -> Turn | None:
    """Abuse without a problem: kept for a person, one calm line a day, never a menu.

    About the only open case it is impatience, and answered with how things stand.
    """
    reading, heard = s.heard.reading, s.heard
    shows = heard.shows or reading.place is not None
    if reading.kind is not MessageKind.ABUSE or shows or only(s) is not None:
        return None
    if len(s.named_open) > 1:
        return pressed_all(s)
    since = s.state.calmed_at
    if since is not None and heard.at - since < _CALM_AGAIN:
        return ended(s, Outcome.UNCLEAR)
    return ended(s, Outcome.UNCLEAR, Reply("calm"), calmed_at=heard.at)


def pressed_all(s: Situation) -> Turn:
    """Anger that names none of several open cases is about all of them: never a menu (T4)."""
    cases = s.named_open[:_PRESSED_AT_ONCE]
    reply = Reply("pressed_list", None, {"complaints": [str(c.id) for c in cases]})
    active = dict(s.state.active)
    for case in cases:
        active = dict(replace(s.state, active=active).touched(case.id, s.heard.at))
    links = (Add(case.id, "addition") for case in cases)
    return ended(s, Outcome.ADDITION, *links, reply, active=active)
