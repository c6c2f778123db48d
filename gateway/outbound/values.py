"""What stands in the texts: a value for each placeholder, in the words of the thread. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from core.clocks import NextNews, next_news
from core.complaint import (
    Complaint,
    ComplaintId,
    Transition,
    UnitId,
)
from gateway.configuration.settings import Account
from gateway.outbound.facts import About, DueNotice
from gateway.outbound.operators import Operators
from gateway.outbound.pictures import Picture
from gateway.outbound.standing import (
    answer_by,
    as_many_as_fit,
    closing_piece,
    listed,
    opening,
    owed,
    problem_of,
    said_of,
    secret_piece,
    shared_piece,
    since,
    state_key,
    withheld,
)
from gateway.words import Form
from gateway.words.moments import briefly, day, spoken
from normalizer.completeness import place_missing

if TYPE_CHECKING:
    from gateway.outbound.compose import Composer


class Values(Operators):
    """The values of the placeholders, each worked out when a text asks for it."""

    def __init__(
        self, composer: "Composer", notice: DueNotice, pictures: Sequence[Picture] = ()
    ) -> None:
        self._c = composer
        self._along = pictures
        self.notice = notice
        self.words = composer.words
        self.listener = composer.listener
        super().__init__(composer.world.settings)
        self._world = composer.world

    def for_key(self, key: str) -> dict[str, str]:
        """The values that the text of *key* needs."""
        wanted = self.words.wants(key, self._c.form)
        return {name: str(getattr(self, name)) for name in wanted}

    # --- what it is about

    @cached_property
    def about(self) -> About:
        """The complaint of the notice."""
        assert self.notice.complaint is not None, self.notice.kind  # noqa: S101 - by its kind
        return self._c.facts.about[self.notice.complaint]

    @property
    def complaint(self) -> Complaint:
        """As it stands now, not as it stood when the notice became due."""
        return self.about.complaint

    @property
    def lacks_place(self) -> bool:
        """Whether the place (or office) is still to be asked for."""
        return place_missing(self.complaint.kind, self.complaint.place) is not None

    @cached_property
    def transition(self) -> Transition:
        """What happened, for news; the last thing that happened, for everything else."""
        seq = self.notice.params.get("seq")
        history = self.about.history
        return next((t for t in history if t.seq == seq), history[-1])

    @property
    def is_with_owner(self) -> bool:
        """Whether it waits at the channel's owner, as most do at first."""
        return self.complaint.lead_unit == self._channel(self.complaint).owner

    @property
    def has_officers_text(self) -> bool:
        """Whether the words of an officer are to be told."""
        if "staff" in self.notice.params:
            return True
        return "seq" in self.notice.params and bool(self.transition.public_text)

    # --- placeholders

    @property
    def number(self) -> str:
        return self.complaint.number

    @property
    def code(self) -> str:
        return self._world.code(self.complaint.id)

    @property
    def problem(self) -> str:
        return problem_of(self.about, self.words, self.listener.language)

    @property
    def place(self) -> str:
        return said_of(self.complaint.place, self.words)

    @property
    def counter(self) -> str:
        """The channel by which it came in, by its name."""
        return self._channel(self.complaint).name

    @property
    def matter(self) -> str:
        return ", ".join(part for part in (self.problem, self.place) if part)

    @property
    def text(self) -> str:
        if "staff" in self.notice.params:
            return " ".join(self._c.facts.staff[int(self.notice.params["staff"])].split())
        return " ".join(self.transition.public_text.split())

    @property
    def unit(self) -> str:
        news = "seq" in self.notice.params
        return self._world.unit(self.transition.unit if news else self.complaint.lead_unit)

    @property
    def lead(self) -> str:
        return self._world.unit(self.complaint.lead_unit)

    @property
    def filed(self) -> str:
        """The day on which it was reported."""
        return day(self.complaint.filed_at, self.words)

    @property
    def opening_words(self) -> str:
        """The reporter's own first words: which report it is about."""
        return opening(self.about.first_words, self.words) or self.problem

    @property
    def withheld(self) -> str:
        """Which sentence of whoever wants to stay unknown no agency reads (T11)."""
        return withheld(self.about.first_words, self.words)

    @property
    def answer_by(self) -> str:
        """Until when the question is open."""
        by = answer_by(self.complaint, self.transition)
        return spoken(by, self._world.now, self.words) if by else ""

    @property
    def until(self) -> str:
        """The day that the lead gave as an estimate."""
        at = datetime.fromisoformat(self.transition.data["until"])
        return spoken(at, self._world.now, self.words)

    @property
    def due(self) -> str:
        due = self._next.due
        return spoken(due, self._world.now, self.words) if due else ""

    @property
    def next(self) -> str:
        return owed(self._next, self._world.now, self.words, self._c.form)

    @property
    def closing(self) -> str:
        return self.words.piece(closing_piece(self.complaint))

    @property
    def news(self) -> str:
        """What happened, in the few words that an envelope has room for: none of an officer's."""
        kind = str(self.notice.params["of"])
        values = {
            "unit": self.unit, "lead": self.lead, "closing": self.closing, "counter": self.counter
        }  # fmt: skip
        return self.words.piece(f"news_{kind}", **values)

    @property
    def status(self) -> str:
        return self._status_of(self.about)

    @property
    def since(self) -> str:
        return self._since(self.about)

    @property
    def media(self) -> str:
        return listed(self.about.media, self.words)

    @property
    def photo(self) -> str:
        """Where to see the photos of the result that do not come with the news itself."""
        shown = self._c.facts.pictures.shown(self.notice)
        if len(shown) <= len(self._along) or self._c.capabilities.public:
            return ""
        if self._c.form is Form.SMS:
            return self.words.piece("photo_sms")
        return self.words.piece("photo_more" if self._along else "photo_page")

    @property
    def pin(self) -> str:
        return "" if self.complaint.place.is_known else self.words.piece("ask_pin")

    @property
    def list(self) -> str:
        ids = [ComplaintId(int(c)) for c in self.notice.params["complaints"]]
        line = "which_line" if self.notice.kind == "which" else "status_line"
        lines = [
            self.words.fill(line, self._c.form, self._line(self._c.facts.about[c], index))
            for index, c in enumerate(ids, 1)
            if c in self._c.facts.about and not self._c.facts.about[c].complaint.confidential
        ]
        if self._c.form is not Form.SMS:
            return "\n".join(lines)
        return as_many_as_fit(lines, self.words)

    @property
    def secret(self) -> str:
        """How a confidential one stands: no unit, no matter, no date."""
        return self.words.piece(secret_piece(self.complaint))

    @property
    def other(self) -> str:
        """The complaint that this one has to do with: it was merged into it, or comes out of it."""
        (name,) = self.notice.params["complaints"]
        return self._c.facts.about[ComplaintId(int(name))].complaint.number

    @property
    def other_place(self) -> str:
        """Where that one is."""
        (name,) = self.notice.params["complaints"]
        place = self._c.facts.about[ComplaintId(int(name))].complaint.place
        return said_of(place, self.words)

    @property
    def shared(self) -> str:
        """How far others' complaints about the same are: no unit and no time of theirs."""
        (name,) = self.notice.params["complaints"]
        return self.words.piece(shared_piece(self._c.facts.about[ComplaintId(int(name))].complaint))

    @property
    def outside(self) -> str:
        """What lies beyond the border, at the beginning of a sentence."""
        name = str(self.notice.params["outside"])
        return self.words.piece("that_point") if name == "point" else name

    @property
    def stars(self) -> str:
        return str(self.notice.params["stars"])

    @property
    def asked(self) -> str:
        return str(self.notice.params["number"])

    @property
    def link(self) -> str:
        base = f"{self._world.settings.base_url}/lacak"
        return f"{base}/{self.complaint.number}" if self.notice.complaint else base

    @property
    def opens(self) -> str:
        """From when on people read."""
        calendar = self._world.deadlines.calendar
        opens = calendar.next_opening(self._world.now)
        if opens <= self._world.now:
            return self.words.piece("now")
        return spoken(opens, self._world.now, self.words)

    # --- pieces

    def _channel(self, item: Complaint) -> Account:
        """That of the complaint: another than the thread's where it was entered at a counter."""
        return self._world.settings.account(item.account) or self._c.account

    @cached_property
    def _next(self) -> NextNews:
        owner = UnitId(self._channel(self.complaint).owner)
        figures = self._world.deadlines_of(self.complaint.account)
        return next_news(self.complaint, owner, figures)

    def _status_of(self, about: About) -> str:
        complaint = about.complaint
        if about.survivor is not None:
            status = self._status_of(about.survivor)
            values = {"other": about.survivor.complaint.number, "status": status}
            return self.words.fill("state_merged", self._c.form, values)
        values = {
            "unit": self._world.unit(complaint.lead_unit),
            "since": self._since(about),
            "closing": self.words.piece(closing_piece(complaint)),
        }
        return self.words.fill(state_key(complaint, self._channel(complaint)), self._c.form, values)

    def _since(self, about: About) -> str:
        at = since(about.history)
        if self._c.form is Form.SMS:
            return briefly(at, self.words)
        return spoken(at, self._world.now, self.words)

    def _line(self, about: About, index: int) -> dict[str, str]:
        status = self._status_of(about)
        if self._c.form is Form.SMS:
            merged = about.survivor is not None
            name = "merged" if merged else state_key(about.complaint, self._c.account)[6:]
            status = self.words.piece(f"brief_{name}")
        return {
            "number": about.complaint.number,
            "problem": problem_of(about, self.words, self.listener.language),
            "status": status,
            "index": str(index),
        }
