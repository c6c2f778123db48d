"""Where media lies: files named by the SHA-256 of their content, so the same photo is kept once."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path


class FileMediaStore:
    """A folder tree. Writing is atomic; reading what was erased raises `FileNotFoundError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> bytes:
        """Keep *content* durably; its SHA-256."""
        digest = hashlib.sha256(content).digest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
        return digest

    def get(self, digest: bytes) -> bytes:
        """The content with this SHA-256."""
        return self._path(digest).read_bytes()

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._folder / name[:2] / name[2:]
