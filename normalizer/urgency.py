"""Danger to life that is going on now: never from a word alone.

Of 2,681 real texts 83 hold a word like "kebakaran" or "kecelakaan"; three or four of them tell of
something that is happening. So a danger word must have, close by, a sign of now, of people inside,
or of the writer or family as its victim, and must not be feared, past, or part of a name.

One rule for each list of words in `data/danger.toml`; a rule answers with the signs it rests on.
"""

from collections.abc import Callable, Mapping

from normalizer.phrases import Hit
from normalizer.reading import Danger, DangerFound, Finding
from normalizer.scene import Scene, Signs, listed
from normalizer.text import Words

_HEADLINE = 25  # words: "kebakaran di gang manggis rt 5": who writes so little sees it
_VERY_SHORT = 12  # words
_SHORT = 18
_TELLS = 16
_TELLING = frozenset({"fire", "crash", "rescue", "shock", "suicide", "collapse"})
_LETTER = 60  # words: nobody writes a long letter while it happens
_THINGS = frozenset({"mobil", "motor", "rumah", "ruko", "angkot", "truk", "bus", "warung"})
_HASTE = frozenset(
    {"tolong", "cepat", "segera", "sekarang", "buruan", "please", "quick", "darurat"}
)
_CALLS = frozenset({"tolong", "tolongin", "help", "cepat"})
_OVERTURNED = frozenset(
    {"terbalik", "terguling", "nyungsep", "nyusruk", "guling", "jurang", "banteng"}
)
# Verbs that somebody does; behind "di-" and "ter-" stands who suffers.
_ACTIVE = (
    "me", "mu", "nu", "ny", "nd", "na", "ng", "no", "ha", "be", "hi", "at", "ba", "ke", "si", "ca",
    "cu", "se",
)  # fmt: skip
_SELF = frozenset({"saya", "aku", "kami", "myself", "me", "us", "life"})
_WANTING = frozenset({"mau", "ingin", "hendak", "mengancam", "ancam", "nekat", "nekad"})

# Verbs of what is done before, not only wished for.
_PREPARES = frozenset(
    {
        "pasang", "iket", "ikat", "gantung", "iris", "sayat", "menyayat", "silet", "nelan", "telan",
        "menelan", "nenggak", "berdiri", "manjat", "memanjat", "luar", "pesan", "surat",
    }
)  # fmt: skip

_CATEGORY = {
    Danger.FIRE: "kebakaran",
    Danger.ACCIDENT: "kecelakaan",
    Danger.FLOOD: "banjir",
    Danger.VIOLENCE: "kekerasan",
    Danger.SUICIDE: "krisis-jiwa",
    Danger.MEDICAL: "gawat-medis",
}


def danger_category(danger: Danger) -> str:
    """The key in `data/categories.toml` under which such a danger is filed."""
    return _CATEGORY[danger]


def find_danger(words: Words) -> DangerFound | None:
    """The danger that a message tells of; of several the one whose word stands first."""
    scene = Scene(words)
    for hit in scene.hits:
        for name in hit.values:
            if name not in _RULES:
                continue
            danger, holds = _RULES[name]
            if signs := holds(scene, hit) or (name in _TELLING and _told(scene, hit)):
                spans = sorted({(hit.first, hit.last), *((s.first, s.last) for s in signs)})
                quoted = tuple(words.quote(first, last) for first, last in spans)
                return DangerFound(danger, Finding(0.9 if len(spans) > 1 else 0.8, quoted))
    return None


def _told(scene: Scene, hit: Hit[str]) -> Signs:
    """A few words that tell of a person and of nothing but what is happening to them."""
    brief = len(scene.words.forms) <= _TELLS and scene.is_cry() and not scene.asks_repair()
    if not brief or scene.is_animal(hit) or scene.is_name(hit) or scene.denied(hit):
        return []
    return scene.people_beside(hit, _TELLS)[:1]


