"""The approved templates that tell of something to be read, where free text may not leave. Pure.

What the provider approves is the text of the catalogue, its placeholders numbered; what is sent are
their values. Meta refuses a value with a line break, a tab or many blanks (finding 11).
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from channels.templates import WantedTemplate
from core.messages import Template
from gateway.outbound.notices import ENVELOPES
from gateway.words import Form, catalogue

LANGUAGES = ("id", "en")
PURPOSES: Mapping[str, str] = {purpose: kind for kind, purpose in ENVELOPES.items()}

_LONGEST = 200
_PLACE = re.compile(r"{(\w+)}")

_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "id": {
        "number": "JK2611190041",
        "unit": "Dinas Bina Marga",
        "news": "diteruskan ke Dinas Bina Marga",
    },
    "en": {
        "number": "JK2611190041",
        "unit": "Dinas Bina Marga",
        "news": "passed on to Dinas Bina Marga",
    },
}
"""By which whoever approves sees what stands in the places."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One template with the *values* of its places, by their names in the catalogue."""

    purpose: str
    language: str
    values: Mapping[str, str] = field(repr=False)

    @property
    def template(self) -> Template:
        """As it is sent."""
        places = _places(self.purpose, self.language)
        numbered = {str(n): self._plain[name] for n, name in enumerate(places, 1)}
        return Template(f"{self.purpose}/{self.language}", numbered)

    @property
    def text(self) -> str:
        """How it arrives."""
        return catalogue(self.language).fill(PURPOSES[self.purpose], Form.CHAT, self._plain)

    @property
    def _plain(self) -> Mapping[str, str]:
        # An empty value is refused (Twilio, 21656).
        return {n: " ".join(value.split())[:_LONGEST] or "-" for n, value in self.values.items()}


def languages(templates: Collection[str], purpose: str) -> list[str]:
    """In which the account has the template for *purpose*."""
    return [
        name[len(purpose) + 1 :] for name in sorted(templates) if name.startswith(f"{purpose}/")
    ]


def purposes(templates: Collection[str]) -> set[str]:
    """For what the account has a template in any language."""
    return {purpose for purpose in PURPOSES if languages(templates, purpose)}


def language_of(templates: Collection[str], purpose: str, language: str) -> str:
    """That of the thread where there is a template in it, else Indonesian, else whichever."""
    there = languages(templates, purpose)
    return next((one for one in (language, "id", *there) if one in there), "id")


def wanted(purpose: str, language: str) -> WantedTemplate:
    """What is to be approved. Its name tells its words: other words are another template, because
    an approved one is never changed and the name of a refused one is not given again."""
    words = catalogue(language)
    places = _places(purpose, language)
    text = words.template(PURPOSES[purpose], Form.CHAT)
    for number, name in enumerate(places, 1):
        text = text.replace(f"{{{name}}}", f"{{{{{number}}}}}")
    button = words.piece(f"button_{purpose}")
    mark = hashlib.sha256(f"{text}\n{button}".encode()).hexdigest()[:8]
    return WantedTemplate(
        name=f"kanal_{purpose}_{language}_{mark}",
        language=language,
        body=text,
        button=button,
        samples={str(n): _SAMPLES[language][name] for n, name in enumerate(places, 1)},
    )


def _places(purpose: str, language: str) -> list[str]:
    text = catalogue(language).template(PURPOSES[purpose], Form.CHAT)
    return list(dict.fromkeys(_PLACE.findall(text)))
