"""Danger to life by other people, or by one's own hand: one rule for each list of words."""

from collections.abc import Mapping

from normalizer.dangerwords import listed
from normalizer.phrases import Hit
from normalizer.reading import Danger
from normalizer.scene import Rule, Scene, Signs

_VERY_SHORT = 12  # words
_CALLS = frozenset({"tolong", "tolongin", "help", "cepat"})
# Verbs that somebody does; behind "di-" and "ter-" stands who suffers.
_ACTIVE = (
    "me", "mu", "nu", "ny", "nd", "na", "ng", "no", "ha", "be", "hi", "at", "ba", "ke", "si", "ca",
    "cu", "se",
)  # fmt: skip
_SUFFERED = frozenset(
    {
        "stabbed", "shot", "robbed", "kidnapped", "beaten", "raped", "attacked", "followed",
        "chased", "threatened",
    }
)  # fmt: skip
_SELF = frozenset({"saya", "aku", "kami", "myself", "me", "us", "life"})
_DEAD_THINGS = frozenset({"lampu", "listrik", "air", "gaya", "rasa", "kutu"})  # "mau mati lampu"
_WANTING = frozenset({"mau", "ingin", "hendak", "mengancam", "ancam", "nekat", "nekad"})
# Verbs of what is done before, not only wished for.
_PREPARES = frozenset(
    {
        "pasang", "iket", "ikat", "gantung", "iris", "sayat", "menyayat", "silet", "nelan", "telan",
        "menelan", "nenggak", "ngelewatin", "melewati", "berdiri", "manjat", "memanjat", "luar",
        "pesan", "surat",
    }
)  # fmt: skip


def _violence(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit, "_violence") or _of_things(scene, hit):
        return []
    victim = _victim(scene, hit)
    persons = scene.persons(hit)
    form = scene.words.forms[hit.last - 1]
    passive = scene.words.forms[hit.first].startswith("di") or form in _SUFFERED
    if victim or not persons:  # a passive has its victim in it: "ada yg dibacok barusan"
        going_on = scene.now(hit) or scene.going_on(hit) or scene.sufferer(hit)
        if scene.is_cry():
            going_on = going_on or scene.near("crooks", hit, 3) or scene.near("inside", hit, 6)
            going_on = going_on or scene.near("cry", hit, 6)
        return victim or (going_on if passive else [])
    if at_home := scene.near("home", hit, 8 if scene.is_cry() else 3) or scene.near("cry", hit, 6):
        return [persons[0], at_home[0]]
    mobbed = [s for s in scene.near("crooks", hit, 3) if s.at < hit.at]
    if passive and mobbed and scene.is_cry():
        return mobbed[:1]
    noun = scene.words.forms[hit.first].startswith("pe")
    if hurt := scene.near("acute", hit, 8) or (scene.is_cry() and scene.near("falls", hit, 8)):
        return [persons[0], hurt[0]]
    if noun and (there := scene.there_is(hit)):
        return there
    if scene.lean[max(0, hit.at - 1) : hit.at] == ("takut",):
        return []
    seen = not passive and scene.is_cry() and not scene.asks_repair()
    met = [s for s in persons if s.at == hit.until] if seen else []
    now = scene.now(hit) or scene.going_on(hit) or met
    return now or (scene.sufferer(hit) if passive else [])


def _of_things(scene: Scene, hit: Hit[str]) -> bool:
    """Whether it is done to a thing or to vermin: "bunuh nyamuk"."""
    behind = scene.lean[hit.until : hit.until + 1]
    return bool(behind) and behind[0] in listed("denied", "vermin")


def _victim(scene: Scene, hit: Hit[str]) -> Signs:
    """The writer or family as the one it is done to: behind "mukulin", on either side else."""
    if scene.words.forms[hit.last - 1] in _SELF:
        return [hit]
    beside = scene.own(hit)
    active = scene.words.forms[hit.first].startswith(_ACTIVE)
    return [s for s in beside if s.at > hit.at] if active else beside


def _weapon(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit):
        return []
    threatened = scene.near("home", hit, 4) or scene.near("cry", hit, 6) or scene.own(hit)
    threatened = threatened or scene.near("attack", hit, 4)
    if scene.words.forms[hit.first] in {"lagi", "sedang"} and scene.is_cry():
        return [hit]
    return threatened or scene.now(hit) or scene.going_on(hit) or scene.there_is(hit)


def _brawl(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit):
        return []
    hurt: Signs = []
    if scene.is_cry() and not scene.asks_repair():
        hurt = scene.near("wounded", hit, 8) or scene.near("weapon", hit, 6)
        hurt = hurt or scene.near("attack", hit, 6) or scene.near("flee", hit, 8)
    return scene.now(hit) or scene.going_on(hit) or scene.there_is(hit) or hurt


def _intruder(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.asks_repair():
        return []
    near = (*scene.words.forms[:3], *scene.words.forms[max(0, hit.first - 3) : hit.first])
    calls = not _CALLS.isdisjoint(near) and scene.is_cry()
    there = scene.own(hit) or scene.near("enclosed", hit, 8) or scene.near("cry", hit, 8)
    return scene.now(hit) or there or ([hit] if calls else [])


def _suicide(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit, "_violence"):
        return []
    forms = scene.words.forms
    if forms[hit.last - 1] in _SELF:
        return [hit]
    wants = [hit] if forms[hit.first] in _WANTING else scene.near("attempt", hit, 3)
    wants = wants or scene.near("cry", hit, 6)
    about = scene.persons(hit) or scene.near("height", hit, 6)
    if about and forms[hit.first] in _PREPARES and scene.is_brief():
        return about[:1]
    brief = forms[hit.first] not in _WANTING and scene.size <= _VERY_SHORT
    wanted = [*about[:1], *wants[:1]] if wants and (about or brief) else []
    return scene.own(hit) or wanted or scene.now(hit)


def _weary(scene: Scene, hit: Hit[str]) -> Signs:
    of_something = listed("weak", "weary_of").intersection(scene.lean[hit.until : hit.until + 1])
    if of_something or scene.denied(hit, "_violence"):
        return []
    return scene.own(hit) or ([hit] if scene.size <= _VERY_SHORT else [])


def _despair(scene: Scene, hit: Hit[str]) -> Signs:
    if not _DEAD_THINGS.isdisjoint(scene.lean[hit.until : hit.until + 1]):
        return []
    return [s for s in scene.own(hit) if 0 < hit.at - s.at <= 2]


RULES: Mapping[str, tuple[Danger, Rule]] = {
    "violence": (Danger.VIOLENCE, _violence),
    "weapon": (Danger.VIOLENCE, _weapon),
    "brawl": (Danger.VIOLENCE, _brawl),
    "intruder": (Danger.VIOLENCE, _intruder),
    "suicide": (Danger.SUICIDE, _suicide),
    "weary": (Danger.SUICIDE, _weary),
    "despair": (Danger.SUICIDE, _despair),
}
