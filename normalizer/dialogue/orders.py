"""Commands: a whole message that orders something. A bare YA, SUDAH or BELUM is an answer."""

from collections.abc import Callable, Mapping

from core.complaint import ComplaintId
from core.number import ComplaintNumber
from core.proof import Right
from normalizer.dialogue.intents import Outcome, Pause, Perform, Reply, SetPushes, Turn
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.state import Question, QuestionKind
from normalizer.dialogue.turns import ended, told
from normalizer.reading import Command, CommandName

_SHOWN_IN_LIST = 3
_ALSO = frozenset({"juga", "jg", "jga", "also", "too"})

_QUESTION_BUTTONS = frozenset({"lihat pertanyaan", "show question"})
ENVELOPE_BUTTONS = _QUESTION_BUTTONS | {
    "lihat keterangan", "lihat hasil", "show details", "show result",
}  # fmt: skip
"""What the buttons of the envelopes say (``button_…`` of the catalogue)."""


def obeyed(s: Situation) -> Turn | None:
    """The turn that a command asks for; None where the message is none, or only an answer."""
    command = s.heard.reading.command
    rule = _RULES.get(command.name) if command else None
    return rule(s, command) if rule and command else None


def status(s: Situation, command: Command | None = None) -> Turn:
    """How the reporter's cases stand; never about anybody else's."""
    number = command.number if command else None
    if number is not None:
        return _status_of_number(s, command)
    cases = _worth_telling(s)
    if not cases:
        return told(s, "status_old" if s.is_long_silent else "status_none")
    if len(cases) == 1:
        return told(s, "status_one", cases[0].id)
    return told(s, "status_list", None, complaints=[str(c.id) for c in cases[:_SHOWN_IN_LIST]])


def shown(s: Situation) -> Turn | None:
    """The button of an envelope, which quotes it: what was held for that leaves now, by itself.
    Pressed once more, or where nobody asks any more, it is a question how things stand."""
    button = " ".join(s.heard.reading.text.casefold().split())
    if button not in ENVELOPE_BUTTONS:
        return None
    quoted = s.case(s.heard.quotes)
    known = tuple(c for c in s.named if quoted is None or c is quoted)
    asked_in_vain = button in _QUESTION_BUTTONS and not any(c.wanted for c in known)
    if s.unread and not asked_in_vain:
        return ended(s, Outcome.SERVICE)
    return told(s, "status_one", quoted.id) if quoted is not None and known else status(s)


def which(s: Situation, purpose: str, cases: tuple[Case, ...]) -> Turn:
    """Ask which case is meant: the last resort."""
    options = tuple(c.id for c in cases[:9])
    question = Question(
        QuestionKind.WHICH, s.heard.at, None, options, purpose, message=s.heard.message
    )
    # Nobody can choose between numbers that have not arrived: their receipts leave first.
    waiting = [c for c in cases if c.waiting_receipt]
    pause = Pause.NONE
    if waiting:
        pause = Pause.TEXT if all(c.has_problem for c in waiting) else Pause.MEDIA
    reply = Reply("which", None, {"complaints": [str(o) for o in options]}, pause)
    return ended(s, Outcome.UNCLEAR, reply, question=question)


def _status_of_number(s: Situation, command: Command | None) -> Turn:
    number = command.number if command else None
    case = (s.numbered(number) if number else None) or s.claimed(number)
    if case is not None and s.may(case, Right.READ):
        return told(s, "status_one", case.id)
    return not_yours(s, number)


def not_yours(s: Situation, number: ComplaintNumber | None) -> Turn:
    """The number is none of the sender's. With the right code it is told what that does not allow;
    without, the answer is the same whether there is such a complaint or not."""
    if s.claimed(number) is not None:
        return told(s, "only_reporter", None, number=number)
    tried = number is not None and number in s.claims
    return told(s, "code_wrong" if tried else "status_not_yours", None, number=number)


