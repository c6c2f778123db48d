"""The installation's secrets: sealing columns, finding an address by hash, the reporter's code.

The keys lie in one file (0600) beside the data, never in the database. Losing it loses every
sealed column; `docs/operations.md` says how to keep a copy. Several sealing keys may be valid: the
first one seals, all of them open.
"""

import base64
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.messages import Address

_NONCE = 12
_SHORTEST = 16


class KeysInvalid(Exception):
    """The key file is missing or broken, or a key is not in it any more; says which and why."""


class Keys:
    """What can be sealed, opened, found and proven with this installation's secrets."""

    def __init__(self, lookup: bytes, code: bytes, seal: Mapping[str, bytes]) -> None:
        self._lookup = lookup
        self._code = code
        self._seal = {key_id: AESGCM(key) for key_id, key in seal.items()}
        self.current = next(iter(seal))
        self.marks = {key_id: self._mac(key, "sealing key")[:16] for key_id, key in seal.items()}
        """By id, in the order of the file: tells two sealing keys apart and nothing about them."""

    def seal(self, data: bytes, purpose: str) -> bytes:
        """Encrypt *data*; *purpose* (table.column) must be given to open it."""
        nonce = os.urandom(_NONCE)
        return nonce + self._seal[self.current].encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, key_id: str | None, purpose: str) -> bytes:
        """The reverse of `seal`.

        Raises:
            KeysInvalid: The key is gone, or the bytes were sealed for something else.
        """
        box = self._seal.get(key_id or self.current)
        if box is None:
            raise KeysInvalid(f"the sealing key '{key_id}' is not in the key file any more")
        try:
            return box.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except InvalidTag as error:
            raise KeysInvalid(f"a sealed {purpose} does not open with key '{key_id}'") from error

    def lookup(self, address: Address) -> bytes:
        """The keyed hash under which an address is found without being readable."""
        return self._mac(self._lookup, "address", address.kind, address.scope, address.value)

    def queue_key(self, account: str, address: Address) -> str:
        """Names one person on one account, before anything is read from the database."""
        parts = (account, address.kind, address.scope, address.value)
        return self._mac(self._lookup, "queue", *parts)[:18].hex()

    def code(self, complaint_id: int) -> str:
        """The six-digit short code of a complaint; it can be made again and is never stored."""
        number = int.from_bytes(self._mac(self._code, "code", str(complaint_id))[:8])
        return f"{number % 1_000_000:06d}"

    def code_hash(self, complaint_id: int, code: str | None = None) -> bytes:
        """What is stored of the code (or of a *code* somebody claims), to be compared."""
        claimed = self.code(complaint_id) if code is None else code
        return self._mac(self._code, "hash", str(complaint_id), claimed)

    def token_hash(self, token: str) -> bytes:
        """What is stored of an access token."""
        return self._mac(self._lookup, "token", token)

    def photo_mark(self, complaint_id: int, photo: int, until: int) -> str:
        """Proves that we let somebody see *photo* of a complaint *until* then, in Unix time."""
        return self._mac(self._code, "photo", str(complaint_id), str(photo), str(until))[:18].hex()

    def asker(self, address: str) -> str:
        """Stands for the network address of whoever asks: addresses of people are not kept."""
        return self._mac(self._lookup, "asker", address)[:12].hex()

    def audit_mark(self, position: int, digest: bytes) -> bytes:
        """Proves that this installation sealed its audit up to *position* with *digest*."""
        return self._mac(self._code, "audit", str(position), digest.hex())

    @staticmethod
    def same(stored: bytes, claimed: bytes) -> bool:
        """Compare two hashes without telling by time where they differ."""
        return hmac.compare_digest(stored, claimed)

    @property
    def fingerprint(self) -> str:
        """Tells two key files apart without telling anything about them."""
        return self._mac(self._lookup, "fingerprint")[:8].hex()

    @staticmethod
    def _mac(key: bytes, *parts: str) -> bytes:
        # Each part with its length: ("a", "bc") and ("ab", "c") are different things.
        message = b""
        for part in parts:
            data = part.encode()
            message += len(data).to_bytes(4) + data
        return hmac.digest(key, message, "sha256")


def load(path: Path) -> Keys:
    """Read the key file.

    Raises:
        KeysInvalid: It is missing or broken.
    """
    try:
        raw = json.loads(path.read_text(encoding="ascii"))
        seal = {str(item["id"]): base64.b64decode(item["key"]) for item in raw["seal"]}
        lookup, code = base64.b64decode(raw["lookup"]), base64.b64decode(raw["code"])
        if not seal or min(len(lookup), len(code)) < _SHORTEST:
            raise KeysInvalid(f"{path}: not a key file (a key in it is missing or too short)")
        return Keys(lookup, code, seal)
    except FileNotFoundError:
        raise KeysInvalid(f"{path}: the key file is missing") from None
    except OSError as error:
        raise KeysInvalid(f"{path}: the key file cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysInvalid(f"{path}: not a key file ({type(error).__name__})") from error


def create(path: Path) -> Keys:
    """Write a fresh key file, readable by its owner only; an existing one is never touched."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def draw() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    content = {"lookup": draw(), "code": draw(), "seal": [{"id": "k1", "key": draw()}]}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return load(path)
