"""What is remembered between two messages of a conversation: ids and times, never words."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.complaint import ComplaintId

_REMEMBERED_CASES = 20

QUESTION_LIFE = timedelta(hours=72)
"""A bare digit, YA or BELUM answers a question of ours only if we asked it this recently."""


SAFE_LIFE = timedelta(hours=24)
"""AMAN? stays open for a day and a night; while it does, what follows is kept in silence."""


CLARIFY_LIFE = timedelta(days=60)
"""What an agency asks is answered by words, and at any time; for as long as a number is believed to
be its owner's."""


AGAIN = "again"
"""Purpose of a question about the place that is the second about a case, and the last."""


CORRECT = "correct"
"""Purpose of the question what is right where only was said that something is wrong."""


HEARD = "heard"
"""Purpose of the first question about a case of which its reporter has spoken since without
answering it: it can still be answered, and is not reminded of."""


class QuestionKind(enum.StrEnum):
    """What was asked; at most one question is open per thread."""

    PLACE = "place"
    PROBLEM = "problem"
    WHICH = "which"
    RESULT = "result"
    """Is it fixed (SUDAH, BELUM), and how was it handled (1 to 5)?"""
    SAFE = "safe"
    """Is it safe to answer (AMAN)?"""
    NEWS = "news"
    """Shall it be told here that there is news of what is confidential?"""
    CLARIFICATION = "clarification"
    """What an agency could not make out or find."""
    REASON = "reason"
    """Why was it withdrawn? Only where nothing else is asked, and silence is an answer."""


_OF_A_RECEIPT = frozenset({QuestionKind.PLACE, QuestionKind.PROBLEM})


@dataclass(frozen=True, slots=True)
class Question:
    """An open question. *options* are the cases a digit chooses from; *message* waits for it."""

    kind: QuestionKind
    asked_at: datetime
    complaint: ComplaintId | None = None
    options: tuple[ComplaintId, ...] = ()
    purpose: str = ""
    message: int | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether an answer at the moment *at* still means this question."""
        lives = {QuestionKind.SAFE: SAFE_LIFE, QuestionKind.CLARIFICATION: CLARIFY_LIFE}
        return at - self.asked_at < lives.get(self.kind, QUESTION_LIFE)

    def to_json(self) -> dict[str, Any]:
        """Ids as text: they do not fit into the numbers of every JSON reader."""
        return {
            "kind": self.kind.value,
            "asked_at": self.asked_at.isoformat(),
            "complaint": _text(self.complaint),
            "options": [str(o) for o in self.options],
            "purpose": self.purpose,
            "message": _text(self.message),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Question":
        """The reverse of `to_json`."""
        return cls(
            kind=QuestionKind(raw["kind"]),
            asked_at=datetime.fromisoformat(raw["asked_at"]),
            complaint=_complaint(raw["complaint"]),
            options=tuple(ComplaintId(int(o)) for o in raw["options"]),
            purpose=raw["purpose"],
            message=None if raw["message"] is None else int(raw["message"]),
        )


@dataclass(frozen=True, slots=True)
class DialogueState:
    """*active* maps a case to the time its reporter last said something about it.

    *silent_since* is when the number was last heard of before a silence after which it may have
    changed hands; None once a code was shown.
    *calmed_at* is when mere abuse was last answered, *angered* how often anger was since a person
    was called.
    *said* is a fingerprint of the last words and *said_of* the case they went to; *english* counts
    clear English sentences, *language* is the one asked for; *introduced* tells whether the privacy
    notice was given. *news_of* are confidential cases of which it may be told here that there is
    news.
    """

    question: Question | None = None
    active: Mapping[ComplaintId, datetime] = field(default_factory=dict)
    introduced: bool = False
    greeted_at: datetime | None = None
    person_asked_at: datetime | None = None
    calmed_at: datetime | None = None
    angered: int = 0
    english: int = 0
    language: str = ""
    said: str = ""
    said_at: datetime | None = None
    said_of: ComplaintId | None = None
    silent_since: datetime | None = None
    news_of: frozenset[ComplaintId] = frozenset()

    def last_at(self, case: ComplaintId, received_at: datetime) -> datetime:
        """When the reporter last said something about *case*, which came at *received_at*."""
        return max(self.active.get(case, received_at), received_at)

    def speaks(self, votes: int) -> str:
        """In which language the thread is written: as asked for, or English after so many *votes*;
        empty where nothing was said about it."""
        return self.language or ("en" if self.english >= votes else "")

    def is_silent_about(self, last_at: datetime) -> bool:
        """Whether a case that was last spoken of then is left out until a code is shown."""
        return self.silent_since is not None and last_at <= self.silent_since

    def unanswered(self, at: datetime) -> ComplaintId | None:
        """The case whose receipt asked something that is open at the moment *at*, and of which
        nothing was said since."""
        asked = self.question
        if asked is None or asked.purpose or asked.kind not in _OF_A_RECEIPT:
            return None
        return asked.complaint if asked.is_open(at) else None

    def touched(self, case: ComplaintId, at: datetime) -> Mapping[ComplaintId, datetime]:
        """*active* after something was said about *case*, bounded."""
        merged = {**self.active, case: at}
        newest = sorted(merged, key=lambda c: merged[c])[-_REMEMBERED_CASES:]
        return {c: merged[c] for c in newest}

    def to_json(self) -> dict[str, Any]:
        """For the *dialogue* column."""
        return {
            "question": self.question.to_json() if self.question else None,
            "active": {str(c): at.isoformat() for c, at in self.active.items()},
            "introduced": self.introduced,
            "greeted_at": _iso(self.greeted_at),
            "person_asked_at": _iso(self.person_asked_at),
            "calmed_at": _iso(self.calmed_at),
            "angered": self.angered,
            "english": self.english,
            "language": self.language,
            "said": self.said,
            "said_at": _iso(self.said_at),
            "said_of": _text(self.said_of),
            "silent_since": _iso(self.silent_since),
            "news_of": [str(c) for c in sorted(self.news_of)],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "DialogueState":
        """The reverse; a field that an older version did not write has its default."""
        question = raw.get("question")
        return cls(
            question=Question.from_json(question) if question else None,
            active={
                ComplaintId(int(c)): datetime.fromisoformat(at)
                for c, at in raw.get("active", {}).items()
            },
            introduced=raw.get("introduced", False),
            greeted_at=_moment(raw.get("greeted_at")),
            person_asked_at=_moment(raw.get("person_asked_at")),
            calmed_at=_moment(raw.get("calmed_at")),
            angered=raw.get("angered", 0),
            english=raw.get("english", 0),
            language=raw.get("language", ""),
            said=raw.get("said", ""),
            said_at=_moment(raw.get("said_at")),
            said_of=_complaint(raw.get("said_of")),
            silent_since=_moment(raw.get("silent_since")),
            news_of=frozenset(ComplaintId(int(c)) for c in raw.get("news_of", ())),
        )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _complaint(text: str | None) -> ComplaintId | None:
    return None if text is None else ComplaintId(int(text))
