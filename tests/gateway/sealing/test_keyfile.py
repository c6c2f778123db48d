"""The key file while it changes: what else stands in it, who may read it, what a refusal leaves."""

import json
import os
from pathlib import Path

import pytest

from gateway.sealing import keyfile, keys
from gateway.sealing.keys import KeysInvalid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def names(path: Path) -> list[str]:
    return [entry["id"] for entry in json.loads(path.read_text())["seal"]]


def test_a_key_comes_moves_and_goes(path: Path) -> None:
    first = keys.load(path)
    sealed = first.seal(b"kata", "t")
    assert keyfile.add(path, "k2").current == "k1"
    used = keyfile.use(path, "k2")
    assert used.current == "k2"
    assert names(path) == ["k2", "k1"]
    assert used.open(sealed, "k1", "t") == b"kata"
    assert used.fingerprint == first.fingerprint, "addresses and codes are found as before"
    assert list(keyfile.remove(path, "k1").marks) == ["k2"]
    assert [p.name for p in path.parent.iterdir()] == ["keys.json"]


def test_what_else_stands_there_stays(path: Path) -> None:
    content = json.loads(path.read_text()) | {"note": "safe 3"}
    path.write_text(json.dumps(content))
    path.chmod(0o640)
    keyfile.add(path, "k2")
    assert json.loads(path.read_text())["note"] == "safe 3"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(path: Path) -> None:
    link = path.parent / "link.json"
    link.symlink_to(path)
    keyfile.add(link, "k2")
    assert link.is_symlink()
    assert names(path) == ["k1", "k2"]


def test_what_is_no_key_file_is_left_alone(path: Path) -> None:
    path.write_text("{}")
    with pytest.raises(KeysInvalid, match="not a key file"):
        keyfile.add(path, "k2")
    assert path.read_text() == "{}"


def test_a_file_that_cannot_be_replaced_is_whole(tmp_path: Path) -> None:
    """Nothing can be made beside a file in /proc, whoever asks."""
    content = tmp_path / "keys.json"
    keys.create(content)
    handle = os.open(content, os.O_RDONLY)
    before = content.read_bytes()
    with pytest.raises(OSError, match=r"."):
        keyfile._replace(Path(f"/proc/self/fd/{handle}"), b"half")
    os.close(handle)
    assert content.read_bytes() == before
