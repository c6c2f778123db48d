"""One message, tried on its possible meanings in a fixed order; the first that fits decides."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from core.proof import Right
from normalizer.commands import is_bare_number
from normalizer.dialogue.answers import answered, clarified, judged
from normalizer.dialogue.apart import apart
from normalizer.dialogue.asides import (
    abused,
    asked_of_service,
    own_data,
    person_asked,
    pressed_all,
    privacy_wished,
    questioned,
    quieter,
    small_talk,
    status_asked,
)
from normalizer.dialogue.intents import Add, File, Intent, Outcome, Perform, Reply, Turn
from normalizer.dialogue.neighbours import newest_repeat, parted
from normalizer.dialogue.orders import not_yours, obeyed, shown, which
from normalizer.dialogue.routing import fitting, is_a_detail, is_new_problem, joined, only
from normalizer.dialogue.silence import unlocked
from normalizer.dialogue.situation import Case, Heard, Situation
from normalizer.dialogue.splitting import several
from normalizer.dialogue.state import HEARD, Question, QuestionKind
from normalizer.dialogue.turns import (
    added,
    amendment_of,
    ended,
    filed,
    filed_too,
    told,
)
from normalizer.dialogue.where import corrected
from normalizer.reading import CommandName, Danger, Reading
from normalizer.text import words_of

_LONG_ENOUGH_TO_REPEAT = 12
_TO_ANGER = frozenset({"pressed", "pressed_list"})
_PATIENCE = 3
_A_SENTENCE = 5  # words
_SILENT_ABOUT_IDENTITY = frozenset({"emergency", "violence"})


def step(s: Situation) -> Turn:
    """Decide what the message means. Pure; the same situation gives the same turn."""
    s = unlocked(s)
    turn = next(t for rule in _ORDER if (t := rule(s)) is not None)
    turn = _heard(s, _remembering(s, _angry_again(s, turn)))
    return _with_courtesies(s, turn)


def _automatic(s: Situation) -> Turn | None:
    """What no person typed is kept, and answered never: that is how loops begin."""
    return ended(s, Outcome.AUTOMATIC) if s.heard.automatic else None


def _emergency(s: Situation) -> Turn | None:
    """Ongoing danger to life: 112 first, past every pause, question and limit (finding 6)."""
    found = s.heard.reading.danger
    if found is None:
        return None
    violent = found.danger in {Danger.VIOLENCE, Danger.SUICIDE}
    first = Reply("violence" if violent else "emergency", None, {"danger": found.danger.value})
    recent = s.recent
    if recent and recent.urgent and recent.confidential is violent:
        return added(s, recent, "addition", first)
    problem = s.heard.reading.problem
    turn = filed(s, problem, urgent=True, confidential=violent, replies=(first,))
    complaint = next(i.complaint for i in turn.intents if isinstance(i, File))
    if violent:
        # A shared phone: no number, no link, nothing more in the thread unless she writes.
        asked = Question(QuestionKind.SAFE, s.heard.at, complaint)
        return replace(turn, state=replace(turn.state, question=asked))
    told_too = Reply("emergency_filed", complaint)
    return replace(turn, intents=(*turn.intents, told_too))


def _repeated(s: Situation) -> Turn | None:
    """The same words again are one report, answered once."""
    state, heard = s.state, s.heard
    case = s.case(state.said_of)
    same = state.said == fingerprint(heard.reading.text) and state.said_at is not None
    if not same or case is None or len(heard.reading.text) < _LONG_ENOUGH_TO_REPEAT:
        return None
    if state.said_at is None or heard.at - state.said_at > s.policy.repeat:
        return None
    return added(s, case, "repeat", outcome=Outcome.DUPLICATE)


def _spam(s: Situation) -> Turn | None:
    return ended(s, Outcome.SPAM) if s.heard.reading.spam else None


def _quoted(s: Situation) -> Turn | None:
    """A quoted message decides without a question."""
    case = s.case(s.heard.quotes)
    if case is None:
        return None
    if case.wanted and (turn := clarified(s, case)):
        return turn
    asked = s.question
    asks_why = asked and asked.kind is QuestionKind.REASON and case.holds(asked.complaint)
    if asks_why and (turn := answered(s)):
        return turn
    if not case.is_open and (turn := judged(s, case)):
        return turn
    if s.heard.reading.asks_status and s.may(case, Right.READ):
        return told(s, "status_one", case.id)
    silent = s.heard.is_wordless or s.heard.reading.social is not None
    reply: tuple[Intent, ...] = () if silent else (Reply("added", case.id),)
    return added(s, case, "addition", *reply, amendment=amendment_of(s, case))


def _numbered(s: Situation) -> Turn | None:
    """A number of the sender's own, or one with its code; any other discloses nothing."""
    reading = s.heard.reading
    if not reading.numbers:
        return None
    own = next((c for n in reading.numbers if (c := s.numbered(n))), None)
    case = own or s.claimed(reading.numbers[0])
    if case is not None:
        return _about_numbered(s, case)
    if reading.problem is not None:
        return None
    return not_yours(s, reading.numbers[0])


