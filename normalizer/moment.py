"""When it happened, or how often: Indonesian words of time, relative to the receipt.

Names of places hide weekdays and dates ("Pasar Minggu", "Jl. 28 Oktober"); their words are masked
before anything is read. Times are of Jakarta (WIB); "semalam" at ten in the morning is the evening
before.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from core.number import WIB
from normalizer.clocktimes import Clock, find_clocks
from normalizer.dates import SINCE, Day
from normalizer.days import find_days
from normalizer.reading import Finding, Moment, MomentKind, Precision
from normalizer.spans import Spell, find_long_since, find_recurring, find_spells
from normalizer.text import Words

_NOW = frozenset({"sekarang", "saat"})
_NEAR = 8  # tokens between a day and its hour ("kemarin pas saya lewat jam 5 sore")


def read_moment(words: Words, shadow: frozenset[int], at: datetime | None) -> Moment | None:
    """The time that the message speaks of.

    *shadow* are the tokens that name places. *at* is the receipt, aware; without it, words that
    count from the receipt are found but have no date.
    """
    now = at.astimezone(WIB) if at is not None else None
    scene = _Times(words, shadow, now)
    return scene.recurring() or scene.spell() or scene.point() or scene.long_since()


@dataclass(slots=True)
class _Times:
    words: Words
    shadow: frozenset[int]
    now: datetime | None
    days: list[Day] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.days = self._days()
        self.clocks = list(find_clocks(self.words, self.shadow))

    def recurring(self) -> Moment | None:
        """ "Tiap sore", "setiap hari jam 4 sampai 6", "setiap Jumat"."""
        found = next(iter(find_recurring(self.words, self.shadow)), None)
        if found is None:
            return None
        clock = self._clock_near(found.first, found.last)
        last = max(found.last, clock.last) if clock else found.last
        first = min(found.first, clock.first) if clock else found.first
        return Moment(
            kind=MomentKind.RECURRING,
            finding=Finding(0.9, (self.words.quote(first, last),)),
            every=found.every,
            from_hour=_hours(clock.start) if clock else found.part,
            until_hour=_hours(clock.end) if clock and clock.end else "",
        )

    def spell(self) -> Moment | None:
        """How long: "sudah 3 hari", "sejak kemarin", "berbulan-bulan"."""
        spells = list(find_spells(self.words, self.shadow))
        since = self._since()
        if since is not None:
            return since
        if not spells:
            return None
        spell = spells[0]
        return self._of_spell(spell)

    def long_since(self) -> Moment | None:
        """ "Dari dulu", where nothing else tells when."""
        spell = find_long_since(self.words, self.shadow)
        return self._of_spell(spell) if spell else None

    def _of_spell(self, spell: Spell) -> Moment:
        quote = self.words.quote(spell.first, spell.last)
        start = self.now - spell.length if self.now and spell.length else None
        if spell.ago:
            point = Moment(MomentKind.POINT, Finding(0.9, (quote,)), start, start, spell.precision)
            return _whole(point, spell.unit)
        return Moment(
            kind=MomentKind.DURATION,
            finding=Finding(0.6 if spell.vague else 0.9, (quote,)),
            start=start,
            end=self.now,
            precision=spell.precision,
            length=spell.length,
        )

    def _since(self) -> Moment | None:
        """ "Sejak kemarin", "dari hari Senin", "mulai kamis 22 Juni"; or from one to another."""
        days = self.days
        for one, other in pairwise(days):
            lasts = one.since and self.words.forms[other.first] in _NOW
            if _joined(self.words, one.last, other.first) and not lasts:
                return self._range(one, other)
        for day in days:
            if not day.since:
                continue
            start = day.begin
            length = self.now - start if self.now and start and self.now > start else None
            return Moment(
                kind=MomentKind.DURATION,
                finding=Finding(0.85, (self.words.quote(day.first, day.last),)),
                start=start,
                end=self.now if start else None,
                precision=day.precision,
                length=length,
            )
        return self._since_hour()

    def _since_hour(self) -> Moment | None:
        """ "Dari jam 6 pagi", where no other day than this is named."""
        clock = next(iter(self.clocks), None)
        told = clock is not None and clock.end is None and clock.first > 0
        other_days = any(day.precision > Precision.HOUR for day in self.days)
        if clock is None or not told or other_days:
            return None
        if self.words.forms[clock.first - 1] not in SINCE:
            return None
        point = self._of_clock(clock)
        length = self.now - point.start if self.now and point.start else None
        quote = self.words.quote(clock.first - 1, clock.last)
        return replace(
            point,
            kind=MomentKind.DURATION,
            finding=Finding(0.85, (quote,)),
            end=self.now,
            length=length,
        )

    def point(self) -> Moment | None:
        """A day, an hour, or both; a range where two are joined."""
        days = self.days
        if not days:
            clock = next(iter(self.clocks), None)
            return self._of_clock(clock) if clock else None
        day = days[0]
        clock = self._clock_near(day.first, day.last)
        return self._of_day(day, clock)

    def _of_day(self, day: Day, clock: Clock | None) -> Moment:
        first = min(day.first, clock.first) if clock else day.first
        last = max(day.last, clock.last) if clock else day.last
        quote = self.words.quote(first, last)
        sure = Finding(day.sure, (quote,))
        if clock is None or day.begin is None or day.precision > Precision.DAY:
            kind = MomentKind.RANGE if clock and clock.end else MomentKind.POINT
            return Moment(kind, sure, day.begin, day.end, day.precision)
        hour = clock.of_part(day.part)
        midnight = day.midnight or day.begin.replace(hour=0, minute=0)
        start = midnight + hour.start
        if hour.end is not None:
            end = midnight + hour.end
            end += timedelta(days=1) if end <= start else timedelta()
            return Moment(MomentKind.RANGE, sure, start, end, Precision.HOUR)
        return Moment(MomentKind.POINT, sure, start, start, hour.precision)

    def _of_clock(self, clock: Clock) -> Moment:
        """An hour without a day: the last time it was that late."""
        sure = Finding(0.6, (self.words.quote(clock.first, clock.last),))
        kind = MomentKind.RANGE if clock.end is not None else MomentKind.POINT
        if self.now is None:
            return Moment(kind, sure, None, None, clock.precision)
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight + clock.start > self.now:
            midnight -= timedelta(days=1)
        start = midnight + clock.start
        end = midnight + clock.end if clock.end is not None else start
        end += timedelta(days=1) if end < start else timedelta()
        return Moment(kind, sure, start, end, clock.precision)

    def _range(self, one: Day, other: Day) -> Moment:
        start, end = one.begin, other.end
        if start and end and start > end and one.year_guessed:
            start = _year_before(start)
        return Moment(
            MomentKind.RANGE,
            Finding(0.85, (self.words.quote(one.first, other.last),)),
            start,
            end,
            max(one.precision, other.precision),
        )

    def _days(self) -> list[Day]:
        """The days named; of "hari Jumat tanggal 7 Januari" one."""
        days: list[Day] = []
        for day in find_days(self.words, self.shadow, self.now):
            if days and day.first == days[-1].last and not day.since:
                days[-1] = _closer(days[-1], day)
            else:
                days.append(day)
        return days

    def _clock_near(self, first: int, last: int) -> Clock | None:
        return next(
            (
                clock
                for clock in self.clocks
                if -_NEAR <= clock.first - last <= _NEAR or 0 <= first - clock.last <= 2
            ),
            None,
        )


def _joined(words: Words, one: int, other: int) -> bool:
    between = words.forms[one:other]
    gap = words.text[words.tokens[one - 1].end : words.tokens[other].start].strip()
    return bool(set(between) & {"sampai", "hingga", "sd", "s"}) or gap in {"-", "–"}


def _closer(day: Day, other: Day) -> Day:
    """Of "Jumat tanggal 7 Januari" the date decides, the part of the day stays."""
    kept = other if other.is_date or not day.is_date else day
    if day.midnight and other.begin and other.end and other.midnight and other.sure < day.sure:
        moved = day.midnight - other.midnight  # "kemarin pas magrib"
        begin, end = other.begin + moved, other.end + moved
        kept = replace(other, begin=begin, end=end, midnight=day.midnight, sure=day.sure)
    first, last = min(day.first, other.first), max(day.last, other.last)
    return replace(kept, first=first, last=last, since=day.since)


def _year_before(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year - 1)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year - 1, day=28)


def _whole(moment: Moment, unit: timedelta) -> Moment:
    """A point days ago is known to the day only, one weeks ago to the week."""
    if moment.start is None or moment.precision < Precision.DAY:
        return moment
    start = moment.start.replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(moment, start=start, end=start + unit)


def _hours(span: timedelta | None) -> str:
    if span is None:
        return ""
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60 % 24:02}.{minutes % 60:02}"
