"""The few shapes in which most turns end."""

from dataclasses import replace
from typing import Any

from core.complaint import ComplaintDraft, ComplaintId, Kind, Place
from normalizer.completeness import place_missing
from normalizer.dialogue.correction import corrects
from normalizer.dialogue.intents import (
    Add,
    Amendment,
    File,
    Intent,
    Outcome,
    Pause,
    Reply,
    Turn,
    Wait,
)
from normalizer.dialogue.placing import names_another_place, outside_of, place_of
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.splitting import place_said_with
from normalizer.dialogue.state import QUESTION_LIFE, Question, QuestionKind
from normalizer.dialogue.timing import happened
from normalizer.reading import MessageKind, PlaceFound, Problem


def ended(s: Situation, outcome: Outcome, *intents: Intent, **changes: Any) -> Turn:
    """A turn with *intents* and these *changes* of the state."""
    return Turn(replace(s.state, **changes), outcome, intents)


def told(s: Situation, kind: str, complaint: ComplaintId | None = None, **params: Any) -> Turn:
    """A service: nothing but an answer."""
    return ended(s, Outcome.SERVICE, Reply(kind, complaint, params))


def added(
    s: Situation,
    case: Case,
    role: str,
    *intents: Intent,
    amendment: Amendment | None = None,
    outcome: Outcome = Outcome.ADDITION,
    message: int | None = None,
    **changes: Any,
) -> Turn:
    """The message goes to *case*.

    While the acknowledgement of *case* has not left, it will cover this too: then only its pause
    starts anew and *intents* that answer are dropped.
    """
    if case.waiting_receipt:
        spoken = case.has_problem or (amendment is not None and amendment.problem is not None)
        pause = Pause.TEXT if spoken else Pause.MEDIA
        silent = [i for i in intents if not isinstance(i, Reply)]
        intents = (*silent, Wait(case.id, pause))
    link = Add(case.id, role, amendment, message)
    active = s.state.touched(case.id, s.heard.at)
    return ended(s, outcome, link, *intents, active=active, **changes)


def filed(
    s: Situation,
    problem: Problem | None,
    *,
    urgent: bool = False,
    confidential: bool = False,
    replies: tuple[Reply, ...] | None = None,
    among: tuple[Problem, ...] = (),
) -> Turn:
    """A new complaint at once; what is missing is asked by its acknowledgement. *among* are all
    problems of the message where it tells several."""
    reading = s.heard.reading
    complaint = ComplaintId(s.new_id())
    said = place_said_with(reading, problem, among) if problem else reading.place
    place = place_of(said, s.heard.location, s.regions)
    draft = ComplaintDraft(
        kind=problem.kind if problem else Kind.OTHER,
        category=problem.category if problem else "",
        place=place,
        happened=happened(reading.moment),
        urgent=urgent,
        confidential=confidential,
        anonymous=reading.wants_privacy,
    )
    pause = Pause.TEXT if problem else Pause.MEDIA
    beyond = outside_of(reading, s.heard.location, s.regions)
    params: dict[str, Any] = {"outside": beyond} if beyond else {}
    question = None if urgent else _first_question(s, complaint, problem, place)
    if question is None and problem is not None and place_missing(problem.kind, place):
        params["asks_nothing"] = True
    if question is not None and question.options:
        params["complaints"] = [str(o) for o in question.options]
    answers = (Reply("receipt", complaint, params, pause),) if replies is None else replies
    if confidential and not urgent:
        # Its place is nobody's to ask here; whether it may be pushed at all is the reporter's.
        question = Question(QuestionKind.NEWS, s.heard.at, complaint)
    if question is None and s.question and s.question.kind is QuestionKind.SAFE:
        question = s.question  # nothing is asked instead of it
    return ended(
        s,
        Outcome.NEW,
        File(complaint, draft),
        *answers,
        active=s.state.touched(complaint, s.heard.at),
        question=question,
    )


def filed_too(
    s: Situation, turn: Turn, problem: Problem, part: int, among: tuple[Problem, ...]
) -> Turn:
    """*turn* with another complaint of the same message, at its own place or the same.

    The open question stays that of the first, and its answer is about the first.
    """
    complaint = ComplaintId(s.new_id())
    said = place_said_with(s.heard.reading, problem, among)
    place = place_of(said, s.heard.location, s.regions)
    draft = ComplaintDraft(
        kind=problem.kind,
        category=problem.category,
        place=place,
        happened=happened(s.heard.reading.moment),
        anonymous=s.heard.reading.wants_privacy,
    )
    also = (File(complaint, draft, part), Reply("receipt", complaint, pause=Pause.TEXT))
    active = turn.state.touched(complaint, s.heard.at)
    return replace(turn, intents=(*turn.intents, *also), state=replace(turn.state, active=active))


def both(turn: Turn, new: Turn) -> Turn:
    """*turn*, and what is filed beside it by *new*, whose question is the one that is asked."""
    active = {**turn.state.active, **new.state.active}
    state = replace(turn.state, active=active, question=new.state.question)
    return replace(turn, intents=(*turn.intents, *new.intents), state=state, outcome=Outcome.NEW)


def _first_question(
    s: Situation, complaint: ComplaintId, problem: Problem | None, place: Place
) -> Question | None:
    """What the acknowledgement will ask, at most one thing; it never delays the filing."""
    if problem is None:
        return Question(QuestionKind.PROBLEM, s.heard.at, complaint)
    kind = s.heard.reading.kind
    asks = kind is MessageKind.QUESTION and problem.kind is Kind.PERSONAL
    if asks or kind is MessageKind.PRAISE or place_missing(problem.kind, place) is None:
        return None  # whoever praises, or asks what papers a KTP needs, is asked nothing back
    here = _spoken_of(s) if problem.kind is Kind.PUBLIC_SPACE and not place.words else None
    options = (here.id,) if here else ()
    return Question(QuestionKind.PLACE, s.heard.at, complaint, options)


def _spoken_of(s: Situation) -> Case | None:
    """The case whose place may be that of a new one too: the last that was spoken of."""
    placed = [c for c in s.named_open if c.has_place and c.kind is Kind.PUBLIC_SPACE]
    newest = max(placed, key=lambda c: c.last_at, default=None)
    return newest if newest and s.heard.at - newest.last_at < QUESTION_LIFE else None


def amendment_of(s: Situation, case: Case) -> Amendment | None:
    """What the message adds to the content of *case*, if anything."""
    reading = s.heard.reading
    problem = reading.problem if reading.problem and not case.has_problem else None
    right = corrects(s, case)
    if problem is None and right and reading.problem and reading.problem.category:
        problem = reading.problem
    meant = right or s.heard.quotes == case.id or case.number in reading.numbers
    # "Di Tebet juga" tells of a second place; it does not move the first.
    elsewhere = not meant and names_another_place(case, reading)
    place: PlaceFound | None = None if elsewhere else reading.place
    when = None if case.knows_when and not right else happened(reading.moment)
    if problem is None and place is None and s.heard.location is None and when is None:
        return None
    return Amendment(problem, place, s.heard.location, when, corrects=right)