def _about_numbered(s: Situation, case: Case) -> Turn:
    """What is said with the number of *case*, as far as the proof allows; alone the number asks how
    it stands."""
    reading, heard = s.heard.reading, s.heard
    says = not is_bare_number(reading.text)
    if case.wanted and says and not reading.asks_status and (turn := clarified(s, case)):
        return turn
    if not case.is_open and (turn := judged(s, case)):
        return turn
    not_done = reading.command is not None and reading.command.name is CommandName.NOT_DONE
    objects = not case.is_open and (not_done or reading.says_not_fixed)
    if reading.asks_status or not (reading.problem or objects or heard.shows):
        return told(s, "status_one", case.id)
    return added(s, case, "addition", Reply("added", case.id), amendment=amendment_of(s, case))


def _clarified_late(s: Situation) -> Turn | None:
    """A place, a photo or a pin for the one case about which something was asked, though another
    question is open by now, or none."""
    wanted = [c for c in s.named if c.wanted]
    reading = s.heard.reading
    tells = reading.place is not None or s.heard.shows
    if len(wanted) != 1 or not tells or (reading.problem and is_new_problem(reading.problem)):
        return None
    return clarified(s, wanted[0])


def _wordless(s: Situation) -> Turn | None:
    """A photo, pin or voice note without words is a report that is asked about."""
    if not s.heard.is_wordless:
        return None
    newest = max(s.open, key=lambda c: c.last_at, default=None)
    if newest is None or s.heard.at - newest.last_at > s.policy.media_join:
        return filed(s, None)
    pinned = s.heard.location is not None
    reply: tuple[Intent, ...] = (Reply("location_noted", newest.id),) if pinned else ()
    return added(s, newest, "evidence", *reply, amendment=amendment_of(s, newest))


def _judged_late(s: Situation) -> Turn | None:
    """BELUM or "udah terang" about the one case that ended lately, though no question is open."""
    lately = [
        c
        for c in s.named
        if c.finished_at is not None and s.heard.at - c.finished_at < s.policy.objection
    ]
    reading = s.heard.reading
    clear = reading.says_not_fixed or reading.says_fixed or reading.command is not None
    if not clear or reading.rating is not None or s.named_open:
        return None
    if len(lately) == 1:
        return judged(s, lately[0])
    # Longer ago only the word that something is wrong counts, and only about the one there was.
    known = {newest_repeat(s, c).id: newest_repeat(s, c) for c in s.named if not c.is_open}
    wrong = reading.says_not_fixed or (
        reading.command is not None and reading.command.name is CommandName.NOT_DONE
    )
    return judged(s, next(iter(known.values()))) if len(known) == 1 and wrong else None


def _about_a_case(s: Situation) -> Turn | None:
    """Words that fit one open case, or continue what was just said."""
    reading = s.heard.reading
    says_something = reading.problem is not None or reading.place is not None
    if reading.command is not None or not says_something:
        return None
    case = fitting(s) or joined(s)
    return None if case is None else _continued(s, case)


def _continued(s: Situation, case: Case) -> Turn:
    reading = s.heard.reading
    kind = "pressed" if reading.angry else "added"
    return added(s, case, "addition", Reply(kind, case.id), amendment=amendment_of(s, case))


def _new_problem(s: Situation) -> Turn | None:
    problem = s.heard.reading.problem
    if problem is None or (s.open and not is_new_problem(problem)):
        return None
    if only(s) is not None and is_a_detail(problem) and s.heard.reading.place is None:
        return None
    if s.heard.reading.notes.get("accuses"):
        # Whoever is accused must not be the one who reads it: secret until a person decides.
        return filed(s, problem, confidential=True)
    every = several(s.heard.reading)
    turn = filed(s, problem, among=every)
    for part, other in enumerate(every[1:], 1):
        turn = filed_too(s, turn, other, part, every)
    return turn


def _remainder(s: Situation) -> Turn:
    """Nothing decided: the only open case, else ask which, else say how to report."""
    case = only(s)
    if _says_safe(s.heard.reading):
        return ended(s, Outcome.UNCLEAR)  # an AMAN belongs to no report that others read
    if s.heard.reading.empty or _is_bare_answer(s.heard.reading):
        # A digit, a YA or a BELUM that answers nothing we asked is kept as text.
        return added(s, case, "addition") if case else ended(s, Outcome.UNCLEAR)
    if case is None and s.heard.shows:
        case = s.recent  # a photo with two words shows what was just spoken of
    if case is not None:
        return _continued(s, case)
    if s.heard.shows and not s.open:
        return filed(s, None)  # its words name no problem, what it shows may
    if s.named_open and s.heard.reading.angry:
        return pressed_all(s)
    if s.named_open:
        return which(s, "addition", s.named_open)
    if s.open:
        # It may belong to what is confidential; the answer does not tell that there is such a case.
        return added(s, s.open[0], "addition", Reply("unclear"))
    return ended(s, Outcome.UNCLEAR, Reply("unclear"))


