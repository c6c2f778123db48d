"""What a name is said for, where it is not the place: compared with, left, passed, or denied.

"Lampu mati di Slipi, bukan Tomang" names two kelurahan and complains of one. Only the words right
before a name, or right behind it, tell so.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence

_LEADS_TO = frozenset(
    {
        "di", "daerah", "wilayah", "kawasan", "kelurahan", "desa", "lurah", "warga", "kampung",
        "kecamatan", "yang", "alamat", "domisili", "saya", "kami", "tempat", "masih", "tinggal",
    }
)  # fmt: skip
"""May stand between the word that tells and the name: "dulu saya tinggal di"."""

_MOST_BETWEEN = 4
_DENIED = frozenset({"bukan"})
_COMPARED = frozenset({"dibanding", "dibandingkan", "ketimbang", "mencontoh"})
_UNLIKE = frozenset({"beda", "berbeda", "lain", "kalah", "iri"})
_WITH = frozenset({"dengan", "sama", "dari", "ama"})
_LEFT = frozenset(
    {
        "dulu", "dulunya", "ktp", "asal", "asalnya", "kelahiran", "mantan", "sebelumnya", "seperti",
        "contoh", "contohnya",
    }
)  # fmt: skip
_LEFT_FROM = frozenset({"pindahan", "pindah", "asal", "berasal"})
_OF_OTHERS = frozenset(
    {"teman", "saudara", "sodara", "sepupu", "kenalan", "kakak", "adik", "tante", "om"}
)
_RUNS = frozenset(
    {
        "bus", "busway", "transjakarta", "tj", "angkot", "mikrotrans", "jaklingko", "koridor",
        "rute", "trayek", "krl", "kereta", "metromini", "kopaja", "mikrolet", "lrt", "mrt", "jak",
        "metrotrans", "commuter", "commuterline",
    }
)  # fmt: skip
_ROUTES = frozenset({"koridor", "rute", "trayek"})
_BRANDED = frozenset(
    {
        "soto", "sate", "bakso", "warteg", "ketoprak", "bubur", "martabak", "pecel", "cabang",
        "kcp", "cab", "pt", "cv", "ud",
    }
)  # fmt: skip
_ENVIED = (("saja", "bisa"), ("saja", "sudah"), ("saja", "dapat"), ("saja", "bersih"))
_BROUGHT = frozenset(
    {
        "dibuang",
        "buang",
        "membuang",
        "mengalir",
        "masuk",
        "pindah",
        "pindahan",
        "dipindah",
        "meluap",
    }
)
_WITHOUT_END = frozenset({"saja", "hanya", "cuma"})


TELLING = (
    _DENIED | _COMPARED | _UNLIKE | _LEFT | _LEFT_FROM | _OF_OTHERS | _RUNS | _BRANDED | _BROUGHT
    | {"ke", "saja"}
)  # fmt: skip
"""Without one of these every name is a place."""


class Role(enum.Enum):
    """What a name is said for."""

    PLACE = enum.auto()
    DENIED = enum.auto()
    """It is said not to be there, or serves to compare."""
    LEFT = enum.auto()
    """Where somebody was, another is, or what serves for an example: the place only if no other is
    named."""
    ROUTE = enum.auto()
    """Where a line begins or ends."""
    START = enum.auto()
    """Where a way begins: "macet dari Slipi ke Tomang"."""
    BRANCH = enum.auto()
    """A shop or a dish is called so."""


def role(
    forms: Sequence[str], first: int, last: int, others: Iterable[tuple[int, int]] = ()
) -> Role:
    """The role of the name at the tokens *first* up to *last*; *others* stand so themselves."""
    lead = first
    while lead and first - lead < _MOST_BETWEEN and forms[lead - 1] in _LEADS_TO:
        lead -= 1
    before = forms[lead - 1] if lead else ""
    before_that = forms[lead - 2] if lead > 1 else ""
    behind = tuple(forms[last : last + 2])
    if before in _DENIED and behind[:1] not in {(word,) for word in _WITHOUT_END}:
        return Role.DENIED
    if before in _COMPARED or (before in _WITH and before_that in _UNLIKE):
        return Role.DENIED
    if before in _LEFT or behind in _ENVIED:
        return Role.LEFT
    if before == "dari" and (before_that in _LEFT_FROM or _is_brought(forms, last)):
        return Role.LEFT
    if before in _OF_OTHERS and lead < first:
        return Role.LEFT
    return _of_lines(forms, first, last, others)


def _of_lines(
    forms: Sequence[str], first: int, last: int, others: Iterable[tuple[int, int]]
) -> Role:
    """The role in the name of a line, a shop or a way."""
    before = forms[first - 1] if first else ""
    if before in _BRANDED:
        return Role.BRANCH
    start = first - 1 if before == "ke" else first
    beside = [begins for begins, ends in others if begins == last or ends == start]
    if before in _ROUTES or (beside and _runs(forms, min(first, *beside))):
        return Role.ROUTE
    if _goes_to(forms, last):
        return Role.ROUTE if _runs(forms, first) else Role.START if before == "dari" else Role.PLACE
    return Role.PLACE


def goal_is_place(forms: Sequence[str], first: int) -> bool:
    """Whether something is brought to the name at *first*: "sampah dibuang ke"."""
    return not _BROUGHT.isdisjoint(forms[max(0, first - 6) : first])


def _is_brought(forms: Sequence[str], last: int) -> bool:
    return any(form in _BROUGHT for form in forms[last : last + 2])


def _goes_to(forms: Sequence[str], last: int) -> bool:
    return forms[last : last + 1] in (("ke",), ["ke"])


def _runs(forms: Sequence[str], first: int) -> bool:
    """Whether a line is named not far before: "bus Blok M - Kota", not "bus mogok di Slipi"."""
    before = forms[max(0, first - 4) : first]
    return not _RUNS.isdisjoint(before) and _LEADS_TO.isdisjoint(before)


WORTH: Mapping[Role, float] = {
    Role.DENIED: 0.2, Role.LEFT: 0.35, Role.ROUTE: 0.35, Role.START: 0.5, Role.BRANCH: 0.45,
}  # fmt: skip
"""How sure a name of each role can be at most."""