def _fire(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.is_name(hit):
        return []
    if "asap" in scene.words.forms[hit.first : hit.last] and scene.says("smoke"):
        return []
    house = [s for s in scene.own(hit) if s.at < hit.at]
    signs = scene.inside(hit) or scene.now(hit) or scene.going_on(hit) or scene.there_is(hit)
    signs = signs or scene.near("cry", hit) or scene.near("flee", hit, 8)
    return signs or scene.near("spread", hit, 6) or house or _cries_fire(scene, hit)


def _cries_fire(scene: Scene, hit: Hit[str]) -> Signs:
    """The word itself where a short message begins with it or names what burns."""
    forms = scene.lean
    opens = listed("headline", "opening").issuperset(forms[: hit.at])
    follows = listed("headline", "follows").intersection(forms[hit.until : hit.until + 2])
    burns = listed("weak", "burning").intersection(forms[max(0, hit.at - 6) : hit.until + 4])
    headline = opens and follows and len(scene.words.forms) <= _HEADLINE
    return [hit] if headline or (burns and scene.is_cry()) else []


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
    if scene.denied(hit) or scene.is_name(hit):
        return []
    overturned = scene.words.forms[hit.last - 1] in _OVERTURNED and scene.is_cry()
    if overturned and (riders := scene.persons(hit)):
        return riders[:1]
    hurt = scene.near("inside", hit) or scene.near("enclosed", hit)
    somebody = scene.persons(hit)
    both = [somebody[0], hurt[0]] if somebody and hurt else []
    now = [] if scene.asks_repair() else scene.now(hit)
    if len(scene.words.forms) > _LETTER:
        return now
    if scene.is_cry() and (bleeds := scene.near("acute", hit)):
        return bleeds[:1]
    if somebody and (cries := scene.near("cry", hit, 6)):
        return [somebody[0], cries[0]]
    hits_thing = scene.words.forms[hit.last - 1] in _THINGS and not somebody
    return scene.inside(hit) or both or ([] if hits_thing else now) or scene.sufferer(hit)


def _rescue(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.is_animal(hit):
        return []
    if inside := scene.inside(hit):
        return inside
    if scene.denied(hit):
        return []
    own = [] if scene.asks_repair() else [s for s in scene.own(hit) if s.at < hit.at]
    stuck = scene.persons(hit) and scene.near("enclosed", hit, 6)
    hurt = scene.near("inside", hit, 6) if scene.is_cry() else []
    return scene.now(hit) or own or scene.sufferer(hit) or stuck or hurt


def _falls(scene: Scene, hit: Hit[str]) -> Signs:
    """What comes down on somebody: a sign that it hit, and a person beside that sign."""
    if scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    somebody = scene.people_beside(hit, 8)
    if somebody and (cries := scene.near("cry", hit, 8)):
        return [somebody[0], cries[0]]
    if hit_somebody := [s for s in scene.near("struck", hit, 6) if not scene.denied(s)]:
        return hit_somebody[:1]
    for name in ("lands", "trapped"):
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


def _peril(scene: Scene, hit: Hit[str]) -> Signs:
    """Somebody who can no longer help themselves, and what does it to them."""
    if scene.is_animal(hit) or scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    hazards = scene.near("hazard", hit, 10)
    somebody = scene.people_beside(hit, 12)
    if somebody and hazards:
        return [somebody[0], hazards[0]]
    return scene.near("frail", hit, 8)[:1]


def _wreck(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.asks_repair():
        return []
    return scene.now(hit) or ([hit] if scene.is_cry() else [])


def _call(scene: Scene, hit: Hit[str]) -> Signs:
    """A cry for those who rescue, with haste in it."""
    if scene.denied(hit) or scene.says("prepared") or scene.says("cared") or not scene.is_cry():
        return []
    hasty = not _HASTE.isdisjoint(scene.words.forms)
    return [hit] if hasty and not scene.asks_repair() else []


def _deep(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit):
        return []
    now = scene.now(hit) if scene.persons(hit) else []
    now = now or scene.near("frail", hit) or (scene.near("flee", hit, 8) and scene.persons(hit))
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
    roof = scene.beside_people("roof", hit) if scene.is_cry() else []
    return scene.beside_people("trapped", hit) or roof


def _violence(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit, "_violence"):
        return []
    victim = _victim(scene, hit)
    persons = scene.persons(hit)
    passive = scene.words.forms[hit.first].startswith("di")
    if victim or not persons:  # a passive has its victim in it: "ada yg dibacok barusan"
        return victim or (scene.now(hit) or scene.sufferer(hit) if passive else [])
    if at_home := scene.near("home", hit, 6 if scene.is_cry() else 3) or scene.near("cry", hit, 6):
        return [persons[0], at_home[0]]
    noun = scene.words.forms[hit.first].startswith("pe")
    if hurt := scene.near("acute", hit, 8) or (scene.is_cry() and scene.near("falls", hit, 8)):
        return [persons[0], hurt[0]]
    if noun and (there := scene.there_is(hit)):
        return there
    return scene.now(hit) or scene.going_on(hit) or (scene.sufferer(hit) if passive else [])


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
    return threatened or scene.now(hit) or scene.going_on(hit) or scene.there_is(hit)


def _brawl(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit):
        return []
    return scene.now(hit) or scene.going_on(hit) or scene.there_is(hit)


def _intruder(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.denied(hit) or scene.asks_repair():
        return []
    calls = not _CALLS.isdisjoint(scene.words.forms[:3]) and scene.is_cry()
    there = scene.own(hit) or scene.near("enclosed", hit, 8)
    return scene.now(hit) or there or ([hit] if calls else [])


def _wire(scene: Scene, hit: Hit[str]) -> Signs:
    """It names whom it has hit; nobody writes that at leisure."""
    if scene.denied(hit) or scene.asks_repair() or not scene.is_cry():
        return []
    return [struck for struck in scene.near("struck", hit, 6) if not scene.denied(struck)][:1]


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
    brief = forms[hit.first] not in _WANTING and len(forms) <= _VERY_SHORT
    wanted = [*about[:1], *wants[:1]] if wants and (about or brief) else []
    return scene.own(hit) or wanted or scene.now(hit)


def _weary(scene: Scene, hit: Hit[str]) -> Signs:
    of_something = listed("weak", "weary_of").intersection(scene.lean[hit.until : hit.until + 1])
    if of_something or scene.denied(hit, "_violence"):
        return []
    return scene.own(hit) or ([hit] if len(scene.words.forms) <= _VERY_SHORT else [])


def _despair(scene: Scene, hit: Hit[str]) -> Signs:
    return [s for s in scene.own(hit) if 0 < hit.at - s.at <= 2]


def _collapse(scene: Scene, hit: Hit[str]) -> Signs:
    persons = _patients(scene, hit) or _bitten(scene, hit) or scene.near("crooks", hit)
    pleads = not {"tolong", "cepat", "help", "ada"}.isdisjoint(scene.words.forms)
    called = pleads and scene.is_brief() and not scene.asks_repair()
    seen = scene.is_cry() and len(scene.words.forms) <= _SHORT
    return persons and (scene.now(hit) or (persons[:1] if called or seen else []))


def _medical(scene: Scene, hit: Hit[str]) -> Signs:
    if scene.says("cared"):
        return []
    alone = scene.near("enclosed", hit, 8)
    pleads = not _CALLS.isdisjoint(scene.words.forms) and len(scene.words.forms) <= _VERY_SHORT
    if alone and pleads and not scene.denied(hit):
        return alone
    persons = _patients(scene, hit)
    if persons and pleads:
        return persons[:1]
    return persons and (scene.now(hit) or scene.near("acute", hit, 8))


def _bitten(scene: Scene, hit: Hit[str]) -> Signs:
    """A passive has its victim in it: "digigit ular"."""
    passive = scene.words.forms[hit.first].startswith("di")
    return [hit] if passive and scene.is_cry() and not scene.denied(hit) else []


def _patients(scene: Scene, hit: Hit[str]) -> Signs:
    return [] if scene.denied(hit) else scene.persons(hit) + scene.near("frail", hit, 4)


_RULES: Mapping[str, tuple[Danger, Callable[[Scene, Hit[str]], Signs]]] = {
    "fire": (Danger.FIRE, _fire),
    "gas": (Danger.FIRE, _gas),
    "lpg": (Danger.FIRE, _lpg),
    "flame": (Danger.FIRE, _flame),
    "crash": (Danger.ACCIDENT, _crash),
    "rescue": (Danger.ACCIDENT, _rescue),
    "falls": (Danger.ACCIDENT, _falls),
    "shock": (Danger.ACCIDENT, _shock),
    "mishap": (Danger.ACCIDENT, _mishap),
    "call_fire": (Danger.FIRE, _call),
    "call_medical": (Danger.MEDICAL, _call),
    "call_water": (Danger.FLOOD, _call),
    "call_police": (Danger.VIOLENCE, _call),
    "deep": (Danger.FLOOD, _deep),
    "water": (Danger.FLOOD, _water),
    "violence": (Danger.VIOLENCE, _violence),
    "weapon": (Danger.VIOLENCE, _weapon),
    "brawl": (Danger.VIOLENCE, _brawl),
    "intruder": (Danger.VIOLENCE, _intruder),
    "wire": (Danger.ACCIDENT, _wire),
    "suicide": (Danger.SUICIDE, _suicide),
    "weary": (Danger.SUICIDE, _weary),
    "despair": (Danger.SUICIDE, _despair),
    "collapse": (Danger.MEDICAL, _collapse),
    "medical": (Danger.MEDICAL, _medical),
    "peril": (Danger.ACCIDENT, _peril),
    "wreck": (Danger.ACCIDENT, _wreck),
}