def _worth_telling(s: Situation) -> tuple[Case, ...]:
    """Open ones, and those that ended within a month. Confidential ones are never listed."""
    return tuple(
        c
        for c in s.cases
        if not c.confidential
        and (c.is_open or c.finished_at is None or (s.heard.at - c.finished_at).days < 30)
    )


def _help(s: Situation, _command: Command) -> Turn:
    return told(s, "help")


def _stop(s: Situation, _command: Command) -> Turn:
    return ended(s, Outcome.SERVICE, SetPushes(stopped=True), Reply("stopped"))


def _start(s: Situation, _command: Command) -> Turn:
    latest = next((c.id for c in s.named_open if not c.confidential), None)
    return ended(s, Outcome.SERVICE, SetPushes(stopped=False), Reply("started", latest))


def _person(s: Situation, _command: Command) -> Turn:
    return ended(s, Outcome.SERVICE, Reply("person"), person_asked_at=s.heard.at)


def _hide(s: Situation, command: Command) -> Turn:
    cases = to_hide(s) if command.number is None else s.allowing(Right.HIDE)
    return _on_own(s, command, "hide", "hidden", cases)


def to_hide(s: Situation) -> tuple[Case, ...]:
    """What may be meant by hiding one without its number, likeliest first; "yang kemarin juga" is
    none that is hidden already (T11)."""
    cases = s.allowing(Right.HIDE)
    shown = tuple(c for c in cases if not c.hidden)
    says_also = not _ALSO.isdisjoint(s.heard.reading.text.casefold().split())
    return shown if says_also and shown else cases


def _show(s: Situation, command: Command) -> Turn:
    return _on_own(s, command, "show", "shown", s.allowing(Right.HIDE))


def _withdraw(s: Situation, command: Command) -> Turn:
    cases = tuple(c for c in s.allowing(Right.WITHDRAW) if c.may_be_withdrawn)
    if command.number is None:
        # Whoever names none means what is still waited for.
        cases = tuple(c for c in cases if c.is_open) or cases
    if command.number is None and len(cases) > 1:
        return which(s, "withdraw", cases)
    return _on_own(s, command, "withdraw", "withdrawn", cases)


def _on_own(
    s: Situation, command: Command, action: str, reply: str, cases: tuple[Case, ...]
) -> Turn:
    """Act on the case with the number given, else on the newest; the answer names it."""
    if command.number is not None:
        target = next((c for c in cases if c.is_called(command.number)), None)
        if target is None:
            return not_yours(s, command.number)
    else:
        target = cases[0] if cases else None
    if target is None:
        return told(s, "status_old" if s.is_long_silent else "status_none")
    if action == "show" and target.withheld:
        reply = "still_hidden"
    return performed(s, target.id, action, reply)


def performed(s: Situation, complaint: ComplaintId, action: str, reply: str) -> Turn:
    """Do *action* and say so."""
    if action == "withdraw":
        return _withdrawn(s, complaint, reply)
    return ended(s, Outcome.SERVICE, Perform(complaint, action), Reply(reply, complaint))


def _withdrawn(s: Situation, complaint: ComplaintId, reply: str) -> Turn:
    """It is withdrawn at once; why, is asked where no other question is open, and not of what is
    confidential: whoever holds the phone may have been made to."""
    case, asked = s.case(complaint), s.question
    over = asked is None or asked.complaint == complaint or asked.purpose == "withdraw"
    asks = over and case is not None and not case.confidential
    why = Question(QuestionKind.REASON, s.heard.at, complaint) if asks else None
    return ended(
        s, Outcome.SERVICE, Perform(complaint, "withdraw"),
        Reply(reply, complaint, {"why": True} if asks else {}),
        question=why if over else asked,
    )  # fmt: skip


_RULES: Mapping[CommandName, Callable[[Situation, Command], Turn]] = {
    CommandName.STATUS: status,
    CommandName.HELP: _help,
    CommandName.STOP: _stop,
    CommandName.START: _start,
    CommandName.PERSON: _person,
    CommandName.HIDE: _hide,
    CommandName.SHOW: _show,
    CommandName.WITHDRAW: _withdraw,
}
