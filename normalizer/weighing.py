"""Danger told in a way that no rule of its own knows: what threatens, whom, and their plight.

One such word says nothing. In a few words that ask for no repair, give no reason and tell of
nothing past, three kinds of them together are no report of a street lamp; two are enough where the
words report nothing else that we know.
"""

from collections.abc import Collection, Iterator

from normalizer import wordlists
from normalizer.dangerwords import listed
from normalizer.phrases import Hit
from normalizer.scene import Scene, Signs

_REACH = 12  # lean words
_FEW = 18  # words

_SURE = frozenset(
    {
        "fire", "flame", "gas", "deep", "rising", "crash", "rescue", "shock", "mishap", "wreck",
        "weapon", "brawl", "violence", "intruder", "suicide", "collapse",
    }
)  # fmt: skip
_MAYBE = frozenset({"water", "medical", "vessel", "falls", "lpg", "wound", "peril"})
_AROUND = frozenset({"hazard", "height", "lands", "roof", "acute"})
_PLIGHT = frozenset({"inside", "trapped", "enclosed", "peril", "acute", "cry", "wounded"})
_WORSE = frozenset({"roof", "attack", "capsized", "labour", "spread", "frail"})
_WITNESSED = frozenset({"cry", "trapped", "peril"})
_ON_BODY = frozenset({"wound", "mishap", "collapse", "rescue", "medical", "acute"})
_THINGS = frozenset({"hazard", "pool"})

_TITLES = frozenset({"mas", "mbak", "ibu", "bapak", "bang", "abang", "pak", "bu", "bos", "tante"})
_EVERYBODY = frozenset({"warga", "masyarakat", "pengguna"})


def weighed(scene: Scene) -> Iterator[tuple[Hit[str], Signs]]:
    """Each word that threatens somebody, with a plight and a person beside it."""
    persons = _persons(scene)
    if not persons or not scene.is_cry() or scene.asks_repair():
        return
    for hit in _threats(scene, _SURE | _MAYBE):
        plight = _near(hit, _of(scene, _PLIGHT))
        least = 1 if _SURE.intersection(hit.values) else 2
        if len({sign.first for sign in plight}) >= least:
            yield hit, [plight[0], persons[0]]


def strange(scene: Scene) -> Iterator[tuple[Hit[str], Signs]]:
    """The same in words that are known to report nothing of the city's daily matters."""
    if not scene.is_cry() or scene.asks_repair() or scene.past_or_feared():
        return
    persons, bodies = _persons(scene), _of(scene, {"body"})
    around = _of(scene, _PLIGHT | _WORSE | _MAYBE | _AROUND)
    for hit in _threats(scene, _SURE | _MAYBE | _AROUND):
        sure = not _SURE.isdisjoint(hit.values)
        vague = not sure and _MAYBE.isdisjoint(hit.values)
        if vague and scene.size > _FEW:
            continue
        plight = _near(hit, around)
        if vague:
            plight = [sign for sign in plight if set(sign.values) - {"inside", "hazard"}]
        whose = persons or (bodies if _ON_BODY.intersection(hit.values) else [])
        if whose and (sure or plight):
            yield hit, [*plight[:1], whose[0]]
        elif others := _besides(scene, hit, plight, sure=sure, vague=vague):
            yield hit, others[:1]


def _besides(scene: Scene, hit: Hit[str], plight: Signs, *, sure: bool, vague: bool) -> Signs:
    """What makes it sure without a person: a cry for help, or a second danger."""
    apart = [s for s in plight if s.first >= hit.last or s.last <= hit.first]
    heard = [] if vague else [s for s in apart if _WITNESSED.intersection(s.values)]
    if heard or not sure:
        return heard
    others = [*apart, *_of(scene, _SURE), *scene.now(hit)]
    return [
        s
        for s in others
        if (s.first >= hit.last or s.last <= hit.first) and set(s.values) - _THINGS
    ]


def _threats(scene: Scene, names: Collection[str]) -> Iterator[Hit[str]]:
    for hit in scene.hits:
        if set(hit.values).isdisjoint(names) or _is_harmless(scene, hit):
            continue
        if not (scene.denied(hit) or scene.is_name(hit) or scene.is_animal(hit)):
            yield hit


def _near(hit: Hit[str], signs: Signs) -> Signs:
    return [s for s in signs if s.first != hit.first and abs(s.at - hit.at) <= _REACH]


def _is_harmless(scene: Scene, hit: Hit[str]) -> bool:
    """Smoke that burns nobody, an illness that is looked after, a blow to a gate."""
    if "violence" in hit.values:
        behind = scene.lean[hit.until : hit.until + 1]
        return not listed("denied", "thing").isdisjoint(behind)
    if {"fire", "flame"}.intersection(hit.values):
        return scene.says("smoke")
    if "wound" in hit.values and _SURE.isdisjoint(hit.values):
        return not scene.near("body", hit, 3)
    return bool({"medical", "acute"}.intersection(hit.values)) and scene.is_cared()


def _of(scene: Scene, names: Collection[str]) -> Signs:
    return [hit for hit in scene.hits if not set(hit.values).isdisjoint(names)]


def _persons(scene: Scene) -> Signs:
    if scene.signs.keys().isdisjoint(("people", "own")):
        return []
    persons = scene.themselves(_of(scene, {"people", "own"}))
    return [s for s in persons if not _is_addressed(scene, s)]


def _is_addressed(scene: Scene, sign: Hit[str]) -> bool:
    """Whether it is us who are spoken to ("pak", "mas"), or everybody who is annoyed."""
    form = scene.words.forms[sign.first]
    if form in _EVERYBODY:
        return True
    named = sign.last < len(scene.words.forms) and not scene.words.tokens[sign.last].parted
    return form in _TITLES and not (
        named and scene.words.forms[sign.last] not in wordlists.group("function")
    )
