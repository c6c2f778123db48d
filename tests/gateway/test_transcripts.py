"""Conversations as data (`tests/transcripts/*.toml`): what is said, what is heard, what it was.

A step is one of: ``say`` (with *after*: seconds that pass before one looks, default 4), ``act``
(an officer), ``wait`` (seconds in which the worker is away), ``beat`` (in which it works).
``hears`` lists the messages that arrive: a string must stand in the message of the same place, a
list of strings each. Without ``hears`` nothing may arrive. ``{1}`` stands for the number of the
first complaint, ``{1.code}`` for its code.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from channels.sms import measure
from tests.house import House

FOLDER = Path(__file__).parent.parent / "transcripts"
CASES = sorted(FOLDER.glob("*.toml"))


ON_BOTH = [path for path in CASES if re.match(r"t0[1459]|t07-emergency|t08-stop", path.stem)]
"""What the words mean does not depend on the database: on both run those that together carry out
all that a conversation stores."""


@pytest.mark.parametrize("path", ON_BOTH, ids=lambda path: path.stem)
async def test_transcript(house: House, path: Path) -> None:
    await played(house, path)


@pytest.mark.parametrize("path", [p for p in CASES if p not in ON_BOTH], ids=lambda path: path.stem)
async def test_more_transcripts(sqlite_house: House, path: Path) -> None:
    await played(sqlite_house, path)


async def played(house: House, path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, step in enumerate(case["step"], 1):
        try:
            await play(house, step, case.get("account", "chat"))
        except AssertionError as error:
            raise AssertionError(f"{path.name}, step {number} {step}: {error}") from error
    if "outcomes" in case:
        assert await house.outcomes() == case["outcomes"]
    if "states" in case:
        assert [b.complaint.state.value for b in await house.complaints()] == case["states"]


async def play(house: House, step: dict[str, Any], account: str) -> None:
    who = step.get("who", "+6281234567890")
    account = step.get("account", account)
    if "say" in step:
        more = {k: step[k] for k in ("media", "location", "quotes", "automatic") if k in step}
        if "quotes" in more:
            more["quotes"] = await sent_name(house, account, who, more["quotes"])
        await house.say(who, await filled(house, step["say"]), account, **more)
        await house.pause(step.get("after", 4))
    elif "act" in step:
        number = await filled(house, step.get("number", "{1}"))
        await house.act(
            number, step["act"], step.get("unit"),
            **{k: step[k] for k in ("text", "note", "kind") if k in step},
        )  # fmt: skip
        await house.settle()
    if "beat" in step:
        await house.live_on(step["beat"])
    if "wait" in step:
        await house.pause(step["wait"])
    heard = house.heard(who, account)
    expected = step.get("hears", [])
    assert len(heard) == len(expected), f"heard {heard}"
    for text, wanted in zip(heard, expected, strict=True):
        for part in [wanted] if isinstance(wanted, str) else wanted:
            assert await filled(house, part) in text, f"{part!r} is not in {text!r}"
        for part in step.get("never", ()):
            assert await filled(house, part) not in text
        if account == "sms":
            size = measure(text)
            assert size.gsm7, text
            assert size.segments <= step.get("segments", 1), f"{size} {text!r}"


async def filled(house: House, text: str) -> str:
    if not re.search(r"\{\d", text):
        return text
    for index, (number, code) in enumerate((await house.codes()).items(), 1):
        text = text.replace(f"{{{index}}}", number).replace(f"{{{index}.code}}", code)
    return text


async def sent_name(house: House, account: str, who: str, part: str) -> str:
    """The provider's id of the last message to *who* that holds *part*."""
    part = await filled(house, part)
    sent = house.channel(account).provider.sent
    return next(str(n) for n, m in reversed(sent) if m.to.value == who and part in m.text)
