"""The doctor's rules: from facts to one line each, with what to do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.contract import Capabilities
from gateway.configuration.settings import Settings, parse
from gateway.doctor import flow, installation
from gateway.doctor.facts import (
    DatabaseFacts,
    Flow,
    Folder,
    KeyFile,
    Pause,
    Place,
    Queue,
    Reach,
    RedisFacts,
    Spooled,
)
from gateway.doctor.findings import Finding, State, size, spoken, worst
from gateway.inbound.spool import Left
from gateway.sealing.holders import Holder
from gateway.sealing.known import KnownKey
from gateway.storage.schema import Version

WINDOW = Capabilities("WhatsApp", "whatsapp", reply_window=timedelta(hours=24))
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ACCOUNT = {"id": "sms", "connector": "fake", "name": "SMS"}


def settings(**changes: object) -> Settings:
    raw = {
        "public_base_url": "https://lapor.example.go.id",
        "emergency": {"checked_on": "2026-11-01"},
        "accounts": [ACCOUNT],
    }
    return parse(raw | changes, "test")


POSTGRES = DatabaseFacts(
    is_file=False, reach=Reach.ANSWERS, version=Version.CURRENT, clock_ahead=timedelta(0),
    fingerprint="aa",
)  # fmt: skip
FILE = replace(POSTGRES, is_file=True, clock_ahead=None)
ROOMY = Folder("spool", Path("var/spool"), free_bytes=10**11, free_files=10**6)
MARKS = {"k1": b"1"}
SOUND = Place(
    now=NOW, settings=settings(), keys=KeyFile(Path("keys.json"), fingerprint="aa", marks=MARKS),
    folders=(ROOMY,), database=POSTGRES, redis=RedisFacts(Reach.ANSWERS, version="7.2.4"),
)  # fmt: skip
CALM = Flow(now=NOW, last_accepted={"sms": NOW}, newest=NOW, workers=2)


def not_ok(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.state is not State.OK]


def the_one(found: Iterable[Finding]) -> Finding:
    (finding,) = not_ok(found)
    return finding


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_a_sound_installation_has_nothing_to_mend() -> None:
    found = [*installation.findings(SOUND), *flow.findings(CALM, settings())]
    assert not_ok(found) == []
    assert worst(found) is State.OK
    assert {f.about for f in found} >= {"keys", "spool", "database", "redis", "inbound", "parked"}


USED = KnownKey("k1", b"1", NOW, NOW, None)
LEFT = Left(Path("12-ab.spool"), 4_096, ago(minutes=30))

PLACES: list[tuple[str, dict[str, object], State, str, str]] = [
    ("its problems", {"settings": None, "problems": ("kanal.toml: not TOML",)},
     State.WRONG, "kanal.toml: not TOML", ""),
    ("no file", {"is_configured": False}, State.NOTE, "no kanal.toml", "kanal init"),
    ("no accounts", {"settings": settings(accounts=[])}, State.NOTE, "no [[accounts]]", "come in"),
    ("rehearsal", {"settings": settings(sending="off")}, State.NOTE, "sending is off", '"on"'),
    ("one account", {"settings": settings(accounts=[ACCOUNT | {"sending": "off"}])},
     State.NOTE, "sending on sms is off", ""),
    ("no templates", {"channels": {"wa": replace(WINDOW, templates=frozenset({"status/id"}))}},
     State.NOTE, "wa has no approved template for question, result", "kanal templates push"),
    ("plain http", {"settings": settings(public_base_url="http://lapor.example.go.id")},
     State.NOTE, "not https", "providers"),
    ("never called", {"settings": settings(emergency={})}, State.NOTE, "is empty", "call the"),
    ("no day", {"settings": settings(emergency={"checked_on": "kemarin"})},
     State.NOTE, "is no day", "YYYY-MM-DD"),
    ("a day to come", {"settings": settings(emergency={"checked_on": "2026-11-22"})},
     State.NOTE, "a day to come", "correct it"),
    ("long ago", {"settings": settings(emergency={"checked_on": "2026-05-01"})},
     State.NOTE, "last called on 2026-05-01", "call them again"),
    ("keys lost", {"keys": KeyFile(Path("k"), exists=False)}, State.WRONG, "is missing", "copy"),
    ("keys to be made", {"keys": KeyFile(Path("k"), exists=False),
     "database": replace(POSTGRES, fingerprint=None)}, State.NOTE, "not there yet", "first start"),
    ("a misspelt variable", {"misspelt": {"KANAL_DATABSE_URL": "KANAL_DATABASE_URL"}},
     State.NOTE, "nobody reads KANAL_DATABSE_URL", "did you mean KANAL_DATABASE_URL?"),
    ("foreign keys", {"keys": KeyFile(Path("k"), fingerprint="bb")},
     State.WRONG, "(fingerprint bb, the database was made with aa)", "right key file"),
    ("broken keys", {"keys": KeyFile(Path("k"), problem="k: not a key file")},
     State.WRONG, "not a key file", "copy"),
    ("open keys",
     {"keys": KeyFile(Path("k"), fingerprint="aa", marks=MARKS, is_open_to_others=True)},
     State.WRONG, "others may read it", "chmod 600"),
    ("two keys", {"keys": KeyFile(Path("k"), fingerprint="aa", marks={"k2": b"2"} | MARKS)},
     State.NOTE, "a rotation is under way, 'k2' seals, 'k1' opens", "kanal keys status"),
    ("a lost key", {"database": replace(POSTGRES, sealing_keys=(USED, replace(USED, id="k0")))},
     State.WRONG, "the sealing key 'k0', in use since 2026-11-21, is not in the key file", ""),
    ("an old process",
     {"database": replace(POSTGRES, holders=(Holder("serve a:1", "k0", frozenset(), NOW),))},
     State.NOTE, "serve a:1 seals with 'k0', and the key file says 'k1'", "SIGHUP"),
    ("unwritable", {"folders": (replace(ROOMY, problem="Permission denied"),)},
     State.WRONG, "var/spool: cannot be written (Permission denied)", "KANAL_DATA_DIR"),
    ("disk full", {"folders": (replace(ROOMY, problem="No space left on device"),)},
     State.WRONG, "No space left on device", "make room"),
    ("nearly full", {"folders": (replace(ROOMY, free_bytes=200 * 1024**2),)},
     State.WRONG, "only 209.7 MB", "make room"),
    ("getting full", {"folders": (replace(ROOMY, free_bytes=900 * 1024**2),)},
     State.NOTE, "943.7 MB", "soon"),
    ("no inodes", {"folders": (replace(ROOMY, free_files=12),)},
     State.WRONG, "only 12 more files", "photo"),
    ("orphaned spool", {"spools": (Spooled(LEFT),)},
     State.WRONG, "12-ab.spool: up to 4.1 kB wait, the oldest from 30 min ago", "adopts"),
    ("spool stands", {"spools": (Spooled(LEFT, owner=7),)},
     State.WRONG, "process 7 holds it", "look at the database"),
    ("spool drains", {"spools": (Spooled(replace(LEFT, oldest=ago(seconds=5)), owner=7),)},
     State.NOTE, "is storing it", ""),
    ("torn", {"torn": (Path("var/spool/1.torn"),)}, State.NOTE, "1 torn tails", "provider's list"),
    ("no address", {"database": DatabaseFacts(False, Reach.NO_ADDRESS, "ArgumentError")},
     State.WRONG, "not a database address", "postgresql://"),
    ("database away", {"database": DatabaseFacts(False, Reach.REFUSES, "connection refused")},
     State.WRONG, "does not answer (connection refused)", "spooled"),
    ("half up", {"database": DatabaseFacts(False, Reach.HANGS, "takes connections but …")},
     State.WRONG, "takes connections but", "half up"),
    ("newer", {"database": replace(POSTGRES, version=Version.NEWER)},
     State.WRONG, "newer version", "start that version"),
    ("foreign", {"database": replace(POSTGRES, version=Version.FOREIGN)},
     State.WRONG, "of another program", "KANAL_DATABASE_URL"),
    ("older", {"database": replace(POSTGRES, version=Version.OLDER)},
     State.WRONG, "is older", "kanal db upgrade"),
    ("empty", {"database": replace(POSTGRES, version=Version.EMPTY)},
     State.WRONG, "is empty", "kanal db upgrade"),
    ("standby", {"database": replace(POSTGRES, read_only="it is a standby")},
     State.WRONG, "cannot be written (it is a standby)", "primary"),
    ("clock drifts", {"database": replace(POSTGRES, clock_ahead=timedelta(seconds=-5))},
     State.NOTE, "5 s behind", "same source"),
    ("clock wrong", {"database": replace(POSTGRES, clock_ahead=timedelta(minutes=3))},
     State.WRONG, "180 s ahead of", "same source"),
    ("redis away", {"redis": RedisFacts(Reach.REFUSES, "Error 111")},
     State.WRONG, "does not answer (Error 111)", "none is lost"),
    ("redis hangs", {"redis": RedisFacts(Reach.HANGS, "does not answer within 5 s")},
     State.WRONG, "within 5 s", "start it"),
    ("redis replica", {"redis": RedisFacts(Reach.ANSWERS, version="7.0", is_replica=True)},
     State.WRONG, "replica", "primary"),
    ("redis old", {"redis": RedisFacts(Reach.ANSWERS, version="5.0.14")},
     State.WRONG, "5.0.14 is too old", "6.0"),
    ("no redis address", {"redis": RedisFacts(Reach.NO_ADDRESS)},
     State.WRONG, "not an address", "redis://"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "state", "what", "do"), [p[1:] for p in PLACES], ids=[p[0] for p in PLACES]
)
def test_what_is_wrong_with_the_place_is_one_line(
    change: dict[str, object], state: State, what: str, do: str
) -> None:
    finding = the_one(installation.findings(replace(SOUND, **change)))  # type: ignore[arg-type]
    assert finding.state is state
    assert what in finding.what
    assert do in finding.do
    assert "\n" not in finding.sentence


def test_an_older_database_file_mends_itself() -> None:
    place = replace(SOUND, database=replace(FILE, version=Version.OLDER), server=None)
    assert the_one(installation.findings(place)).state is State.NOTE


def test_whether_a_database_file_is_served_can_be_said() -> None:
    stopped = the_one(installation.serving(replace(SOUND, database=FILE)))
    assert "does not run here" in stopped.what
    assert not_ok(installation.serving(replace(SOUND, database=FILE, server=7))) == []
    assert list(installation.serving(SOUND)) == [], "others may serve it elsewhere"


FLOWS: list[tuple[str, dict[str, object], State, str, str]] = [
    ("slow", {"inbound": Queue(3, ago(minutes=2))}, State.NOTE, "3 messages wait", "look again"),
    ("no worker", {"inbound": Queue(3, ago(minutes=9))},
     State.WRONG, "3 messages wait to be filed, the oldest for 9 min", "worker runs"),
    ("audit", {"unsealed": Queue(9, ago(hours=1))}, State.WRONG, "9 rows wait to be", "worker"),
    ("receipts", {"receipts": Queue(1, ago(hours=1))}, State.WRONG, "1 receipts wait", "worker"),
    ("files", {"media": Queue(2, ago(hours=1))}, State.WRONG, "2 files", "file server"),
    ("notices", {"notices": Queue(2, ago(hours=1))}, State.WRONG, "2 notices are due", "provider"),
    ("an account rests", {"notices": Queue(2, ago(minutes=14))}, State.NOTE, "2 notices", "slows"),
    ("deliveries", {"pending": Queue(2, ago(hours=1))}, State.WRONG, "2 messages wait to leave",
     "provider answers"),
    ("abandoned", {"abandoned": Queue(1, ago(minutes=1))}, State.WRONG, "process that is gone",
     "worker"),
    ("unknown", {"unknown": Queue(4, ago(hours=2))}, State.NOTE, "of 4 sends", "policy"),
    ("unknown, forgotten", {"unknown": Queue(4, ago(days=2))}, State.WRONG, "of 4 sends", "worker"),
    ("parked", {"parked": {"sms": Queue(2, ago(hours=3))}},
     State.WRONG, "2 events could not be handled on sms, the oldest from 3 h ago", "kanal replay"),
    ("unparsed", {"unparsed": {"wa": Queue(1, ago(days=1))}},
     State.WRONG, "1 requests could not be read on wa", "kanal replay"),
    ("paused", {"pauses": (Pause("sms", "uji templat", ago(hours=2)),)},
     State.NOTE, "paused on sms for 2 h (uji templat)", "kanal resume sms --held latest"),
    ("all paused", {"pauses": (Pause(None, "banjir", ago(minutes=3)),)},
     State.NOTE, "paused everywhere for 3 min", "kanal resume --held latest"),
    ("still held", {"held": {"paused": 12}}, State.NOTE, "12 notices are still held: paused",
     "--held latest"),
    ("unsettled", {"held": {"unsettled": 1}}, State.NOTE, "held: unsettled", "ledger"),
    ("rejected", {"failed": {"rejected": 7}}, State.NOTE, "7 notices of the last day", "code"),
    ("silent", {"last_accepted": {}}, State.NOTE, "nothing has come in on sms in the last 3 d",
     "nothing comes in"),
    ("stopped", {"workers": 0}, State.NOTE, "no worker runs", "kanal serve"),
    ("nobody works", {"workers": 0, "inbound": Queue(1, NOW)},
     State.WRONG, "and there is work", "kanal worker"),
    ("clock went back", {"newest": NOW + timedelta(hours=1)}, State.WRONG, "1 h from now", "clock"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "state", "what", "do"), [f[1:] for f in FLOWS], ids=[f[0] for f in FLOWS]
)
def test_what_waits_too_long_is_one_line(
    change: dict[str, object], state: State, what: str, do: str
) -> None:
    finding = the_one(flow.findings(replace(CALM, **change), settings()))  # type: ignore[arg-type]
    assert finding.state is state
    assert what in finding.what
    assert do in finding.do


@pytest.mark.parametrize(
    "change",
    [
        {"inbound": Queue(500, ago(seconds=20))},
        {"unknown": Queue(2, ago(minutes=1))},
        {"held": {"window_closed": 40, "blocked_by_user": 1, "provider_stop": 2}},
        {"failed": {"unreachable": 9}},
    ],
    ids=["a burst", "a fresh time-out", "the citizen's turn", "numbers that are gone"],
)
def test_what_is_not_a_fault_is_not_called_one(change: dict[str, object]) -> None:
    found = list(flow.findings(replace(CALM, **change), settings()))  # type: ignore[arg-type]
    assert not_ok(found) == []
    assert any(str(n) in f.what for f in found for n in (500, 2, 40, 9))


def test_what_a_rehearsal_holds_waits_for_its_end() -> None:
    rehearsal = settings(sending="allowlist")
    held = replace(CALM, held={"sending_off": 3, "not_on_allowlist": 2})
    found = not_ok(flow.findings(held, rehearsal))
    assert [f.state for f in found] == [State.NOTE, State.NOTE]
    assert all("when sending goes on" in f.do for f in found)


def test_a_pause_explains_what_is_held() -> None:
    pause = Pause(None, "uji", ago(hours=1))
    found = not_ok(flow.findings(replace(CALM, held={"paused": 3}, pauses=(pause,)), settings()))
    assert "when sending goes on" in found[1].do


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"seconds": 0}, "0 s"),
        ({"seconds": -5}, "0 s"),
        ({"seconds": 59}, "59 s"),
        ({"minutes": 61}, "1 h 1 min"),
        ({"hours": 2, "seconds": 5}, "2 h"),
        ({"days": 3, "hours": 4, "minutes": 5}, "3 d 4 h"),
    ],
)
def test_a_length_of_time_is_said_in_two_units(span: dict[str, float], said: str) -> None:
    assert spoken(timedelta(**span)) == said


@pytest.mark.parametrize(
    ("count", "said"), [(999, "999 B"), (4_096, "4.1 kB"), (10**10, "10.0 GB")]
)
def test_bytes_are_said_as_people_do(count: int, said: str) -> None:
    assert size(count) == said
