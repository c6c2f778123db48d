"""How it stands with the templates of an account, and what is to be done about each. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from channels.templates import KeptTemplate, TemplateStanding, WantedTemplate
from gateway.outbound.envelopes import LANGUAGES, PURPOSES, wanted

_PLACE = re.compile(r"{{\s*(\w+)\s*}}")

_NEXT: Mapping[TemplateStanding, str] = {
    TemplateStanding.WAITING: "WhatsApp is looking at it: minutes to two days",
    TemplateStanding.REFUSED: "ask for another look in WhatsApp Manager, or have a text of your "
    "own with the same places approved and enter its id",
    TemplateStanding.STOPPED: "people complained about it: WhatsApp Manager says until when",
    TemplateStanding.UNSUBMITTED: "`kanal templates push` asks for its approval",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One purpose in one language: what is *wanted*, under which id it is *configured* (empty: it
    is not), and what the provider has of it."""

    purpose: str
    language: str
    wanted: WantedTemplate
    configured: str = ""
    kept: KeptTemplate | None = None

    @property
    def name(self) -> str:
        """As `OutboundMessage.template` calls it."""
        return f"{self.purpose}/{self.language}"

    @property
    def is_ready(self) -> bool:
        """Whether it is sent where free text may not leave."""
        return bool(self.configured) and self._may_leave

    @property
    def is_broken(self) -> bool:
        """Whether it is to be sent, and cannot be."""
        return bool(self.configured) and not self._may_leave

    @property
    def standing(self) -> str:
        """In a word."""
        if self.kept is None:
            return "unknown" if self.configured else "missing"
        return self.kept.standing.value if self._fits else "misfit"

    @property
    def next(self) -> str:
        """What to do about it; empty where nothing is."""
        kept = self.kept
        if kept is None and self.configured:
            return f"this account has no {self.configured}: look at the id in kanal.toml"
        if kept is None:
            return "`kanal templates push` creates it"
        if not self._fits:
            places = ", ".join(f"{{{{{n}}}}}" for n in sorted(self.wanted.samples))
            return f"its text must have the places {places} and no other"
        if kept.standing is TemplateStanding.APPROVED:
            return "" if self.configured else f'enter {self.language} = "{kept.id}" in kanal.toml'
        said = f" ({kept.reason})" if kept.reason else ""
        return f"{_NEXT[kept.standing]}{said}"

    @property
    def _may_leave(self) -> bool:
        approved = self.kept is not None and self.kept.standing is TemplateStanding.APPROVED
        return approved and self._fits

    @property
    def _fits(self) -> bool:
        return self.kept is None or set(_PLACE.findall(self.kept.body)) == set(self.wanted.samples)


@dataclass(frozen=True, slots=True)
class Step:
    """What `push` does: *create* the text first, or only ask for the approval of what is there."""

    wanted: WantedTemplate
    create: bool
    id: str = ""


def places(configured: Mapping[str, str], kept: Sequence[KeptTemplate]) -> list[Place]:
    """Every template that an account can use: *configured* ids by purpose and language, and what
    the provider has, by the id where there is one, else by the name that `push` gives."""
    by_id = {one.id: one for one in kept}
    by_name = {one.name: one for one in kept}
    found = []
    for purpose in PURPOSES:
        for language in LANGUAGES:
            text = wanted(purpose, language)
            own = configured.get(f"{purpose}/{language}", "")
            known = by_id.get(own) if own else by_name.get(text.name)
            found.append(Place(purpose, language, text, own, known))
    return found


def steps(of: Sequence[Place]) -> Iterator[Step]:
    """What is missing; what is configured is the operator's own affair."""
    for place in of:
        if place.configured:
            continue
        if place.kept is None:
            yield Step(place.wanted, create=True)
        elif place.kept.standing is TemplateStanding.UNSUBMITTED:
            yield Step(place.wanted, create=False, id=place.kept.id)


def to_enter(of: Sequence[Place]) -> list[str]:
    """The lines for `[[accounts]]` of kanal.toml, for what is approved and not entered yet."""
    lines: list[str] = []
    for purpose in PURPOSES:
        mine = [p for p in of if p.purpose == purpose and (p.configured or _is_new(p))]
        if any(_is_new(p) for p in mine):
            lines.append(f"[accounts.settings.templates.{purpose}]")
            lines += [f'{p.language} = "{p.configured or (p.kept and p.kept.id)}"' for p in mine]
    return lines


def _is_new(place: Place) -> bool:
    approved = place.kept is not None and place.kept.standing is TemplateStanding.APPROVED
    return approved and not place.configured
