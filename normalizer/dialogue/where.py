"""The answer to "where is it?": a place in any words, or that somebody cannot say one."""

from dataclasses import replace

from core.complaint import Kind
from normalizer import wordlists
from normalizer.completeness import is_findable
from normalizer.dialogue.correction import corrects, name_in
from normalizer.dialogue.intents import Amendment, Outcome, Reply, Turn
from normalizer.dialogue.routing import fitting, is_another_matter, only
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.state import AGAIN, CORRECT, Question, QuestionKind
from normalizer.dialogue.turns import added, amendment_of
from normalizer.privacy import redact
from normalizer.reading import Candidate, CommandName, Finding, MessageKind, PlaceFound, Reading
from normalizer.text import words_of

LONGEST_PLACE = 80
_LAST = frozenset({AGAIN, CORRECT})
_SAME = frozenset(
    {"sama", "ya", "iya", "tempat", "lokasi", "di", "situ", "disitu", "juga", "kok", "saja", "itu"}
)
_LONGEST_OFFICE = 6  # words
_ONLY_A_MARK = frozenset({"jalan", "gang", "rt", "rw", "kelurahan", "kecamatan", "nomor", "blok"})


def place_answered(s: Situation, question: Question) -> Turn | None:
    """The turn if the message says where *question*'s case is, or that it cannot be said."""
    case = s.case(question.complaint)
    reading = s.heard.reading
    if case is not None and (same := _same_place(s, question)) is not None:
        return added(
            s, case, "answer", Reply("place_noted", case.id),
            amendment=Amendment(place=same), outcome=Outcome.ANSWER, question=None,
        )  # fmt: skip
    other = question.purpose != CORRECT and case is not None and is_another_matter(case, reading)
    if case is None or says_little(s) or other or reading.corrects:
        return None
    found, nowhere = reading.place, reading.place is None and s.heard.location is None
    if nowhere and reading.evades:
        return _at_a_loss(s, question, case)
    if nowhere:
        if _wants_something_else(reading):
            return None
        if case.waiting_receipt or reading.choice is not None:
            # Nobody answers what was not asked yet, and no figure alone is a place.
            return None
        words = redact(reading.text)
        if _is_a_sentence(reading) or len(words) > LONGEST_PLACE or "\n" in words.strip():
            return _told_more(s, case)
        found = PlaceFound(words.strip(" .,!?"), Finding(0.4, (reading.text,)))
    of_office = case.kind is Kind.PERSONAL
    named = found is not None and (found.kelurahan or reading.holds_identity_number)
    brief = len(reading.text.split()) <= _LONGEST_OFFICE
    if of_office and found is not None and brief and not named:
        # "dukcapil jaktim": the office is what was said, not only the area in it.
        found = replace(found, words=redact(reading.text).strip(" .,!?"), area="")
    right = question.purpose == CORRECT
    amendment = Amendment(place=found, location=s.heard.location, corrects=right)
    vague = s.heard.location is None and found is not None and not is_findable(found)
    asks_again = vague and not of_office and question.purpose not in _LAST
    follow = Question(QuestionKind.PLACE, s.heard.at, case.id, purpose=AGAIN)
    return added(
        s, case, "answer", Reply("place_again" if asks_again else "place_noted", case.id),
        amendment=amendment, outcome=Outcome.ANSWER, question=follow if asks_again else None,
    )  # fmt: skip


def corrected(s: Situation) -> Turn | None:
    """What is right about a case stands instead of what was wrong; where that is not said, it is
    asked."""
    case = s.recent or fitting(s) or only(s)
    if case is None or s.heard.reading.command is not None or not corrects(s, case):
        return None
    amendment = amendment_of(s, case)
    told = amendment and (amendment.place or amendment.problem or amendment.location)
    if not told and case.has_place and (name := name_in(s.heard.reading)):
        amendment = Amendment(place=name, corrects=True)
    if amendment is None:
        asked = Question(QuestionKind.PLACE, s.heard.at, case.id, purpose=CORRECT)
        return added(s, case, "addition", Reply("correct_how", case.id), question=asked)
    return added(s, case, "addition", Reply("corrected", case.id), amendment=amendment)


def _same_place(s: Situation, question: Question) -> PlaceFound | None:
    """The place of the case that the question offers, where the answer is YA or "sama"."""
    reading = s.heard.reading
    agrees = reading.command is not None and reading.command.name is CommandName.YES
    forms = frozenset(words_of(reading.text).forms)
    says_same = "sama" in forms and forms <= _SAME | wordlists.group("vocative")
    offered = s.case(question.options[0]) if question.options else None
    if offered is None or not (agrees or says_same):
        return None
    place, sure = offered.place, Finding(0.9, (reading.text,))
    known = (Candidate(place.kelurahan, sure),) if place.kelurahan else ()
    return PlaceFound(place.words, sure, place.kelurahan, "", place.location, known)


def _at_a_loss(s: Situation, question: Question, case: Case) -> Turn:
    """ "Ga tau", "di sini", "maksudnya?": what would help is said once, in other words."""
    if question.purpose in _LAST or case.kind is Kind.PERSONAL:
        return added(s, case, "addition", Reply("added", case.id), question=None)
    follow = Question(QuestionKind.PLACE, s.heard.at, case.id, purpose=AGAIN)
    return added(s, case, "addition", Reply("place_hint", case.id), question=follow)


def _told_more(s: Situation, case: Case) -> Turn | None:
    """Words about the case that name no place belong to it; the question stays."""
    if case.id != getattr(s.recent, "id", None):
        return None
    kind = "pressed" if s.heard.reading.angry else "added"
    return added(s, case, "addition", Reply(kind, case.id))


def _wants_something_else(reading: Reading) -> bool:
    asks = reading.asks_status or reading.wants_person or reading.kind is MessageKind.QUESTION
    wishes = reading.wants_erasure or reading.wants_copy or reading.wants_quiet or reading.asks
    category = reading.problem is not None and reading.problem.category
    return bool(asks or wishes or reading.angry or reading.says_fixed or category)


def _is_a_sentence(reading: Reading) -> bool:
    """Whether it tells or asks something, as no name of a place does; a bare "jl" is none yet."""
    forms = set(words_of(reading.text).forms)
    return not forms.isdisjoint(wordlists.group("sentence")) or forms <= _ONLY_A_MARK


def says_little(s: Situation) -> bool:
    """Thanks, greetings and signs answer no question of ours."""
    reading = s.heard.reading
    wordless = reading.empty and s.heard.location is None
    return reading.social is not None or reading.command is not None or wordless
