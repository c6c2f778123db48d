"""Fills the texts of the catalogue, and makes an SMS fit."""

import enum
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from channels.sms import measure, to_gsm7

Language = Literal["id", "en"]

ELASTIC = ("text", "matter", "place", "problem")
"""What may be shortened so that an SMS fits, in this order; nothing else ever is."""

_TABLES = frozenset({"pieces", "reason", "page"})
_SHORTEST = 12
_SENTENCE_END = re.compile(r"[.!?](?=\s)")


class Form(enum.StrEnum):
    """The two forms of every text."""

    SMS = "sms"
    CHAT = "chat"


class Catalogue:
    """The texts of one language."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._pieces = texts["pieces"]
        self._reasons = texts["reason"]
        self.page = texts["page"]
        """What stands on the public pages, by name."""
        self._texts = {k: v for k, v in texts.items() if k not in _TABLES}

    @property
    def keys(self) -> frozenset[str]:
        """Every key of a text."""
        return frozenset(self._texts)

    def template(self, key: str, form: Form) -> str:
        """The unfilled text."""
        return self._texts[key][form.value].strip()

    def wants(self, key: str, form: Form) -> set[str]:
        """The names of the values that the text of *key* takes."""
        return {part.partition("}")[0] for part in self.template(key, form).split("{")[1:]}

    def fill(self, key: str, form: Form, values: Mapping[str, str]) -> str:
        """The text of *key*; a placeholder without a value is a bug and raises `KeyError`."""
        filled = self.template(key, form).format_map(values)
        # A value may be empty ("no further news"): no double blanks or dangling lines then.
        lines = (re.sub(r"[ \t]{2,}", " ", line).strip() for line in filled.split("\n"))
        return "\n".join(line for line in lines if line)

    def sms(self, key: str, values: Mapping[str, str], *, segments: int = 1) -> str:
        """The SMS text of *key* in GSM-7, its elastic values shortened until it fits *segments*."""
        plain = {name: to_gsm7(value) for name, value in values.items()}
        text = to_gsm7(self.fill(key, Form.SMS, plain))
        for name in ELASTIC:
            while measure(text).segments > segments and len(plain.get(name, "")) > _SHORTEST:
                plain[name] = _shorter(plain[name], self.piece("rest"))
                text = to_gsm7(self.fill(key, Form.SMS, plain))
        return text

    def chat(self, key: str, values: Mapping[str, str], most: int) -> str:
        """The chat text of *key*, its elastic values shortened until it has *most* characters."""
        fitting = dict(values)
        text = self.fill(key, Form.CHAT, fitting)
        for name in ELASTIC:
            while len(text) > most and len(fitting.get(name, "")) > _SHORTEST:
                fitting[name] = _shorter(fitting[name], self.piece("rest"))
                text = self.fill(key, Form.CHAT, fitting)
        return text

    def piece(self, name: str, **values: str) -> str:
        """A small part of a text."""
        return self._pieces[name].format_map(values)

    def reason(self, code: str) -> str:
        """Why a notice was not told, in plain words."""
        return self._reasons[code]


@cache
def catalogue(language: str) -> Catalogue:
    """The texts of *language*; Indonesian for every language we do not have."""
    name = language if language in {"id", "en"} else "id"
    source = files("gateway.words").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Catalogue(tomllib.loads(source))


def _shorter(text: str, rest: str) -> str:
    """*text* without its last sentence, else without its last word, marked as shortened."""
    body = text.removesuffix(rest).rstrip(" ,.;:")
    ends = [m.end() for m in _SENTENCE_END.finditer(body)]
    if ends and ends[-1] > len(body) // 2:
        return body[: ends[-1]] + rest
    cut = body.rfind(" ")
    return (body[:cut] if cut > _SHORTEST // 2 else body[:-4]).rstrip(" ,.;:") + rest
