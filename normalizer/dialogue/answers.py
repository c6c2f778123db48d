"""Answers to the one open question of the thread."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.complaint import Kind
from core.proof import Right
from normalizer.completeness import place_missing
from normalizer.dialogue.intents import Amendment, Outcome, Perform, Reply, Turn
from normalizer.dialogue.neighbours import again, newest_repeat
from normalizer.dialogue.orders import performed
from normalizer.dialogue.placing import merged, names_another_place, place_of
from normalizer.dialogue.routing import DISTINCT, is_another_matter, is_new_problem, same_matter
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.state import AGAIN, Question, QuestionKind
from normalizer.dialogue.turns import added, amendment_of, both, ended, filed, told
from normalizer.dialogue.where import LONGEST_PLACE, place_answered, says_little
from normalizer.privacy import redact
from normalizer.reading import CommandName, Finding, PlaceFound, Problem, Reading, Social
from normalizer.text import words_of

_ALL = frozenset({"dua", "keduanya", "kedua", "semua", "both", "all", "ya", "pak", "semuanya"})
_SHOW_IT = frozenset({"lihat pertanyaan", "lihat", "show question", "show the question"})
"""What the button of an envelope says."""


def answered(s: Situation) -> Turn | None:
    """The turn if the message answers the open question; None where it is something else."""
    question = s.question
    return _RULES[question.kind](s, question) if question else None


def _problem(s: Situation, question: Question) -> Turn | None:
    case = s.case(question.complaint)
    if case is None:
        return None
    if s.heard.is_wordless:
        intents = (Reply("location_noted", case.id),) if s.heard.location else ()
        return added(s, case, "evidence", *intents, amendment=amendment_of(s, case))
    if says_little(s) or s.heard.reading.asks_status:
        return None
    said = s.heard.reading.problem
    if s.heard.reading.evades and not (said and is_new_problem(said)):
        # An officer looks at what was sent; it is asked no further.
        return added(s, case, "addition", Reply("problem_left", case.id), question=None)
    amendment = amendment_of(s, case)
    if amendment is None or amendment.problem is None:
        if case.waiting_receipt:
            return None
        words = s.heard.reading.text
        unread = Problem(Kind.OTHER, "", redact(words)[:60], Finding(0.2, (words,)))
        amendment = replace(amendment or Amendment(), problem=unread)
    place = merged(case.place, place_of(amendment.place, amendment.location, s.regions))
    kind = amendment.problem.kind if amendment.problem else Kind.OTHER
    follow = None
    if place_missing(kind, place):
        # Two things were asked by now, so it is the last.
        follow = Question(QuestionKind.PLACE, s.heard.at, case.id, purpose=AGAIN)
    return added(
        s, case, "answer", Reply("problem_noted", case.id),
        amendment=amendment, outcome=Outcome.ANSWER, question=follow,
    )  # fmt: skip


def _which(s: Situation, question: Question) -> Turn | None:
    case = _chosen(s, question)
    if case is None:
        return _all_of_them(s, question)
    turn = _meant(s, question, case)
    asked = turn.state.question
    state = replace(turn.state, question=None if asked == question else asked)
    return replace(turn, state=state, outcome=Outcome.ANSWER)


def _all_of_them(s: Situation, question: Question) -> Turn | None:
    """ "Dua-duanya": how all stand; nothing is withdrawn by so little."""
    forms = set(words_of(s.heard.reading.text).forms)
    if not forms <= _ALL or question.purpose == "withdraw":
        return None
    options = [str(o) for o in question.options]
    return replace(
        told(s, "status_list", None, complaints=options),
        state=replace(s.state, question=None), outcome=Outcome.ANSWER,
    )  # fmt: skip


def _chosen(s: Situation, question: Question) -> Case | None:
    reading = s.heard.reading
    if reading.choice is not None and 1 <= reading.choice <= len(question.options):
        return s.case(question.options[reading.choice - 1])
    offered = [c for o in question.options if (c := s.case(o))]
    said = reading.problem.category if reading.problem else ""
    named = [c for c in offered if said and same_matter(c.category, said)]
    return named[0] if len(named) == 1 else None


def _meant(s: Situation, question: Question, case: Case) -> Turn:
    if question.purpose == "status":
        return told(s, "status_one", case.id)
    if question.purpose == "withdraw":
        return performed(s, case.id, "withdraw", "withdrawn")
    reply = Reply("added", case.id)
    return added(s, case, "addition", reply, message=question.message)


def _result(s: Situation, question: Question) -> Turn | None:
    case = s.case(question.complaint)
    if case is None or case.is_open:
        return None
    return judged(s, case) or _same_again(s, case) or _no_rating(s, case)


def _same_again(s: Situation, case: Case) -> Turn | None:
    """The same problem, told again where was asked whether it is fixed: it is not ("sudah sih, tapi
    cuma 1 dari 3 lampu")."""
    reading = s.heard.reading
    said = reading.problem
    same = said is not None and same_matter(case.category, said.category) and said.category
    asks = reading.asks_status or reading.asks or reading.says_fixed
    if not same or asks or names_another_place(case, reading) or not s.may(case, Right.OBJECT):
        return None
    return added(
        s, case, "result", Perform(case.id, "object", reading.text), Reply("objected", case.id),
        outcome=Outcome.ANSWER, question=None,
    )  # fmt: skip


def _no_rating(s: Situation, case: Case) -> Turn | None:
    """A figure that is no rating ("10"): the scale is said once more."""
    reading = s.heard.reading
    figure = reading.choice is not None and reading.rating is None
    return told(s, "rate_how", case.id) if figure and s.may(case, Right.RATE) else None


def judged(s: Situation, case: Case) -> Turn | None:
    """What is said about the result of *case*, as far as the proof allows: a rating, SUDAH, BELUM,
    or evidence.

    A BELUM after the period of objection reopens nothing, also if it quotes us: it tells of the
    same again.
    """
    reading = s.heard.reading
    command = reading.command.name if reading.command else None
    if reading.rating is not None and s.may(case, Right.RATE):
        action = Perform(case.id, "rate", reading.text, {"stars": reading.rating})
        kind = "rated_comment" if reading.notes.get("comment") and not reading.social else "rated"
        reply = Reply(kind, case.id, {"stars": reading.rating})
        turn = added(s, case, "result", action, reply, outcome=Outcome.ANSWER, question=None)
        new = _told_beside(s, case)
        return both(turn, filed(s, new)) if new else turn
    asked = s.question is not None and s.question.kind is QuestionKind.RESULT
    wrong = reading.says_not_fixed or (reading.denies and asked)
    if (command is CommandName.NOT_DONE or wrong) and s.may(case, Right.OBJECT):
        if case.finished_at is not None and s.heard.at - case.finished_at >= s.policy.objection:
            latest = newest_repeat(s, case)
            return again(s, case) if latest.is_open or latest is case else judged(s, latest)
        action = Perform(case.id, "object", reading.text)
        return added(
            s, case, "result", action, Reply("objected", case.id),
            outcome=Outcome.ANSWER, question=None,
        )  # fmt: skip
    if not s.may(case, Right.CONFIRM):
        return None
    if command in {CommandName.DONE, CommandName.YES} or reading.says_fixed:
        action = Perform(case.id, "confirm", reading.text)
        return added(s, case, "result", action, Reply("confirmed", case.id), outcome=Outcome.ANSWER)
    if reading.social is Social.ACK:
        # A thumb is a SUDAH for whoever checks the result; never a rating, and not worth an answer.
        return added(s, case, "result", Perform(case.id, "confirm"), outcome=Outcome.ANSWER)
    if s.heard.is_wordless:
        return added(s, case, "result")
    return None


def _told_beside(s: Situation, case: Case) -> Problem | None:
    """Another problem in the words beside a rating ("4, tapi lampu jalannya sekarang mati")."""
    said = s.heard.reading.problem
    return said if said and is_another_matter(case, s.heard.reading) else None


def _clarification(s: Situation, question: Question) -> Turn | None:
    case = s.case(question.complaint)
    if case is None or not case.wanted:
        return None
    if " ".join(s.heard.reading.text.casefold().split()) in _SHOW_IT:
        # By writing they are reached: what was held for that leaves now.
        return ended(s, Outcome.SERVICE)
    return None if case.unheard else clarified(s, case)


def clarified(s: Situation, case: Case) -> Turn | None:
    """Words, a photo or a pin that say what an agency asked about *case*; it goes back to the
    agency, and is opened again if it was closed. None where it is something else."""
    reading = s.heard.reading
    silent = reading.empty and not s.heard.shows
    if not case.wanted or silent or reading.social is not None or reading.command is not None:
        return None
    if case.has_problem and _is_something_else(case, reading):
        return None
    kind = "clarified" if case.is_open else "reopened"
    return added(
        s, case, "answer", Perform(case.id, "clarify"), Reply(kind, case.id),
        amendment=_with_the_place(s, case), outcome=Outcome.ANSWER, question=None,
    )  # fmt: skip


def _with_the_place(s: Situation, case: Case) -> Amendment | None:
    """Where no place was known, short words that name none we know are taken for it."""
    amendment = amendment_of(s, case)
    words = redact(s.heard.reading.text).strip(" .,!?")
    names_one = amendment is not None and (amendment.place or amendment.location)
    if names_one or case.has_place or not words or len(words) > LONGEST_PLACE or "\n" in words:
        return amendment
    found = PlaceFound(words, Finding(0.4, (s.heard.reading.text,)))
    return replace(amendment or Amendment(), place=found)


def _safe(s: Situation, question: Question) -> Turn | None:
    command = s.heard.reading.command
    if command and command.name in {CommandName.SAFE, CommandName.YES}:
        return ended(s, Outcome.ANSWER, Reply("violence_safe"), question=None)
    case = s.case(question.complaint)
    if case is None or command or _is_something_else(case, s.heard.reading):
        return None
    # Whatever else she writes belongs to it; the thread stays silent.
    return added(s, case, "addition")


def _news(s: Situation, question: Question) -> Turn | None:
    """YA: whoever holds the phone reads that there is news, and nothing of it."""
    command = s.heard.reading.command
    if command is None or question.complaint is None:
        return None
    if command.name is CommandName.YES:
        wanted = s.state.news_of | {question.complaint}
        return ended(s, Outcome.ANSWER, Reply("secret_news_on"), question=None, news_of=wanted)
    if command.name is CommandName.NO:
        return ended(s, Outcome.ANSWER, Reply("secret_news_off"), question=None)
    return None


def _reason(s: Situation, question: Question) -> Turn | None:
    """Why it was withdrawn, in the reporter's words; what reports, orders or asks is not that."""
    case, reading = s.case(question.complaint), s.heard.reading
    command = reading.command.name if reading.command else None
    if command is CommandName.NO:
        return ended(s, Outcome.ANSWER, question=None)
    says_why = command in {None, CommandName.DONE} and reading.choice is None
    if case is None or case.is_open or not says_why or reading.empty or reading.social is not None:
        return None
    wishes = (
        reading.asks_status, reading.wants_person, reading.wants_erasure, reading.wants_copy,
        reading.wants_quiet, reading.says_not_fixed,
    )  # fmt: skip
    if any(wishes) or _reports(case, reading):
        return None
    return added(
        s, case, "reason", Reply("reason_noted", case.id), outcome=Outcome.ANSWER, question=None
    )


def _reports(case: Case, reading: Reading) -> bool:
    """Whether it says that something else is wrong, or with its place the same again: no report may
    be lost in an answer that nobody needs."""
    said = reading.problem
    if said is None or not said.category or reading.says_fixed:
        return is_another_matter(case, reading)
    other = is_another_matter(case, reading) or not same_matter(case.category, said.category)
    return other or (reading.place is not None and said.finding.confidence >= DISTINCT)


def _is_something_else(case: Case, reading: Reading) -> bool:
    """Clearly a report of another problem, or something asked of us. Only a category is clear
    enough: what cannot be read must never bring an answer to a shared phone."""
    if reading.asks_status or reading.wants_person:
        return True
    said = reading.problem
    clear = said is not None and said.category and said.finding.confidence >= DISTINCT
    return bool(clear and said and not same_matter(case.category, said.category))


_RULES: Mapping[QuestionKind, Callable[[Situation, Question], Turn | None]] = {
    QuestionKind.PLACE: place_answered,
    QuestionKind.PROBLEM: _problem,
    QuestionKind.WHICH: _which,
    QuestionKind.RESULT: _result,
    QuestionKind.SAFE: _safe,
    QuestionKind.NEWS: _news,
    QuestionKind.CLARIFICATION: _clarification,
    QuestionKind.REASON: _reason,
}
