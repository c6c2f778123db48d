"""What the doctor sees: real folders, disks, spools, databases and Redis, well and unwell."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from gateway.doctor import machine, servers, waiting
from gateway.doctor.facts import Flow, Reach
from gateway.inbound.spool import Spool
from gateway.ops import switch
from gateway.ops.bounded import within
from gateway.ops.roster import Roster
from gateway.sealing import keys
from gateway.storage.ids import now
from gateway.storage.schema import Version
from gateway.tables import delivery, inbound, raw_inbound
from tests.gateway.test_spool import arrival
from tests.house import House
from tests.servers import RedisServer

# --- this machine ------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    folder = machine.folder("spool", tmp_path / "var" / "spool")
    assert folder.problem == ""
    assert not folder.exists
    assert folder.free_bytes
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_the_probe(tmp_path: Path) -> None:
    assert machine.folder("spool", tmp_path).problem == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    assert machine.folder("data", tmp_path / "var").problem == "is a file, not a folder"
    assert machine.folder("spool", tmp_path / "var" / "spool").problem == "Not a directory"


MOUNT = """
set -e
mount -t tmpfs -o size=128k,mode=0777 none "$1"
if [ "$2" = full ]; then head -c 131072 /dev/zero > "$1/fill" || true; fi
if [ "$2" = read-only ]; then mount -o remount,ro "$1"; fi
exec "$3" -c 'import sys; from pathlib import Path; from gateway.doctor.machine import folder
print(folder("spool", Path(sys.argv[1])).problem)' "$1"
"""


@pytest.mark.parametrize(
    ("how", "said"), [("full", "No space left on device"), ("read-only", "Read-only file system")]
)
def test_a_full_and_a_read_only_disk_are_seen(tmp_path: Path, how: str, said: str) -> None:
    can = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    if can.returncode:
        pytest.skip("NO MOUNTS: a small disk cannot be mounted here, run as root to test it")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", MOUNT, "sh", str(tmp_path), how, sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == said, done.stderr


async def test_a_spool_and_who_holds_it(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path)
    assert machine.spools(tmp_path) == (), "an empty one says nothing"
    await spool.append(arrival(1))
    await spool.append(arrival(2))
    (seen,) = machine.spools(tmp_path)
    assert seen.left.path == spool.path
    assert seen.left.oldest == arrival(1).accepted_at
    assert seen.left.waiting_bytes == spool.waiting_bytes
    assert seen.owner == os.getpid()
    spool.close()
    (left,) = machine.spools(tmp_path)
    assert left.owner is None, "closed with something in it: it waits to be adopted"
    (adopted,) = Spool.orphans(tmp_path)
    adopted.close()


def test_looking_at_a_spool_does_not_keep_a_start_from_adopting_it(tmp_path: Path) -> None:
    path = tmp_path / "1-aa.spool"
    path.write_bytes(b"KANAL-SPOOL-1\nnonsense that is no record")
    (seen,) = machine.spools(tmp_path)
    assert seen.left.oldest is None
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert len(machine.spools(tmp_path)) == 1


def test_the_key_file_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    assert not machine.key_file(path).exists
    made = keys.create(path)
    seen = machine.key_file(path)
    assert seen.fingerprint == made.fingerprint
    assert not seen.is_open_to_others
    path.chmod(0o640)
    assert machine.key_file(path).is_open_to_others
    path.write_text("{}")
    assert "not a key file" in machine.key_file(path).problem


# --- servers -----------------------------------------------------------------------------------


def test_waiting_is_bounded_and_errors_come_through() -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.1, lambda: time.sleep(60))
    assert time.monotonic() - begun < 30
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 / 0)
    assert within(30, lambda: 42) == 42


def test_a_current_database_is_seen(database_url: str) -> None:
    seen = servers.database(database_url, now)
    assert seen.reach is Reach.ANSWERS
    assert seen.version is Version.CURRENT
    assert seen.read_only == ""
    if seen.is_file:
        assert seen.clock_ahead is None
    else:
        assert seen.clock_ahead is not None
        assert abs(seen.clock_ahead) < timedelta(seconds=2)


def test_a_clock_that_is_wrong_is_measured(database_url: str) -> None:
    seen = servers.database(database_url, lambda: datetime.now(UTC) - timedelta(minutes=10))
    if not seen.is_file:
        assert seen.clock_ahead is not None
        assert timedelta(minutes=9) < seen.clock_ahead < timedelta(minutes=11)


def test_a_database_of_another_version_is_seen(database_url: str) -> None:
    engine_url = database_url
    for revision, version in (("9999", Version.NEWER), ("0001", Version.OLDER)):
        set_revision(engine_url, revision)
        assert servers.database(engine_url, now).version is version


def set_revision(url: str, revision: str) -> None:
    from sqlalchemy import create_engine

    from gateway.storage.database import sync_url

    engine = create_engine(sync_url(url))
    with engine.begin() as conn:
        conn.execute(text("update alembic_version set version_num = :r"), {"r": revision})
    engine.dispose()


def test_a_standby_is_told_from_a_primary(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file has no standby")
    join = "&" if "?" in database_url else "?"
    option = "options=-c%20default_transaction_read_only%3Don"
    seen = servers.database(f"{database_url}{join}{option}", now)
    assert seen.reach is Reach.ANSWERS
    assert "read-only" in seen.read_only


def test_a_database_file_that_is_busy_or_no_database_is_named(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    import sqlite3

    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin immediate")
    seen = servers.database(sqlite_url, now, patience_s=1)
    assert "locked" in seen.read_only
    holder.execute("rollback")
    holder.close()
    path.write_bytes(b"not a database at all" * 100)
    seen = servers.database(sqlite_url, now)
    assert seen.reach is Reach.REFUSES
    assert "not a database" in seen.problem


@pytest.mark.parametrize("url", ["mongodb://x/y", "nonsense", "postgresql://host:port/x"])
def test_what_is_no_address_is_named(url: str) -> None:
    assert servers.database(url, now).reach is Reach.NO_ADDRESS


def test_a_database_that_refuses_is_named_without_its_password() -> None:
    seen = servers.database("postgresql://kanal:hushhush@127.0.0.1:1/none", now)
    assert seen.reach is Reach.REFUSES
    assert "127.0.0.1" in seen.problem
    assert "hushhush" not in seen.problem


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_servers_that_are_half_up_do_not_hold_us() -> None:
    begun = time.monotonic()
    with silent_server() as port:
        url = f"postgresql://kanal:hushhush@127.0.0.1:{port}/kanal"
        assert servers.database(url, now, patience_s=1).reach is Reach.HANGS
        redis = servers.redis(f"redis://127.0.0.1:{port}/0", patience_s=0.5)
        assert redis.reach is Reach.HANGS
    assert time.monotonic() - begun < 60


def test_a_database_that_hangs_in_a_query_does_not_hold_us(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file does not hang")
    with psycopg.connect(database_url) as other:
        other.execute("lock table alembic_version in access exclusive mode")
        assert servers.database(database_url, now, patience_s=0.5).reach is Reach.HANGS


async def test_redis_is_asked(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    await server.start()
    seen = servers.redis(server.url)
    assert seen.reach is Reach.ANSWERS
    assert seen.version
    assert not seen.is_replica
    with Redis.from_url(server.url) as client:
        client.replicaof("127.0.0.1", 1)
    assert servers.redis(server.url).is_replica
    server.freeze()
    assert servers.redis(server.url, patience_s=0.5).reach is Reach.HANGS
    server.thaw()
    await server.stop()
    assert servers.redis(server.url).reach is Reach.REFUSES


def test_a_redis_that_is_away_or_no_address_is_named() -> None:
    seen = servers.redis("redis://kanal:hushhush@127.0.0.1:1/0")
    assert seen.reach is Reach.REFUSES
    assert "hushhush" not in seen.problem
    assert servers.redis("http://cache").reach is Reach.NO_ADDRESS


# --- what waits --------------------------------------------------------------------------------


def flow(house: House) -> Flow:
    return servers.asked(
        house.parts.database.url, lambda conn: waiting.read(conn, house.clock()), 20
    )


async def test_what_waits_is_counted_from_when_it_could_be_done(house: House) -> None:
    assert flow(house).inbound.size == 0
    begun = house.clock()
    await house.say("+62811", "jalan rusak di depan pasar", account="sms")
    await house.say("+62812", "lampu mati", account="sms")
    house.clock.forward(minutes=7)
    seen = flow(house)
    assert seen.inbound.size == 2
    assert seen.inbound.oldest == begun
    assert seen.last_accepted == {"sms": begun}
    assert seen.newest == begun
    await house.pause()
    house.clock.forward(days=4)
    later = flow(house)
    assert later.inbound.size == 0
    assert later.last_accepted == {}, "silent for longer than three days"


async def test_what_is_put_off_until_later_does_not_wait_yet(house: House) -> None:
    await house.say("+62811", "jalan rusak", account="sms")
    async with house.parts.database.write() as conn:
        later = house.clock() + timedelta(minutes=5)
        await conn.execute(update(inbound).values(not_before=later))
    assert flow(house).inbound.size == 0
    house.clock.forward(minutes=6)
    assert flow(house).inbound.size == 1


async def test_what_is_for_a_person_is_counted_by_account(house: House) -> None:
    await house.say("+62811", "jalan rusak", account="sms")
    await house.say("u1", "lampu mati", account="chat")
    async with house.parts.database.write() as conn:
        at = house.clock()
        await conn.execute(
            update(inbound).where(inbound.c.account_id == "sms").values(parked_at=at)
        )
        await conn.execute(
            update(raw_inbound).where(raw_inbound.c.account_id == "chat").values(state="unparsed")
        )
    seen = flow(house)
    assert {a: q.size for a, q in seen.parked.items()} == {"sms": 1}
    assert {a: q.size for a, q in seen.unparsed.items()} == {"chat": 1}


async def test_pauses_holds_and_open_sends_are_counted(house: House) -> None:
    async with house.parts.database.write() as conn:
        await switch.stop(conn, "sms", "uji templat", house.clock(), house.parts.new_id)
    await house.say("+62811", "jalan rusak di depan pasar", account="sms")
    await house.say("u1", "lampu mati di gang", account="chat")
    await house.pause()
    seen = flow(house)
    (pause,) = seen.pauses
    assert (pause.account, pause.reason) == ("sms", "uji templat")
    assert seen.held.get("paused", 0) >= 1
    async with house.parts.database.write() as conn:
        at = house.clock()
        await conn.execute(update(delivery).values(state="unknown", claimed_at=at, not_before=at))
    assert flow(house).unknown.size >= 1
    async with house.parts.database.write() as conn:
        await conn.execute(update(delivery).values(state="sending", settle_by=at))
    house.clock.forward(minutes=5)
    seen = flow(house)
    assert seen.abandoned.size >= 1
    assert seen.unknown.size == 0


async def test_workers_are_counted_while_they_live(house: House) -> None:
    assert flow(house).workers == 0
    await Roster(house.parts.database, "a:1", 1, house.clock).beat()
    await Roster(house.parts.database, "b:1", 2, house.clock).beat()
    assert flow(house).workers == 2
    house.clock.forward(minutes=1)
    assert flow(house).workers == 0


async def test_a_notice_behind_an_open_send_is_not_overdue(house: House) -> None:
    await house.say("+62811", "jalan rusak di depan pasar", account="sms")
    await house.worker.drain.once()
    house.clock.forward(minutes=1)
    assert flow(house).notices.size >= 1
    await house.settle()
    async with house.parts.database.write() as conn:
        later = house.clock() + timedelta(hours=1)
        await conn.execute(update(delivery).values(state="pending", not_before=later))
        await conn.execute(text("update notice set state = 'due', settled_at = null"))
    seen = flow(house)
    assert seen.notices.size == 0
    assert seen.pending.size == 0, "it is put off by an hour"
    house.clock.forward(hours=2)
    assert flow(house).pending.size >= 1


def test_an_unreadable_database_raises_what_the_caller_expects() -> None:
    with pytest.raises(DBAPIError):
        servers.asked("postgresql://x@127.0.0.1:1/none", lambda conn: waiting.read(conn, now()))
