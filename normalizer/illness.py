"""Danger to life of who is ill, hurt or poisoned: one rule for each list of words."""

from collections.abc import Mapping

from normalizer.phrases import Hit
from normalizer.reading import Danger
from normalizer.scene import Rule, Scene, Signs

_VERY_SHORT = 12  # words
_SHORT = 18
_BREATHLESS = frozenset({"sesak", "sesek", "kejang", "anfal"})
_CALLS = frozenset({"tolong", "tolongin", "help", "cepat"})


def _collapse(scene: Scene, hit: Hit[str]) -> Signs:
    """Somebody whom it befalls; two signs of it make a person of themselves."""
    if scene.is_cry() and not scene.denied(hit) and not scene.is_animal(hit):
        for name in ("acute", "peril"):
            if also := [s for s in scene.near(name, hit, 6) if s.values != hit.values]:
                return also[:1]
    persons = _patients(scene, hit) or _bitten(scene, hit) or scene.near("crooks", hit)
    pleads = not {"tolong", "cepat", "help", "ada"}.isdisjoint(scene.words.forms)
    called = pleads and scene.is_brief() and not scene.asks_repair()
    seen = scene.is_cry() and scene.size <= _SHORT
    return persons and (scene.now(hit) or (persons[:1] if called or seen else []))


def _medical(scene: Scene, hit: Hit[str]) -> Signs:
    worst = scene.near("now", hit) and scene.near("acute", hit, 8)
    if scene.is_cared() and not worst:
        return []
    alone = scene.near("enclosed", hit, 8)
    pleads = not _CALLS.isdisjoint(scene.words.forms) and scene.size <= _VERY_SHORT
    if alone and pleads and not scene.denied(hit):
        return alone
    persons = _patients(scene, hit)
    if persons and pleads:
        return persons[:1]
    if persons and scene.words.forms[hit.first] in _BREATHLESS and scene.is_cry():
        return persons[:1]
    return persons and (scene.now(hit) or scene.near("acute", hit, 8))


def _labour(scene: Scene, hit: Hit[str]) -> Signs:
    """A birth that does not wait: two signs of it, or nobody who could take her there."""
    if scene.denied(hit) or scene.is_cared() or not scene.is_brief():
        return []
    return scene.near("labour", hit, 10)[:1] or scene.near("help", hit, 8)[:1]


def _bitten(scene: Scene, hit: Hit[str]) -> Signs:
    """A passive has its victim in it: "digigit ular"."""
    passive = scene.words.forms[hit.first].startswith("di")
    return [hit] if passive and scene.is_cry() and not scene.denied(hit) else []


def _patients(scene: Scene, hit: Hit[str]) -> Signs:
    return [] if scene.denied(hit) else scene.persons(hit) + scene.near("frail", hit, 4)


RULES: Mapping[str, tuple[Danger, Rule]] = {
    "collapse": (Danger.MEDICAL, _collapse),
    "birth": (Danger.MEDICAL, _labour),
    "medical": (Danger.MEDICAL, _medical),
}
