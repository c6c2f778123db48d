"""What is said beside reports: how they stand, wishes, small talk, abuse. It files nothing."""

from datetime import timedelta

from core.proof import Right
from normalizer.dialogue.intents import Outcome, Perform, Reply, Turn
from normalizer.dialogue.orders import status, to_hide
from normalizer.dialogue.routing import is_new_problem, only
from normalizer.dialogue.situation import Situation
from normalizer.dialogue.turns import added, ended, told
from normalizer.reading import MessageKind, Social

_CALM_AGAIN = timedelta(days=1)


def status_asked(s: Situation) -> Turn | None:
    reading = s.heard.reading
    if not reading.asks_status or (reading.problem and reading.problem.category):
        return None
    if s.recent and s.may(s.recent, Right.READ):
        return told(s, "status_one", s.recent.id)
    return status(s)


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
    since = s.state.calmed_at
    if since is not None and heard.at - since < _CALM_AGAIN:
        return ended(s, Outcome.UNCLEAR)
    return ended(s, Outcome.UNCLEAR, Reply("calm"), calmed_at=heard.at)
