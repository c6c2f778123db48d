"""Changes the key file: a crash in between leaves the old content or the new one, never half.

Only the list ``seal`` changes; whatever else stands in the file is kept as it is.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gateway.sealing.keys import Keys, load

_LENGTH = 32

Entries = list[dict[str, Any]]


def fresh_name(taken: Iterable[str]) -> str:
    """``k1``, ``k2`` …: the next one behind all that were ever used here."""
    numbers = [int(name[1:]) for name in taken if name[:1] == "k" and name[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"


def add(path: Path, name: str) -> Keys:
    """Append a new key: it opens, and seals nothing yet."""
    key = base64.b64encode(secrets.token_bytes(_LENGTH)).decode()
    return _change(path, lambda entries: [*entries, {"id": name, "key": key}])


def use(path: Path, name: str) -> Keys:
    """Move a key to the front: it seals."""
    return _change(path, lambda entries: sorted(entries, key=lambda e: e["id"] != name))


def remove(path: Path, name: str) -> Keys:
    """Take a key out."""
    return _change(path, lambda entries: [e for e in entries if e["id"] != name])


def _change(path: Path, change: Callable[[Entries], Entries]) -> Keys:
    """Write the changed file, and read it back as every process will.

    Raises:
        KeysInvalid: It is no key file.
        OSError: It cannot be written; the old content is there.
    """
    load(path)
    target = path.resolve()
    content = json.loads(target.read_text(encoding="ascii"))
    content["seal"] = change(content["seal"])
    _replace(target, (json.dumps(content, indent=1) + "\n").encode())
    return load(path)


def _replace(target: Path, content: bytes) -> None:
    """The owner and the mode of the file stay, for the processes that read it run as another user
    where root keeps it."""
    was = target.stat()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _write_all(handle, content)
        os.fchmod(handle, was.st_mode & 0o7777)
        if os.geteuid() == 0:
            os.fchown(handle, was.st_uid, was.st_gid)
        beside.replace(target)
    finally:
        os.close(handle)
        beside.unlink(missing_ok=True)
    _sync(target.parent)


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
    os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
