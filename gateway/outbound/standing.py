"""Which texts of the catalogue say how a complaint stands and what was sent with it. Pure."""

from collections.abc import Sequence
from datetime import datetime

from core.clocks import NextNews
from core.complaint import (
    ClockKind,
    ClosingReason,
    Complaint,
    Place,
    Stage,
    State,
    TicketId,
    Transition,
)
from core.messages import MediaKind
from core.workflow import CLOSED_FOR
from gateway.configuration.settings import Account
from gateway.outbound.facts import About
from gateway.words import Catalogue, Form
from gateway.words.moments import spoken
from normalizer.gazetteer import name_of
from normalizer.privacy import feared
from normalizer.problem import categories
from normalizer.understand import understand


def label_of(category: str, language: str) -> str:
    """The printed name of a category."""
    known = categories().get(category)
    if known is None:
        return category
    return (known.label_en if language == "en" else "") or known.label


def problem_of(about: About, words: Catalogue, language: str) -> str:
    """What it is about: its category, else what was sent first."""
    if about.complaint.category:
        return label_of(about.complaint.category, language)
    if about.first_words:
        problem = understand(about.first_words).problem
        if problem and problem.label:
            return problem.label
    if about.media:
        return listed(about.media, words)
    return words.piece("unread_problem")


def says_what(said: str) -> bool:
    """Whether the reporter's words name anything that is wrong; "tolong ini pak" does not."""
    return bool(said) and understand(said).problem is not None


def withheld(said: str, words: Catalogue) -> str:
    """Which sentence of whoever wants to stay unknown no agency reads (T11), behind a blank."""
    whom = feared(said)
    if not whom:
        return ""
    if whom in {"dia", "mereka"}:
        whom = words.piece("feared_them")
    return " " + words.piece("withheld", whom=whom.upper() if whom in {"rt", "rw"} else whom)


def said_of(place: Place, words: Catalogue) -> str:
    """Where it is."""
    named = name_of(place.kelurahan) if place.kelurahan else ""
    # A point tells the kelurahan only roughly; the reporter's own words tell it for sure.
    piece = "near" if place.location else "in_kelurahan"
    area = words.piece(piece, kelurahan=named) if named else ""
    if place.words:
        tells_more = area and named.casefold() not in place.words.casefold()
        return f"{place.words}, {area}" if tells_more else place.words
    return area or (words.piece("the_point") if place.location else "")


def since(history: Sequence[Transition]) -> datetime:
    """When its present status began."""
    turns = [t for t in history if t.from_state is not t.to_state]
    return (turns or history)[-1].at


def owed(news: NextNews, now: datetime, words: Catalogue, form: Form) -> str:
    """What comes next and by when; empty where nothing does."""
    if news.due is None:
        return ""
    key = "next_overdue" if news.due <= now else f"next_{news.awaited.value}"
    return words.fill(key, form, {"due": spoken(news.due, now, words)})


def closing_piece(complaint: Complaint) -> str:
    """The piece that says how it ended."""
    reason = complaint.closing_reason
    return f"closed_{reason.name.lower()}" if reason in CLOSED_FOR else "closed_done"


def state_key(complaint: Complaint, account: Account) -> str:
    """The text that says how it stands."""
    if complaint.closing_reason is ClosingReason.DIBATALKAN:
        return "state_withdrawn"
    if complaint.closing_reason is ClosingReason.OTOMATIS:
        return "state_automatic"
    if complaint.closing_reason in CLOSED_FOR:
        return "state_closed"
    if complaint.stage is not Stage.NONE:
        return "state_verifying"
    if complaint.state is State.MENUNGGU and complaint.lead_unit == account.owner:
        return "state_checking"
    return f"state_{complaint.state.value}"


def listed(media: tuple[MediaKind, ...], words: Catalogue) -> str:
    """ "3 foto dan pesan suara"."""
    counts = {kind: media.count(kind) for kind in MediaKind if kind in media}
    parts = []
    for kind, count in counts.items():
        many = kind is MediaKind.PHOTO and count > 1
        parts.append(words.piece("photos", count=str(count)) if many else words.piece(kind.value))
    text = words.piece("and").join(parts)
    return text[:1].upper() + text[1:]


_LIST_CHARS = 94
"""So much of an SMS is left for a list beside the longest text around it."""


def as_many_as_fit(lines: Sequence[str], words: Catalogue) -> str:
    """The first *lines* in one SMS, and how many more there are."""
    shown = list(lines)
    while len(shown) > 1 and len(". ".join(shown)) > _LIST_CHARS - 12 * (len(shown) < len(lines)):
        shown.pop()
    left = len(lines) - len(shown)
    said = ". ".join(shown)
    return f"{said}, {words.piece('and_more', count=str(left))}" if left else said


_FIRST_WORDS = 8


def opening(words: str, catalogue: Catalogue) -> str:
    """The first few of the reporter's own *words*, which tell them what we speak of."""
    said = words.split()
    return " ".join(said[:_FIRST_WORDS]) + catalogue.piece("rest") * (len(said) > _FIRST_WORDS)


def answer_by(complaint: Complaint, line: Transition) -> datetime | None:
    """Until when the question of this *line* of history is open."""
    ticket = TicketId(int(line.data["ticket"]))
    clock = complaint.clock_of(ticket, ClockKind.CLARIFICATION)
    return clock.due_at if clock else None


_SECRET_STATES = {State.MENUNGGU: "waiting", State.SELESAI: "done"}


def secret_piece(complaint: Complaint) -> str:
    """How a confidential one stands."""
    if complaint.closing_reason is ClosingReason.DIBATALKAN:
        return "secret_withdrawn"
    return f"secret_{_SECRET_STATES.get(complaint.state, 'worked_on')}"


def shared_piece(complaint: Complaint) -> str:
    """What a neighbour may know of *complaint*."""
    if complaint.stage is not Stage.NONE or not complaint.is_open:
        return "shared_verifying"
    return "shared_waiting" if complaint.state is State.MENUNGGU else "shared_worked_on"
