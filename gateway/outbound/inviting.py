"""The approved template that says that there is a question, where free text may not leave. Pure."""

from collections.abc import Collection

from core.messages import Template
from gateway.outbound.notices import INVITATION
from gateway.words import Form, catalogue

_QUESTION = "question/"


def languages(templates: Collection[str]) -> list[str]:
    """In which the account has this template; it may have others."""
    return [n.removeprefix(_QUESTION) for n in sorted(templates) if n.startswith(_QUESTION)]


def invitation(number: str, templates: Collection[str], language: str) -> Template:
    """The template about the report *number*: in the language of the thread where there is one,
    else in Indonesian, else in whichever there is."""
    return Template(_QUESTION + _language(templates, language), {"1": number})


def reads(number: str, templates: Collection[str], language: str) -> str:
    """How it arrives."""
    words = catalogue(_language(templates, language))
    return words.fill(INVITATION, Form.CHAT, {"number": number})


def _language(templates: Collection[str], language: str) -> str:
    there = languages(templates)
    return next((one for one in (language, "id", *there) if one in there), "id")
