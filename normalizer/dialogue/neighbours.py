"""BEDA: what the machine took for a neighbour's matter is another. And BELUM long after the end:
the same again."""

from datetime import datetime

from core.complaint import ComplaintDraft, ComplaintId
from core.proof import Right
from normalizer.dialogue.intents import File, Outcome, Pause, Perform, Reply, Turn
from normalizer.dialogue.placing import merged, place_of
from normalizer.dialogue.routing import is_another_matter
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.state import QUESTION_LIFE
from normalizer.dialogue.timing import happened
from normalizer.dialogue.turns import added, ended
from normalizer.reading import CommandName, Reading
from normalizer.text import words_of

_OPENS = frozenset({"beda", "berbeda", "pisahkan", "different"})


def parted(s: Situation) -> Turn | None:
    """BEDA, alone or as the first word, within three days of our telling: the case stands by
    itself again. What else is said is kept with it."""
    if not _says_another(s.heard.reading):
        return None
    numbers = s.heard.reading.numbers
    named = [c for n in numbers if (c := s.numbered(n))] if numbers else s.named_open
    grouped = [c for c in named if s.may(c, Right.LINK) and _may_part(c, s.heard.at)]
    case = max(grouped, key=_grouped_at, default=None)
    if case is None:
        return None
    action = Perform(case.id, "unlink", s.heard.reading.text)
    return added(s, case, "addition", action, Reply("parted", case.id), outcome=Outcome.ANSWER)


def again(s: Situation, case: Case) -> Turn | None:
    """BELUM after the time to object: a new complaint that says of which it is a repeat. Where
    there is one already the message goes there."""
    if case.confidential or not s.may(case, Right.LINK) or is_another_matter(case, s.heard.reading):
        return None
    later = newest_repeat(s, case)
    if later.is_open:
        return added(s, later, "addition", Reply("added", later.id))
    reading, complaint = s.heard.reading, ComplaintId(s.new_id())
    place = merged(case.place, place_of(reading.place, s.heard.location, s.regions))
    draft = ComplaintDraft(case.kind, case.category, place, happened(reading.moment))
    return ended(
        s,
        Outcome.NEW,
        File(complaint, draft, repeats=case.id),
        Reply("repeat_filed", complaint, {"complaints": [str(case.id)]}, Pause.TEXT),
        active=s.state.touched(complaint, s.heard.at),
        question=None,
    )


def newest_repeat(s: Situation, case: Case) -> Case:
    """*case*, or the last in the row of its repeats."""
    for _ in s.cases:
        found = next((c for c in s.cases if c.repeats == case.id), None)
        if found is None:
            return case
        case = found
    return case


def _says_another(reading: Reading) -> bool:
    if reading.command is not None:
        return reading.command.name is CommandName.DIFFERENT
    return bool(_OPENS & set(words_of(reading.text).forms[:1]))


def _may_part(case: Case, at: datetime) -> bool:
    return case.is_open and case.grouped_at is not None and at - case.grouped_at < QUESTION_LIFE


def _grouped_at(case: Case) -> datetime:
    assert case.grouped_at is not None  # noqa: S101 - only such are asked
    return case.grouped_at
