"""Whatever is wrong with the place, a command says what and what to do; nothing starts half."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.gateway.test_cli import kanal

INIT = ("init", "--no-other-numbers", "--url")


@pytest.mark.parametrize("url", ['https://x".go.id', "kanal", "ftp://x.go.id", "https://a b"])
def test_init_writes_nothing_with_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    done = kanal(tmp_path, *INIT, url)
    assert done.returncode == 1
    assert "--url: not an address; write it as https://" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_makes_the_folder_that_it_is_told(tmp_path: Path) -> None:
    done = kanal(tmp_path, *INIT, "https://x.go.id", KANAL_CONFIG="etc/kanal/kanal.toml")
    assert done.returncode == 0, done.stderr
    assert kanal(tmp_path, "check", KANAL_CONFIG="etc/kanal/kanal.toml").returncode == 0


@pytest.mark.parametrize(
    ("variable", "path"), [("KANAL_CONFIG", "/proc/x/a.toml"), ("KANAL_KEYS_FILE", "/proc/x/k")]
)
def test_init_names_what_it_cannot_write(tmp_path: Path, variable: str, path: str) -> None:
    done = kanal(tmp_path, *INIT, "https://x.go.id", **{variable: path})
    assert done.returncode == 1
    assert "/proc/x cannot be written" in done.stderr
    assert not (tmp_path / "kanal.toml").exists()


@pytest.mark.parametrize(
    "url", ["nonsense", "mongodb://x/y", "postgresql://h:port/x", "sqlite://", "postgresql://h:0/x"]
)
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"], ["db", "upgrade"]])
def test_what_is_no_database_address_ends_the_start(
    tmp_path: Path, command: Sequence[str], url: str
) -> None:
    done = kanal(tmp_path, *command, KANAL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "KANAL_DATABASE_URL: not a database address; write it as" in done.stderr


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ({"seal": []}, "a key in it is missing or too short"),
        ({"lookup": "AAAA"}, "a key in it is missing or too short"),
        ({"seal": [{"id": "k1", "key": "AAAA"}]}, "ValueError"),
        ({"code": None}, "TypeError"),
    ],
)
def test_a_broken_key_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: str | dict[str, object], what: str
) -> None:
    assert kanal(tmp_path, *INIT, "https://x.go.id").returncode == 0
    keys = tmp_path / "var" / "keys.json"
    if isinstance(content, str):
        keys.write_text(content)
    else:
        keys.write_text(json.dumps(json.loads(keys.read_text()) | content))
    for command in (("serve", "--port", "0"), ("check",), ("doctor",)):
        done = kanal(tmp_path, *command)
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert f"keys.json: not a key file ({what})" in said
        assert "put back the copy that belongs to this database" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("spool", "var/spool cannot be written: File exists; messages are kept there while"),
        ("serve.lock", "var/serve.lock cannot be written: Is a directory"),
        ("kanal.db", "var/kanal.db cannot be used: unable to open database file"),
    ],
)
def test_a_place_that_cannot_be_used_ends_the_start(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "var").mkdir()
    if name == "spool":
        (tmp_path / "var" / name).touch()
    else:
        (tmp_path / "var" / name).mkdir()
    done = kanal(tmp_path, "serve", "--port", "0")
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "var" / "metrics").exists(), "not even the worker had begun"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["serve", "--port", "99999"], "99999 is not in the range"),
        (["serve", "--linger", "-1"], "-1.0 is not in the range"),
        (["serve", "--host", "nowhere.invalid"], "choose another with --port or --host"),
        (["worker", "--metrics-port", "-1"], "-1 is not in the range"),
        (["replay", "99999999999999999999"], "is not in the range"),
        (["replay", "9223372036854775807"], "none of these ids is stuck; `kanal replay` lists"),
        (["pause", "--reason", ""], "say it in a few words; colleagues read it"),
        (["pause", "--reason", " \0 "], "say it in a few words; colleagues read it"),
        (["pause", "fax", "--reason", "x"], "there is no account 'fax'; there are: none"),
    ],
)
def test_an_argument_that_cannot_be_is_named(
    tmp_path: Path, command: Sequence[str], said: str
) -> None:
    done = kanal(tmp_path, *command)
    assert done.returncode in {1, 2}
    assert said in done.stderr


def test_a_reason_that_is_no_text_is_kept_as_far_as_it_is_one(tmp_path: Path) -> None:
    assert kanal(tmp_path, "pause", "--reason", "mati \udcff lampu").returncode == 0
