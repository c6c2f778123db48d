"""From facts to the words of a notice. Pure: which text of the catalogue, and what stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.contract import Alphabet, Capabilities
from gateway.configuration.settings import Account
from gateway.duty.wording import bundled, worded
from gateway.outbound.envelopes import Envelope, language_of
from gateway.outbound.facts import DueNotice, FactBook, Listener
from gateway.outbound.notices import ENVELOPES, INVITED
from gateway.outbound.pictures import Picture
from gateway.outbound.texts import key_of
from gateway.outbound.values import Values
from gateway.outbound.world import World
from gateway.words import Catalogue, Form, catalogue

_WITH_OFFICERS_TEXT = 2
"""SMS segments where an officer's own words are told; everything else takes one."""


@dataclass(frozen=True)
class Composer:
    """Writes one notice for one listener."""

    world: World
    facts: FactBook
    listener: Listener
    account: Account
    capabilities: Capabilities

    @property
    def words(self) -> Catalogue:
        """In the language of the thread."""
        return catalogue(self.listener.language)

    @property
    def form(self) -> Form:
        """Short where characters are counted in segments."""
        return Form.SMS if self.capabilities.alphabet is Alphabet.GSM7 else Form.CHAT

    def write(self, notice: DueNotice) -> str:
        """The text, ready to be sent."""
        if notice.kind == INVITED:
            return self._to_officer(INVITED, {"unit": self.world.unit(notice.params["unit"])})
        if notice.kind.startswith("duty_"):
            return self._to_officer(*self._duty(notice))
        if notice.kind in ENVELOPES:
            return self.envelope(notice).text
        return self._written(notice, self.pictures(notice))

    def pictures(self, notice: DueNotice) -> tuple[Picture, ...]:
        """The photo of the result that goes along with its news: where the channel is private and
        takes pictures, and the words fit under it. They come first."""
        shown = self.facts.pictures.along(notice)[:1]
        takes = self.capabilities.media_out and not self.capabilities.public
        if not shown or not takes:
            return ()
        fits = len(self._written(notice, shown)) <= self.capabilities.max_caption
        return shown if fits else ()

    def _written(self, notice: DueNotice, pictures: Sequence[Picture]) -> str:
        values = Values(self, notice, pictures)
        key = key_of(notice, values)
        if self.form is Form.SMS:
            segments = _WITH_OFFICERS_TEXT if values.has_officers_text else 1
            return self.words.sms(key, values.for_key(key), segments=segments)
        text = self.words.chat(key, values.for_key(key), self.capabilities.max_chars)
        bold = self.capabilities.bold
        return text if bold == "*" else text.replace("*", bold).replace("_", "")

    def envelope(self, notice: DueNotice) -> Envelope:
        """The approved template that says that there is something to read, filled in the language
        in which the account has it."""
        purpose = ENVELOPES[notice.kind]
        language = language_of(self.capabilities.templates, purpose, self.listener.language)
        same = replace(self, listener=replace(self.listener, language=language))
        return Envelope(purpose, language, Values(same, notice).for_key(notice.kind))

    def bundle(self, notices: Sequence[DueNotice]) -> str:
        """One text for several duty notices."""
        about = [
            (n.kind, n.params, self.facts.about[n.complaint].complaint)
            for n in notices
            if n.complaint is not None
        ]
        return self._to_officer(*bundled(about, self.words, self.form, self.world.now))

    def _duty(self, notice: DueNotice) -> tuple[str, dict[str, str]]:
        known = self.facts.about.get(notice.complaint) if notice.complaint else None
        complaint = known.complaint if known else None
        return worded(notice.kind, notice.params, complaint, self.words, self.world.now)

    def _to_officer(self, key: str, values: dict[str, str]) -> str:
        values = {"emergency": self.world.settings.emergency.general, **values}
        if self.form is Form.SMS:
            return self.words.sms(key, values)
        text = self.words.chat(key, values, self.capabilities.max_chars)
        return text if self.capabilities.bold == "*" else text.replace("*", self.capabilities.bold)
