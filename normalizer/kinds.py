"""What sort of message it is: a complaint, a question, a suggestion, praise, abuse …

The kind steers what is asked and who may read it; nothing is refused because of it.
"""

from collections.abc import Mapping
from functools import cache

from core.complaint import Kind
from normalizer import wordlists
from normalizer.phrases import Phrases
from normalizer.reading import MessageKind, Problem, Social
from normalizer.text import Words

_STRONG = 0.85
_WEAK = 0.55
_EARLY = 6  # lean words: a question is opened early
_PRAISED_MOST = 30  # words: longer praise asks for something too


def kind_of(
    words: Words,
    problems: tuple[Problem, ...],
    social: Social | None,
    *,
    accuses: bool,
    in_danger: bool,
    says_not_fixed: bool,
) -> MessageKind:
    """The kind of a message that is no command, no answer and no advertisement."""
    problem = problems[0] if problems else None
    said = _said(words)
    if in_danger:
        return MessageKind.COMPLAINT
    if accuses:
        return MessageKind.ACCUSATION
    if social is not None:
        return MessageKind.PRAISE if "praise" in said else MessageKind.SOCIAL
    sure = problem.finding.confidence if problem and problem.category else 0.0
    if _is_praise(words, said, sure) and not says_not_fixed:
        return MessageKind.PRAISE
    if "question" in said and (sure < _STRONG or "asks_how" in said):
        return MessageKind.QUESTION
    if "suggestion" in said and sure < _STRONG:
        return MessageKind.SUGGESTION
    if problem is not None and problem.category:
        return MessageKind.PERSONAL if problem.kind is Kind.PERSONAL else MessageKind.COMPLAINT
    if "abuse" in said:
        return MessageKind.ABUSE
    if problem is not None and problem.finding.confidence >= _WEAK:
        return MessageKind.COMPLAINT
    return MessageKind.UNCLEAR


def _is_praise(words: Words, said: frozenset[str], sure: float) -> bool:
    asks = not wordlists.group("asking").isdisjoint(words.forms)
    brief = len(words.forms) <= _PRAISED_MOST
    return "praise" in said and brief and not asks and sure < _STRONG


def _said(words: Words) -> frozenset[str]:
    """The names of all signs; a question counts where it opens the message or ends it."""
    found: set[str] = set()
    for hit in _phrases().find(words):
        for name in hit.values:
            if name == "question" and hit.at > _EARLY and "?" not in words.head:
                continue
            found.add("question" if name == "asks_how" else name)
            found.add(name)
    return frozenset(found)


@cache
def _phrases() -> Phrases[str]:
    lists: Mapping[str, list[str]] = wordlists.read_toml("kinds")
    return Phrases((phrase, name) for name, phrases in lists.items() for phrase in phrases)
