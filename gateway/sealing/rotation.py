"""What the next step of a rotation is, and what stands in its way. Pure.

A key is added behind the others and opens. When every process holds it, it moves to the front and
seals. When every process seals with it, all rows are sealed anew. When none is left under the old
key, that one is dropped.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.number import WIB
from gateway.sealing.holders import Holder
from gateway.sealing.known import KnownKey


class Step(enum.StrEnum):
    """What is to be done next."""

    WAIT = "wait"
    USE = "use"
    RESEAL = "reseal"
    DROP = "drop"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Next:
    """*key* is the one it is done with; *because* says what stands in its way, for WAIT."""

    step: Step
    key: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """*keys* in the order of the file: the first one seals. *rows* and *spooled* by key."""

    keys: Sequence[str]
    known: Sequence[KnownKey] = ()
    holders: Sequence[Holder] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    spooled: Mapping[str, int] = field(default_factory=dict)
    """Messages in this machine's spool."""

    @property
    def current(self) -> str:
        """What new rows are sealed with."""
        return self.keys[0]


def next_step(now: Situation) -> Next:
    """How the rotation goes on."""
    used = {key.id for key in now.known if key.used_at is not None}
    fresh = [key for key in now.keys[1:] if key not in used]
    if fresh:
        wanted = fresh[-1]
        missing = tuple(_told(h, f"does not hold '{wanted}' yet") for h in _without(now, wanted))
        return Next(Step.WAIT, wanted, missing) if missing else Next(Step.USE, wanted)
    late = tuple(
        _told(h, f"still seals with '{h.seals}'") for h in now.holders if h.seals != now.current
    )
    if late:
        return Next(Step.WAIT, now.current, late)
    if any(count for key, count in now.rows.items() if key != now.current and key in now.keys):
        return Next(Step.RESEAL, now.current)
    if len(now.keys) > 1:
        return Next(Step.DROP, now.keys[-1])
    return Next(Step.DONE, now.current)


def hindrances(now: Situation, key: str) -> tuple[str, ...]:
    """Why *key* must not be dropped yet, one sentence each."""
    return tuple(_hindrances(now, key))


def _hindrances(now: Situation, key: str) -> Iterator[str]:
    if key == now.current:
        yield f"'{key}' seals: begin with `kanal keys add`, go on with `kanal keys rotate`"
        return
    if now.rows.get(key):
        what = f"{now.rows[key]} rows are sealed with '{key}'"
        if key in now.keys:
            yield f"{what}: `kanal keys rotate` seals them anew"
        else:
            yield (
                f"{what}, which is not in the key file: put it back from a copy of the file, or, "
                f"if there is none, `kanal keys drop {key} --lost`"
            )
    if now.spooled.get(key):
        yield (
            f"{now.spooled[key]} messages in the spool are sealed with '{key}': wait until they "
            "are stored, then seal them anew with `kanal keys rotate`"
        )
    for holder in now.holders:
        if holder.seals == key:
            yield _told(holder, f"still seals with '{key}'")


def _without(now: Situation, key: str) -> list[Holder]:
    return [holder for holder in now.holders if key not in holder.opens]


def _told(holder: Holder, what: str) -> str:
    until = holder.until.astimezone(WIB)
    return (
        f"{holder.process} {what}: copy the key file to it and send it SIGHUP; one that is gone "
        f"counts until {until:%H:%M:%S} WIB"
    )
