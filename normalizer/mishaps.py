"""Danger to life by fire, gas, traffic, what falls, current and water: one rule for each list."""

from collections.abc import Mapping

from normalizer.dangerwords import listed
from normalizer.phrases import Hit
from normalizer.reading import Danger
from normalizer.scene import Rule, Scene, Signs

_HEADLINE = 25  # words: "kebakaran di gang manggis rt 5": who writes so little sees it
_SHOUT = 3  # words beside it
_LETTER = 60  # words: nobody writes a long letter while it happens
_THINGS = frozenset({"mobil", "motor", "rumah", "ruko", "angkot", "truk", "bus", "warung"})
_HASTE = frozenset(
    {"tolong", "cepat", "segera", "sekarang", "buruan", "please", "quick", "darurat"}
)
_GROWS = frozenset({"makin", "semakin", "tambah", "membesar", "membara"})
_TOPPLES = frozenset({"ambruk", "tumbang", "kolaps", "rebah"})
_TREES = frozenset(
    {"pohon", "tiang", "tembok", "dahan", "ranting", "reklame", "pagar", "papan", "tower", "baliho"}
)
_OVERTURNED = frozenset(
    {"terbalik", "terguling", "nyungsep", "nyusruk", "guling", "jurang", "banteng"}
)


def _fire(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.is_name(hit):
        return []
    if "asap" in scene.words.forms[hit.first : hit.last] and scene.says("smoke"):
        return []
    house = [s for s in scene.own(hit) if s.at < hit.at]
    signs = scene.inside(hit) or scene.now(hit) or scene.going_on(hit) or scene.there_is(hit)
    signs = signs or scene.near("cry", hit) or scene.near("flee", hit, 8)
    twice = scene.near("fire", hit) if scene.is_cry() and not scene.asks_repair() else []
    burns = [s for s in twice if s.first >= hit.last or s.last <= hit.first]
    if scene.is_cry() and not _GROWS.isdisjoint(scene.words.forms[hit.first : hit.last]):
        return [hit]
    return signs or scene.near("spread", hit, 8) or house or burns or _cries_fire(scene, hit)


def _cries_fire(scene: Scene, hit: Hit[str]) -> Signs:
    """The word itself where a short message begins with it or names what burns."""
    forms = scene.lean
    opens = listed("headline", "opening").issuperset(forms[: hit.at])
    follows = listed("headline", "follows").intersection(forms[hit.until : hit.until + 2])
    burns = listed("weak", "burning").intersection(forms[max(0, hit.at - 6) : hit.until + 4])
    headline = opens and follows and scene.size <= _HEADLINE
    headline = headline or _shouts(scene, hit)
    return [hit] if headline or (burns and scene.is_cry()) else []


def _shouts(scene: Scene, hit: Hit[str]) -> bool:
    """Whether nothing but the word and an address is there, shouted: "kebakaran pak!!!"."""
    around = (*scene.lean[: hit.at], *scene.lean[hit.until :])
    called = listed("headline", "opening").issuperset(around) and len(around) <= _SHOUT
    return called and ("!" in scene.words.text or "tolong" in around)


def _gas(scene: Scene, hit: Hit[str]) -> Signs:
    """A leak that somebody smells or hears; who only asks for a repair writes of another."""
    if scene.denied(hit) or scene.says("not_gas"):
        return []
    signs = scene.now(hit) or scene.inside(hit) or scene.near("acute", hit, 6)
    return signs or ([hit] if scene.is_cry() else [])


def _lpg(scene: Scene, hit: Hit[str]) -> Signs:
    leaks = scene.near("leak", hit, 5)
    return [*leaks[:1], *_gas(scene, hit)] if leaks and _gas(scene, hit) else []


def _flame(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.is_name(hit):
        return []
    follows = listed("headline", "follows").intersection(scene.lean[hit.until : hit.until + 1])
    seen = scene.is_cry() and follows and scene.lean[max(0, hit.at - 1) : hit.at] == ("ada",)
    return scene.near("spread", hit, 5) or ([hit] if seen else [])


def _crash(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.is_name(hit) or scene.is_animal(hit):
        return []
    overturned = scene.words.forms[hit.last - 1] in _OVERTURNED and scene.is_cry()
    if overturned and (riders := scene.persons(hit)):
        return riders[:1]
    hurt = scene.near("inside", hit) or scene.near("enclosed", hit)
    somebody = scene.persons(hit)
    both = [somebody[0], hurt[0]] if somebody and hurt and not scene.asks_repair() else []
    now = [] if scene.asks_repair() else scene.now(hit)
    if scene.size > _LETTER:
        return now
    if scene.is_cry() and (bleeds := scene.near("acute", hit) or scene.near("wounded", hit, 8)):
        return [] if scene.asks_repair() else bleeds[:1]
    if somebody and (cries := scene.near("cry", hit, 6)):
        return [somebody[0], cries[0]]
    hits_thing = scene.words.forms[hit.last - 1] in _THINGS and not somebody
    twice = scene.near("crash", hit, 6) if scene.is_cry() and not scene.asks_repair() else []
    both = both or [s for s in twice if s.first >= hit.last or s.last <= hit.first]
    return scene.inside(hit) or both or ([] if hits_thing else now) or scene.sufferer(hit)


def _rescue(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.is_animal(hit) or scene.is_feared(hit):
        return []
    if inside := scene.inside(hit):
        return inside
    if scene.denied(hit):
        return []
    own = [] if scene.asks_repair() else [s for s in scene.own(hit) if s.at < hit.at]
    stuck = scene.persons(hit) and scene.near("enclosed", hit, 6)
    hurt = scene.near("inside", hit, 6) if scene.is_cry() else []
    return scene.now(hit) or own or scene.sufferer(hit) or stuck or hurt


def _lift(scene: Scene, hit: Hit[str]) -> Signs:
    """A lift that holds somebody; one that is out of order leaves them below."""
    if scene.denied(hit):
        return []
    if scene.words.forms[hit.last - 1] in {"jatuh", "anjlok"} and (riders := scene.persons(hit)):
        return riders[:1]
    for name in ("inside", "trapped", "enclosed", "acute", "cry"):
        held = [s for s in scene.near(name, hit) if scene.words.forms[s.last - 1] != "naik"]
        if held:
            return held[:1]
    return []


def _falls(scene: Scene, hit: Hit[str]) -> Signs:
    """What comes down on somebody: a sign that it hit, and a person beside that sign."""
    if scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    somebody = scene.people_beside(hit, 8)
    if scene.words.forms[hit.last - 1] in _TOPPLES:
        falling = not _TREES.isdisjoint(scene.lean[max(0, hit.at - 1) : hit.at])
        toppled = [s for s in somebody if 0 < hit.at - s.at <= 3 and not falling]
        if toppled:
            return toppled[:1]
    if somebody and (cries := scene.near("cry", hit, 8)):
        return [somebody[0], cries[0]]
    if hit_somebody := [s for s in scene.near("struck", hit, 6) if not scene.denied(s)]:
        return hit_somebody[:1]
    for name in ("lands", "trapped", "wounded"):
        for sign in scene.near(name, hit, 8):
            struck = scene.people_beside(sign, 3)
            if struck and not scene.denied(sign):
                return [struck[0], sign]
    return scene.inside(hit) if scene.near("inside", hit, 6) else []


def _shock(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.is_animal(hit) or scene.denied(hit):
        return []
    hurt = scene.inside(hit) or (scene.own(hit) and scene.near("acute", hit, 8))
    if hurt or scene.asks_repair():
        return hurt
    struck = scene.people_beside(hit, 8) if scene.is_cry() else []
    return scene.now(hit) or struck


def _mishap(scene: Scene, hit: Hit[str]) -> Signs:
    """What befell a person named right beside it, in a cry: "tukangnya ketindihan"."""
    if scene.is_animal(hit) or scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    return scene.people_beside(hit, 4)


def _wound(scene: Scene, hit: Hit[str]) -> Signs:
    """A part of somebody's body and what became of it: "jarinya kejepit", "kaki patah"."""
    if scene.is_animal(hit) or scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    body, somebody = scene.near("body", hit, 3), scene.people_beside(hit, 8)
    return [somebody[0], body[0]] if body and somebody else []


def _peril(scene: Scene, hit: Hit[str]) -> Signs:
    """Somebody who can no longer help themselves, and what does it to them."""
    if scene.is_animal(hit) or scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    worse = scene.near("acute", hit, 6) or scene.near("wound", hit, 6)
    if worse and (scene.near("body", hit, 8) or scene.near("people", hit, 8)):
        return worse[:1]
    hazards = scene.near("hazard", hit, 10)
    somebody = scene.people_beside(hit, 12)
    if scene.words.forms[hit.first] == "minta":  # "minta tolong truk dipindah" asks for itself
        somebody = [s for s in somebody if s.at < hit.at]
    if somebody and hazards:
        return [somebody[0], hazards[0]]
    return scene.near("frail", hit, 8)[:1]


def _vessel(scene: Scene, hit: Hit[str]) -> Signs:
    """A boat and what became of it: "kapal ojek ke Pulau Tidung terbalik"."""
    lost = scene.near("capsized", hit, 8)
    return [*lost[:1], *_wreck(scene, lost[0])] if lost and _wreck(scene, lost[0]) else []


def _wreck(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.asks_repair():
        return []
    return scene.now(hit) or ([hit] if scene.is_cry() else [])


def _wire(scene: Scene, hit: Hit[str]) -> Signs:
    """It names whom it has hit; nobody writes that at leisure."""
    if scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    if struck := [s for s in scene.near("struck", hit, 6) if not scene.denied(s)]:
        return struck[:1]
    pool, persons = scene.near("pool", hit, 5), scene.persons(hit)
    return [pool[0], persons[0]] if pool and persons else []


def _rising(scene: Scene, hit: Hit[str]) -> Signs:
    """Water that comes up on somebody who cannot walk away."""
    if water := _water(scene, hit):
        return water
    if scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    return (scene.near("frail", hit) or scene.near("enclosed", hit))[:1] or scene.inside(hit)


def _deep(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit):
        return []
    now = scene.now(hit) if scene.persons(hit) else []
    if scene.is_cry() and not scene.asks_repair():
        grown = scene.words.forms  # "setinggi leher orang dewasa" measures, and tells of nobody
        persons = [s for s in scene.people_beside(hit, 6) if "dewasa" not in grown[s.last :][:1]]
        now = now or scene.near("rising", hit) or persons
    now = now or scene.near("frail", hit) or (scene.near("flee", hit, 8) and scene.persons(hit))
    now = now or ([hit] if _shouts(scene, hit) else [])
    return _water(scene, hit) or scene.inside(hit) or scene.beside_people("roof", hit) or now


def _water(scene: Scene, hit: Hit[str]) -> Signs:
    """Somebody frail who cannot get away from the water or must be fetched; anybody trapped."""
    if scene.says("errand"):
        return []
    for frail in scene.near("frail", hit):
        for name in ("inside", "trapped", "enclosed", "help"):
            if stuck := scene.near(name, frail, 8):
                return [frail, stuck[0]]
    if scene.denied(hit):
        return []
    if scene.is_cry():
        shut = scene.near("enclosed", hit, 8) and scene.near("own", hit, 8)
        if found := scene.beside_people("roof", hit) or shut:
            return found[:2]
    return scene.beside_people("trapped", hit)


def _call(scene: Scene, hit: Hit[str]) -> Signs:
    """A cry for those who rescue, with haste in it."""
    if scene.denied(hit) or scene.says("prepared") or scene.is_cared() or not scene.is_cry():
        return []
    hasty = not _HASTE.isdisjoint(scene.words.forms)
    return [hit] if hasty and not scene.asks_repair() else []


RULES: Mapping[str, tuple[Danger, Rule]] = {
    "fire": (Danger.FIRE, _fire),
    "gas": (Danger.FIRE, _gas),
    "lpg": (Danger.FIRE, _lpg),
    "flame": (Danger.FIRE, _flame),
    "crash": (Danger.ACCIDENT, _crash),
    "rescue": (Danger.ACCIDENT, _rescue),
    "lift": (Danger.ACCIDENT, _lift),
    "falls": (Danger.ACCIDENT, _falls),
    "shock": (Danger.ACCIDENT, _shock),
    "mishap": (Danger.ACCIDENT, _mishap),
    "call_fire": (Danger.FIRE, _call),
    "call_medical": (Danger.MEDICAL, _call),
    "call_water": (Danger.FLOOD, _call),
    "call_police": (Danger.VIOLENCE, _call),
    "deep": (Danger.FLOOD, _deep),
    "rising": (Danger.FLOOD, _rising),
    "water": (Danger.FLOOD, _water),
    "wire": (Danger.ACCIDENT, _wire),
    "wound": (Danger.ACCIDENT, _wound),
    "peril": (Danger.ACCIDENT, _peril),
    "wreck": (Danger.ACCIDENT, _wreck),
    "vessel": (Danger.ACCIDENT, _vessel),
}
