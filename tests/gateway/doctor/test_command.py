"""`kanal doctor`, and what `kanal check` says of the same things, as an operator sees them."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from gateway.inbound.spool import Spool
from gateway.storage import schema
from gateway.storage.ids import now
from tests.gateway.doctor.test_edges import set_revision, silent_server
from tests.gateway.test_cli import SETTINGS, Done, kanal, write

SECRET = {"TWILIO_AUTH_TOKEN": "very-secret"}
WELL = f"""
public_base_url = "https://lapor.example.go.id"
[emergency]
checked_on = "{now().date()}"
"""


def lines(done: Done) -> dict[tuple[str, str], str]:
    """What was said, by state and subject; the last of several counts."""
    parts = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    return {(state, rest[:13].strip()): rest[15:] for state, rest in parts}


def install(folder: Path, content: str = WELL + SETTINGS) -> None:
    """A current database with its keys, served by this process."""
    write(folder, content)
    token = ("token", "create", "--unit", "biro-pemerintahan", "--role", "supervisor")
    assert kanal(folder, *token, **SECRET).returncode == 0


def test_a_running_installation_without_a_fault(tmp_path: Path) -> None:
    install(tmp_path)
    with (tmp_path / "var" / "serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = kanal(tmp_path, "doctor", **SECRET)
    assert done.returncode == 0
    said = lines(done)
    assert {state for state, _ in said} == {"ok", "note"}
    assert said["ok", "processes"] == f"`kanal serve` runs (process {os.getpid()})"
    assert said["ok", "configuration"] == "accounts: sms (twilio-sms)"
    assert [about for state, about in said if state == "note"] == ["workers", "accounts"]
    assert "very-secret" not in done.stdout


def test_a_stopped_one_whose_spool_holds_something(tmp_path: Path) -> None:
    install(tmp_path)
    folder = tmp_path / "var" / "spool"
    spool = Spool.create(folder)
    spool._write(b"x" * 40)
    os.close(spool._handle)
    done = kanal(tmp_path, "doctor", **SECRET)
    assert done.returncode == 1
    said = lines(done)
    assert f"{spool.path.name}: up to 40 B wait; no process here holds it" in said["wrong", "spool"]
    assert said["note", "processes"].startswith("`kanal serve` does not run here")
    assert spool.path.exists()


def test_json_is_for_machines(tmp_path: Path) -> None:
    install(tmp_path)
    (tmp_path / "var" / "keys.json").chmod(0o644)
    done = kanal(tmp_path, "doctor", "--json", **SECRET)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["state"] == "wrong"
    (wrong,) = [f for f in report["findings"] if f["state"] == "wrong"]
    assert wrong["about"] == "keys"
    assert wrong["do"] == "chmod 600 it"
    assert set(wrong) == {"state", "about", "what", "do"}


def test_a_broken_configuration_does_not_end_the_look(tmp_path: Path) -> None:
    install(tmp_path)
    write(tmp_path, "sendign = 'on'")
    done = kanal(tmp_path, "doctor")
    assert done.returncode == 1
    said = lines(done)
    assert "did you mean 'sending'?" in said["wrong", "configuration"]
    assert ("ok", "database") in said
    assert ("ok", "spool folder") in said


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    done = kanal(tmp_path, "doctor")
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_a_foreign_key_file_is_named_before_the_start(tmp_path: Path, command: str) -> None:
    install(tmp_path)
    keys = tmp_path / "var" / "keys.json"
    content = json.loads(keys.read_text())
    keys.write_text(json.dumps(content | {"lookup": content["code"]}))
    done = kanal(tmp_path, command, **SECRET)
    assert done.returncode == 1
    assert "belongs to another installation" in done.stdout + done.stderr
    keys.unlink()
    done = kanal(tmp_path, command, **SECRET)
    assert done.returncode == 1
    assert "the key file is missing" in done.stdout + done.stderr


def test_an_owner_that_was_imported_is_known(tmp_path: Path) -> None:
    install(tmp_path)
    (tmp_path / "units.csv").write_text("id,name,kind\ndinas-uji,Dinas Uji,skpd\n")
    assert kanal(tmp_path, "units", "import", "units.csv", **SECRET).returncode == 0
    write(tmp_path, WELL + SETTINGS.replace('name = "SMS"', 'name = "SMS"\nowner = "dinas-uji"'))
    done = kanal(tmp_path, "check", **SECRET)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_what_cannot_be_used_is_named(tmp_path: Path, command: str) -> None:
    write(tmp_path, WELL + SETTINGS.replace('name = "SMS"', 'name = "SMS"\nowner = "dinas-x"'))
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "spool").touch()
    with silent_server() as port:
        done = kanal(
            tmp_path, command, **SECRET,
            KANAL_DATABASE_URL="postgresql://kanal:hushhush@127.0.0.1:1/kanal",
            KANAL_REDIS_URL=f"redis://:hushhush@127.0.0.1:{port}",
        )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "there is no unit 'dinas-x'" in said
    assert "var/spool: cannot be written (is a file, not a folder)" in said
    assert "KANAL_DATABASE_URL: the database does not answer (connection failed" in said
    assert "KANAL_REDIS_URL: Redis does not answer (silent for 5 s)" in said
    assert "hushhush" not in said
    assert "Traceback" not in said


def test_a_start_does_not_wait_for_a_database_that_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.bootstrap._PATIENCE_S", 0.5)
    with silent_server() as port:
        url = f"postgresql://kanal@127.0.0.1:{port}/kanal"
        done = kanal(tmp_path, "pause", "--reason", "x", KANAL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "the database does not answer within 0.5 s: it may be half up" in done.stderr


def test_check_and_doctor_ask_for_an_upgrade(tmp_path: Path, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite is brought up to date by itself")
    set_revision(database_url, "0001")
    assert schema.version(database_url) is schema.Version.OLDER
    for command in ("check", "doctor"):
        done = kanal(tmp_path, command, KANAL_DATABASE_URL=database_url)
        assert done.returncode == 1
        assert "run `kanal db upgrade`" in done.stdout + done.stderr
