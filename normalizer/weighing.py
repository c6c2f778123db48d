"""Danger told in a way that no rule of its own knows: what threatens, whom, and their plight.

One such word says nothing. In a few words that ask for no repair, give no reason and tell of
nothing past, several kinds of them together are no report of a street lamp; fewer are enough where
the words report nothing else that we know.
"""

from collections.abc import Collection, Iterator

from normalizer import wordlists
from normalizer.phrases import Hit
from normalizer.scene import Scene, Signs, listed

_REACH = 12  # lean words
_TITLES = frozenset({"mas", "mbak", "ibu", "bapak", "bang", "abang", "pak", "bu", "bos", "tante"})

_EVERYBODY = frozenset({"warga", "masyarakat", "pengguna"})

_SURE = frozenset(
    {
        "fire", "flame", "gas", "deep", "rising", "crash", "rescue", "shock", "mishap", "wreck",
        "weapon", "brawl", "violence", "intruder", "suicide", "collapse",
    }
)  # fmt: skip
_MAYBE = frozenset({"water", "medical", "vessel", "falls", "lpg", "wound", "peril"})
_ON_BODY = frozenset({"wound", "mishap", "collapse", "rescue", "medical"})
_AROUND = frozenset({"hazard", "height", "lands", "roof"})
_PLIGHT = frozenset({"inside", "trapped", "enclosed", "peril", "acute", "cry", "wounded"})
_WORSE = frozenset({"roof", "attack", "capsized", "labour", "spread", "frail"})


def weighed(scene: Scene, *, strange: bool) -> Iterator[tuple[Hit[str], Signs]]:
    """Each word that threatens somebody, with the signs that it does so now.

    *strange*: the words are known to report nothing of the city's daily matters.
    """
    if not scene.is_cry() or scene.asks_repair() or scene.says("smoke"):
        return
    if strange and scene.past_or_feared():
        return
    persons = [s for s in _of(scene, {"people", "own"}) if not _is_addressed(scene, s)]
    plights = _of(scene, _PLIGHT | _WORSE | _MAYBE | _AROUND if strange else _PLIGHT)
    if not (persons or strange) or not (plights or strange):
        return
    bodies = _of(scene, {"body"}) if strange else []
    threats = _SURE | _MAYBE | _AROUND if strange else _SURE | _MAYBE
    for hit in scene.hits:
        if threats.isdisjoint(hit.values):
            continue
        if "medical" in hit.values and scene.says("cared"):
            continue
        if scene.denied(hit) or scene.is_name(hit) or scene.is_animal(hit):
            continue
        plight = [s for s in plights if s.first != hit.first and abs(s.at - hit.at) <= _REACH]
        sure = not _SURE.isdisjoint(hit.values)
        told = strange and sure
        several = sure or strange or len({s.first for s in plight}) > 1
        whose = persons or (bodies if not _ON_BODY.isdisjoint(hit.values) else [])
        if whose and (told or (plight and several)) and not _on_thing(scene, hit):
            yield hit, [*plight[:1], *whose[:1]]


def _on_thing(scene: Scene, hit: Hit[str]) -> bool:
    """Whether violence is done to a thing: "mukul portal"."""
    behind = scene.lean[hit.until : hit.until + 1]
    return "violence" in hit.values and not listed("denied", "thing").isdisjoint(behind)


def _of(scene: Scene, names: Collection[str]) -> Signs:
    return [hit for hit in scene.hits if not set(hit.values).isdisjoint(names)]


def _is_addressed(scene: Scene, sign: Hit[str]) -> bool:
    """Whether it is us who are spoken to ("pak", "mas"), or everybody who is annoyed."""
    form = scene.words.forms[sign.first]
    if form in _EVERYBODY:
        return True
    named = sign.last < len(scene.words.forms) and not scene.words.tokens[sign.last].parted
    return form in _TITLES and not (
        named and scene.words.forms[sign.last] not in wordlists.group("function")
    )
