"""The spool: what was acknowledged survives a crash, what was not is not half there."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.inbound.arrival import Arrival, EventRow
from gateway.inbound.spool import Spool


def arrival(number: int) -> Arrival:
    event = EventRow(number * 10, f"e{number}", "message", "q", b"\x00\xff", None)
    return Arrival(
        raw_id=number, account="sms", dedup_key=f"k{number}", via="webhook",  # type: ignore[arg-type]
        envelope=b"{}", body=bytes(range(256)), key_id="k1",
        accepted_at=datetime(2026, 11, 21, tzinfo=UTC), state="parsed", events=(event,),
    )  # fmt: skip


async def test_what_goes_in_comes_out_oldest_first(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path)
    for number in range(5):
        await spool.append(arrival(number))
    first, position = await spool.peek(3)
    assert first == [arrival(n) for n in range(3)]
    spool.advance(position)
    rest, position = await spool.peek(10)
    assert [a.raw_id for a in rest] == [3, 4]
    spool.advance(position)
    assert spool.is_empty
    assert spool.path.stat().st_size < 20, "an emptied spool is cut"
    spool.close()
    assert not spool.path.exists()


async def test_a_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path)
    assert spool.path.stat().st_mode & 0o077 == 0
    spool.close()


@pytest.mark.parametrize("cut", [1, 7, 8, 9, 100])
async def test_a_torn_tail_is_set_aside_and_the_rest_is_sound(tmp_path: Path, cut: int) -> None:
    spool = Spool.create(tmp_path)
    await spool.append(arrival(1))
    sound = spool.path.stat().st_size
    await spool.append(arrival(2))
    spool.close()
    path = next(tmp_path.glob("*.spool"))
    os.truncate(path, sound + cut)
    (again,) = Spool.orphans(tmp_path)
    found, _ = await again.peek(10)
    assert found == [arrival(1)]
    assert next(tmp_path.glob("*.torn")).stat().st_size == cut
    again.close()


async def test_a_flipped_bit_does_not_pass_for_a_message(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path)
    await spool.append(arrival(1))
    await spool.append(arrival(2))
    spool.close()
    path = next(tmp_path.glob("*.spool"))
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    (again,) = Spool.orphans(tmp_path)
    found, _ = await again.peek(10)
    assert [a.raw_id for a in found] == [1]
    again.close()


async def test_a_spool_whose_process_lives_is_not_adopted(tmp_path: Path) -> None:
    script = (
        "import sys,time;from pathlib import Path;from gateway.inbound.spool import Spool\n"
        "s=Spool.create(Path(sys.argv[1]));print('ready',flush=True);time.sleep(30)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == "ready"
        assert Spool.orphans(tmp_path) == []
    finally:
        owner.kill()
        owner.communicate()
    (adopted,) = Spool.orphans(tmp_path)
    adopted.close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A full disk, as far as this process can tell."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("room", [0, 5])
def test_a_spool_that_cannot_be_begun_leaves_nothing(tmp_path: Path, room: int) -> None:
    with files_no_larger_than(room), pytest.raises(OSError, match=r"large|space"):
        Spool.create(tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk_is_an_error_and_leaves_the_file_sound(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path)
    await spool.append(arrival(1))
    size = spool.path.stat().st_size
    with files_no_larger_than(size + 10), pytest.raises(OSError, match="large"):
        await spool.append(arrival(2))
    await spool.append(arrival(3))
    found, _ = await spool.peek(10)
    assert [a.raw_id for a in found] == [1, 3]
    spool.close()


def test_records_hold_no_readable_text(tmp_path: Path) -> None:
    # What is spooled was sealed before: the body here stands for sealed bytes.
    import asyncio

    async def run() -> bytes:
        spool = Spool.create(tmp_path)
        await spool.append(arrival(1))
        content = spool.path.read_bytes()
        spool.close()
        return content

    record = asyncio.run(run())
    payload = json.loads(record[record.index(b"{") :])
    assert set(payload) >= {"envelope", "body", "events"}
