"""`kanal keys` as an operator uses it, and processes that take a new key by SIGHUP."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from tests.crash.processes import Process
from tests.gateway.test_cli import kanal, write
from tests.gateway.test_restart import serving

TOKEN = ("token", "create", "--unit", "biro-pemerintahan", "--role", "supervisor")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "")
    assert kanal(tmp_path, *TOKEN).returncode == 0
    return tmp_path


def said(folder: Path, *arguments: str, code: int = 0) -> str:
    done = kanal(folder, "keys", *arguments)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout + done.stderr


def test_a_rotation_from_its_beginning_to_its_end(folder: Path) -> None:
    assert "k1  seals" in said(folder, "status")
    assert "`kanal keys add` begins one" in said(folder, "rotate")
    assert "Added the sealing key 'k2'" in said(folder, "add")
    assert "a rotation is under way" in said(folder, "add", code=1)
    check = kanal(folder, "check")
    assert "Sealing keys: 'k1' seals, 'k2' opens." in check.stdout
    assert "next: `kanal keys rotate` lets 'k2' seal" in said(folder, "status")
    assert "'k2' is the first key of the file now" in said(folder, "rotate")
    assert "`kanal keys drop k1`" in said(folder, "rotate")
    assert "'k2' seals: begin with" in said(folder, "drop", "k2", code=1)
    assert "Dropped the sealing key 'k1'" in said(folder, "drop", "k1")
    assert "there is no key 'k1'" in said(folder, "drop", "k1", code=1)
    assert "'k2' seals" in kanal(folder, "doctor").stdout
    audit = kanal(folder, "audit", "list").stdout
    for action in ("keys.add  seal_key:k2", "keys.use  seal_key:k2", "keys.drop  seal_key:k1"):
        assert action in audit


def test_status_is_for_machines_too(folder: Path) -> None:
    said(folder, "add")
    found = json.loads(said(folder, "status", "--json"))
    assert found["keys"] == ["k1", "k2"]
    assert found["next"] == {"step": "use", "key": "k2", "because": []}


def test_a_lost_key_is_named_everywhere(folder: Path) -> None:
    said(folder, "add")
    said(folder, "rotate")
    path = folder / "var" / "keys.json"
    content = json.loads(path.read_text())
    content["seal"] = [k for k in content["seal"] if k["id"] != "k1"]
    path.write_text(json.dumps(content))
    for command in (["check"], ["doctor"], ["token", "list"], ["keys", "status"], ["keys", "add"]):
        done = kanal(folder, *command)
        assert done.returncode == 1, command
        assert "'k1', in use since" in done.stdout + done.stderr, command
    assert "k1  MISSING" not in said(folder, "status", code=1), "no row needs it"
    assert "Dropped the sealing key 'k1'" in said(folder, "drop", "k1"), "so it can be forgotten"
    assert kanal(folder, "doctor").returncode == 0


def test_without_a_file_there_is_nothing_to_rotate(folder: Path) -> None:
    (folder / "var" / "keys.json").unlink()
    assert "the key file is missing: put back its copy" in said(folder, "add", code=1)
    (folder / "var" / "keys.json").write_text("{}")
    assert "not a key file" in said(folder, "status", code=1)


async def test_running_processes_take_the_new_key_by_sighup(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, _):
        environ = process_environ(process)

        def keys(*arguments: str) -> str:
            done = kanal(tmp_path, "keys", *arguments, **environ)
            return done.stdout + done.stderr

        async def until(words: str) -> None:
            """The gateway and its worker say so."""
            async with asyncio.timeout(40):
                while (await asyncio.to_thread(keys, "status")).count(words) != 2:
                    await asyncio.sleep(0.2)

        await until("seals with k1, opens k1\n")
        assert "Added" in await asyncio.to_thread(keys, "add")
        waits = await asyncio.to_thread(keys, "rotate")
        assert waits.count("does not hold 'k2' yet") == 2
        process.signal(signal.SIGHUP)
        await until("seals with k1, opens k1, k2\n")
        used = await asyncio.to_thread(keys, "rotate")
        assert "'k2' is the first key of the file now" in used
        waits = await asyncio.to_thread(keys, "rotate")
        assert "still seals with 'k1'" in waits
        doctor = (await asyncio.to_thread(kanal, tmp_path, "doctor", **environ)).stdout
        assert "seals with 'k1', and the key file says 'k2'" in doctor
        process.signal(signal.SIGHUP)
        await until("seals with k2, opens k1, k2\n")
        assert "`kanal keys drop k1`" in await asyncio.to_thread(keys, "rotate")
        assert "Dropped" in await asyncio.to_thread(keys, "drop", "k1")
        process.signal(signal.SIGHUP)
        await process.answers("/health/ready")
        assert process.is_running
        await process.stop()


def process_environ(process: Process) -> dict[str, str]:
    """What it was started with, as the operator's shell has it."""
    return {k: v for k, v in process._environ.items() if k.startswith("KANAL_")}
