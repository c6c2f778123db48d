"""What shall happen because of a message: keys and values, never finished words."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.complaint import ComplaintDraft, ComplaintId
from core.happened import Happened
from core.messages import Location
from normalizer.dialogue.state import DialogueState
from normalizer.reading import PlaceFound, Problem


class Outcome(enum.StrEnum):
    """What became of a message: exactly one of these, for the books."""

    NEW = "new"
    ADDITION = "addition"
    ANSWER = "answer"
    SERVICE = "service"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    NOT_FOR_US = "not_for_us"
    AUTOMATIC = "automatic"
    UNCLEAR = "unclear"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a message adds to what a case says; None keeps what is there.

    *corrects*: its place stands instead of the one that was understood, not beside it.
    """

    problem: Problem | None = None
    place: PlaceFound | None = None
    location: Location | None = None
    happened: Happened | None = None
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Make a complaint of it; its id is given out here, so that others can refer to it. *repeats*:
    the ended one of which it is a repeat."""

    complaint: ComplaintId
    draft: ComplaintDraft
    part: int = 0
    repeats: ComplaintId | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """Link the message (and *message* that waited, if any) to a case, and amend it."""

    complaint: ComplaintId
    role: str
    amendment: Amendment | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Perform:
    """An action of the reporter: *action* is a value of `core.workflow.Action`."""

    complaint: ComplaintId
    action: str
    text: str = field(default="", repr=False)
    data: Mapping[str, Any] = field(default_factory=dict)


class Pause(enum.StrEnum):
    """How long an answer waits for more parts of the same message."""

    NONE = "none"
    TEXT = "text"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Reply:
    """Tell the person something. *kind* names the words; *params* hold ids and small values."""

    kind: str
    complaint: ComplaintId | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    pause: Pause = Pause.NONE


@dataclass(frozen=True, slots=True)
class Wait:
    """More parts are coming: the receipt of *complaint*, not yet sent, waits a little longer."""

    complaint: ComplaintId
    pause: Pause


@dataclass(frozen=True, slots=True)
class SetPushes:
    """STOP and MULAI: whether we may write without being asked."""

    stopped: bool


Intent = File | Add | Perform | Reply | Wait | SetPushes


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one message: what to remember, what to do, what it was."""

    state: DialogueState
    outcome: Outcome
    intents: tuple[Intent, ...] = ()
