"""Passwords: how they are stored and compared, and what is asked of one. No database here.

scrypt (RFC 7914) from the standard library, with OWASP's parameters of 2024: 32 MB and about a
quarter of a second of one core for each try. The parameters stand in front of every hash, so they
can be raised and old ones still compare.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

SHORTEST = 12
LONGEST = 200
_SALT = 16
_SYLLABLES = 5
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other on a slip of paper."""


@dataclass(frozen=True, slots=True)
class Cost:
    """N = 2 ** *log_n*, r, p of scrypt; memory is 128 * N * r bytes."""

    log_n: int = 15
    r: int = 8
    p: int = 3


COST = Cost()


class PasswordRefused(Exception):
    """It cannot be taken; says why, without repeating it."""


def hashed(password: str, cost: Cost = COST) -> str:
    """What is stored. Slow on purpose: call it in a thread."""
    salt = secrets.token_bytes(_SALT)
    parts = (salt, _scrypt(password, salt, cost))
    salted, derived = (base64.b64encode(part).decode() for part in parts)
    return f"scrypt${cost.log_n}${cost.r}${cost.p}${salted}${derived}"


def matches(password: str, stored: str) -> bool:
    """Whether *stored* was made of *password*. As slow as `hashed`."""
    _, log_n, r, p, salt, derived = stored.split("$")
    cost = Cost(int(log_n), int(r), int(p))
    found = _scrypt(password, base64.b64decode(salt), cost)
    return hmac.compare_digest(found, base64.b64decode(derived))


def require_good(password: str, login: str) -> None:
    """Pass if it may be used: long enough, and not the name. No rules about kinds of characters,
    which make people write passwords down (NIST SP 800-63B, 3.1.1.2).

    Raises:
        PasswordRefused: Says what is missing.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(f"a password has {SHORTEST} to {LONGEST} characters")
    if login.casefold() in password.casefold() or len(set(password)) < SHORTEST // 2:
        raise PasswordRefused("this password can be guessed: take several words that have no order")


def one_time() -> str:
    """A password to be handed over and replaced at the first use: 98 bits, in groups of four."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_SYLLABLES))
    return "-".join(groups)


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    n = 1 << cost.log_n
    memory = 2 * 128 * n * cost.r
    return hashlib.scrypt(
        password.encode(), salt=salt, n=n, r=cost.r, p=cost.p, maxmem=memory, dklen=32
    )
