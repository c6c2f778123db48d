"""What a conversation means by a message: state, the reporter's own cases and a message → intents.

state     what is remembered between two messages: ids and times, no words
intents   what shall happen, as keys and values; the words are chosen elsewhere
situation everything one decision may look at
silence   which cases a number that was silent for long may speak of
step      the order in which a message is tried on its possible meanings
routing   which of several cases a message belongs to (promise 7)
"""

from normalizer.dialogue.intents import (
    Add,
    Amendment,
    File,
    Intent,
    Outcome,
    Perform,
    Reply,
    SetPushes,
    Turn,
)
from normalizer.dialogue.situation import Case, Claim, Heard, Policy, Situation
from normalizer.dialogue.state import DialogueState, Question, QuestionKind
from normalizer.dialogue.step import step

__all__ = [
    "Add",
    "Amendment",
    "Case",
    "Claim",
    "DialogueState",
    "File",
    "Heard",
    "Intent",
    "Outcome",
    "Perform",
    "Policy",
    "Question",
    "QuestionKind",
    "Reply",
    "SetPushes",
    "Situation",
    "Turn",
    "step",
]
