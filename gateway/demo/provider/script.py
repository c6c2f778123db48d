"""When faults strike: rules that count, so the same calls in the same order meet the same faults.

As text, one rule a line (``#`` begins a comment)::

    create answer status=429 code=20429 retry_after=2 times=3
    create cut handled=yes skip=100 every=50
    create answer status=400 code=21211 to=+628111111111
    callback swap times=1
    list answer status=503
    delivery undeliverable code=30003
"""

import enum
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from starlette.responses import Response

from gateway.demo.provider.faults import (
    Answer,
    AnswerFault,
    Cut,
    Delay,
    Double,
    Drop,
    Fault,
    Late,
    PostFault,
    Posting,
    Postings,
    Proceed,
    Swap,
    Undeliverable,
)


class On(enum.StrEnum):
    """Where a fault can strike."""

    CREATE = "create"
    LIST = "list"
    FETCH = "fetch"
    MEDIA = "media"
    CALLBACK = "callback"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"


_FITTING: Mapping[On, tuple[type[Fault], ...]] = {
    **dict.fromkeys((On.CREATE, On.LIST, On.FETCH, On.MEDIA), (Answer, Delay, Cut)),
    **dict.fromkeys((On.CALLBACK, On.WEBHOOK), (Drop, Double, Late, Swap)),
    On.DELIVERY: (Undeliverable,),
}


class ScriptInvalid(ValueError):
    """A rule that cannot be; says which and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """*fault* strikes *on* the events that concern *to* (an address; empty: anybody): not the first
    *skip*, of the others each *every*-th, at most *times* in all."""

    on: On
    fault: Fault
    to: str = ""
    skip: int = 0
    every: int = 1
    times: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.fault, _FITTING[self.on]):
            raise ScriptInvalid(f"{type(self.fault).__name__} cannot strike on {self.on}")
        if self.every < 1:
            raise ScriptInvalid("every counts from 1")

    def strikes(self, seen: int) -> bool:
        """Whether the *seen*-th event, from 1, is one of those."""
        turn, rest = divmod(seen - self.skip - 1, self.every)
        return seen > self.skip and rest == 0 and (self.times is None or turn < self.times)


class FaultScript:
    """The rules in force, with their counters. Every rule that fits is asked, in order."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: list[Rule] = []
        self._seen: list[int] = []
        self.set(rules)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What is in force, also when it has struck for the last time."""
        return tuple(self._rules)

    def set(self, rules: Iterable[Rule]) -> None:
        """Replace all rules; counting begins anew."""
        self._rules = list(rules)
        self._seen = [0] * len(self._rules)

    def add(self, on: On, fault: Fault, *, to: str = "", times: int | None = 1) -> None:
        """One more rule, by default for the next event only."""
        self._rules.append(Rule(on, fault, to=to, times=times))
        self._seen.append(0)

    async def around(self, on: On, to: str, proceed: Proceed) -> Response:
        """The answer to a call, as the faults leave it; the first rule is the outermost."""
        for fault in reversed(self._strike(on, to)):
            if isinstance(fault, AnswerFault):
                proceed = _wrapped(fault, proceed)
        return await proceed()

    def postings(self, on: On, to: str) -> Postings:
        """How often and when something is posted: once and now, unless a fault strikes."""
        postings: Postings = (Posting(),)
        for fault in self._strike(on, to):
            if isinstance(fault, PostFault):
                postings = fault.change(postings)
        return postings

    def undeliverable(self, to: str) -> int | None:
        """The code with which a message to *to* fails, if it does."""
        struck = self._strike(On.DELIVERY, to)
        return next((f.code for f in struck if isinstance(f, Undeliverable)), None)

    def _strike(self, on: On, to: str) -> list[Fault]:
        struck = []
        for index, rule in enumerate(self._rules):
            if rule.on is on and rule.to in ("", to):
                self._seen[index] += 1
                if rule.strikes(self._seen[index]):
                    struck.append(rule.fault)
        return struck


def parse_script(text: str) -> tuple[Rule, ...]:
    """The rules in *text*.

    Raises:
        ScriptInvalid: Names the line and what is wrong with it.
    """
    rules = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            if words := shlex.split(line, comments=True):
                rules.append(_rule(words))
        except (ValueError, TypeError) as error:
            raise ScriptInvalid(f"line {number}: {error}") from error
    return tuple(rules)


def _rule(words: list[str]) -> Rule:
    if len(words) < 2:
        raise ScriptInvalid("a rule says where and what")
    place, name, *rest = words
    kinds = {kind.__name__.lower(): kind for kind in _FITTING[On(place)]}
    if name not in kinds:
        raise ScriptInvalid(f"on {place} there is {', '.join(kinds)}")
    given = dict(word.split("=", 1) for word in rest)
    own = {f.name for f in fields(kinds[name])}
    fault = kinds[name](**{k: _value(v) for k, v in given.items() if k in own})
    # An address stays text: it looks like a number.
    limits: dict[str, Any] = {
        k: v if k == "to" else _value(v) for k, v in given.items() if k not in own
    }
    return Rule(On(place), fault, **limits)


def _value(text: str) -> Any:
    if text in {"yes", "no"}:
        return text == "yes"
    number = float(text)
    return int(number) if number.is_integer() else number


def _wrapped(fault: AnswerFault, proceed: Proceed) -> Proceed:
    return lambda: fault.around(proceed)
