"""Counting SMS: which alphabet a text needs and how many segments it costs (3GPP TS 23.038).

160 characters of GSM-7 or 70 UTF-16 units fit into one message; joined messages lose seven bytes
each to the header, so 153 and 67. The extension characters cost two.
"""

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_GSM7 = _BASIC | _EXTENDED

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "−": "-", "…": "...", "•": "-", "·": "-", "\u00a0": " ",
        "\u202f": " ", "\u2009": " ", "→": "->", "×": "x", "`": "'", "´": "'", "\t": " ",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """What a text costs: *units* counted in the alphabet it needs, and *segments*."""

    gsm7: bool
    units: int
    segments: int


def measure(text: str) -> Size:
    """Count *text* as the networks do."""
    if _GSM7.issuperset(text):
        units = len(text) + sum(text.count(c) for c in _EXTENDED)
        return Size(gsm7=True, units=units, segments=_segments(units, 160, 153))
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Size(gsm7=False, units=units, segments=_segments(units, 70, 67))


def to_gsm7(text: str) -> str:
    """*text* in GSM-7 only: signs in their plain form, accents dropped, the rest left out."""
    if _GSM7.issuperset(text):
        return text
    out: list[str] = []
    for char in text.translate(_PLAIN):
        if char in _GSM7:
            out.append(char)
            continue
        plain = unicodedata.normalize("NFKD", char)
        out.extend(c for c in plain if c in _GSM7)
    return "".join(out)


def _segments(units: int, single: int, joined: int) -> int:
    return 1 if units <= single else -(-units // joined)