def _says_safe(reading: Reading) -> bool:
    return reading.command is not None and reading.command.name is CommandName.SAFE


def _is_bare_answer(reading: Reading) -> bool:
    return reading.command is not None or reading.choice is not None or reading.rating is not None


_ORDER: tuple[Callable[[Situation], Turn | None], ...] = (
    _automatic,
    _emergency,
    _repeated,
    _spam,
    obeyed,
    parted,
    shown,
    _quoted,
    _numbered,
    answered,
    _clarified_late,
    _wordless,
    _judged_late,
    apart,
    asked_of_service,
    status_asked,
    privacy_wished,
    own_data,
    quieter,
    person_asked,
    small_talk,
    abused,
    questioned,
    corrected,
    _about_a_case,
    _new_problem,
    _remainder,
)


def fingerprint(text: str) -> str:
    """Tells whether the same was said again, without keeping what was said."""
    folded = " ".join(text.casefold().split())
    return hashlib.blake2s(folded.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _angry_again(s: Situation, turn: Turn) -> Turn:
    """The third answer to anger comes from a person (finding 16), as whoever asks for one gets."""
    angry = any(isinstance(i, Reply) and i.kind in _TO_ANGER for i in turn.intents)
    if not angry:
        return turn
    if s.state.angered + 1 < _PATIENCE:
        return replace(turn, state=replace(turn.state, angered=s.state.angered + 1))
    kept = [i for i in turn.intents if not (isinstance(i, Reply) and i.kind in _TO_ANGER)]
    state = replace(turn.state, angered=0, person_asked_at=s.heard.at)
    return replace(turn, state=state, intents=(*kept, Reply("person")))


def _remembering(s: Situation, turn: Turn) -> Turn:
    """Keep the fingerprint of what was said, and count clear English."""
    reading, heard = s.heard.reading, s.heard
    state = turn.state
    if reading.language == "en" and turn.outcome is not Outcome.AUTOMATIC:
        votes = 2 if len(reading.text.split()) >= _A_SENTENCE else 1
        state = replace(state, english=min(state.english + votes, 9))
    linked = max(state.active, key=lambda c: state.active[c], default=None)
    if linked is not None and state.active[linked] == heard.at and not reading.empty:
        said = fingerprint(reading.text)
        state = replace(state, said=said, said_at=heard.at, said_of=linked)
    return replace(turn, state=state)


def _heard(s: Situation, turn: Turn) -> Turn:
    """What the receipt asked was read: its reporter spoke of the case since it left."""
    asked = turn.state.question
    if asked is None or asked != s.state.question or asked.purpose:
        return turn
    case = s.case(asked.complaint)
    about = {i.complaint for i in turn.intents if isinstance(i, Add | Perform | Reply)}
    if case is None or case.waiting_receipt or asked.complaint not in about:
        return turn
    return replace(turn, state=replace(turn.state, question=replace(asked, purpose=HEARD)))


def _with_courtesies(s: Situation, turn: Turn) -> Turn:
    """The privacy notice once in a thread's life; a word to whoever sends an identity number."""
    replies = {i.kind for i in turn.intents if isinstance(i, Reply)}
    extra: list[Intent] = []
    state = turn.state
    first = next((i for i in turn.intents if isinstance(i, Reply)), None)
    if _shows_identity(s.heard) and first and not replies & _SILENT_ABOUT_IDENTITY:
        extra.append(replace(first, kind="identity"))
    receipt = next((i for i in turn.intents if isinstance(i, Reply) and i.kind == "receipt"), None)
    earlier = _earlier(s) if receipt is not None and not _is_secret(turn) else ""
    if receipt is not None and earlier:
        extra.append(replace(receipt, kind="reference", params={"number": earlier}))
    if receipt is not None and not state.introduced:
        extra.append(replace(receipt, kind="introduction"))
        state = replace(state, introduced=True)
    return replace(turn, state=state, intents=(*turn.intents, *extra)) if extra else turn


_IDENTITY_PAPERS = frozenset({"ktp", "ektp", "kk", "nik", "kia"})
_MOST_EARLIER = 3


def _shows_identity(heard: Heard) -> bool:
    """Whether an identity number stands in the words, or a photo of a paper with one is announced
    ("ini foto ktp saya")."""
    if heard.reading.holds_identity_number:
        return True
    return heard.shows and not _IDENTITY_PAPERS.isdisjoint(words_of(heard.reading.text).forms)


def _earlier(s: Situation) -> str:
    """Numbers that the new report quotes and that are none of the sender's: another system's or an
    earlier number's; they are kept with its words, and never called wrong (finding 22)."""
    quoted = [n for n in s.heard.reading.numbers if s.numbered(n) is None]
    return ", ".join(quoted[:_MOST_EARLIER])


def _is_secret(turn: Turn) -> bool:
    return any(i.draft.confidential for i in turn.intents if isinstance(i, File))
