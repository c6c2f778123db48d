"""A value from the environment, or from the file that the environment names for it.

Secrets of containers are files: where NAME is missing or empty, the file that NAME_FILE names holds
its value. Messages name the variable and the path, never what is in the file.
"""

from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"
_LARGEST = 65_536
"""Bytes; a certificate chain fits, a device or a wrong file does not."""


class VariableUnreadable(Exception):
    """NAME_FILE names a file that gives no value; the message says which, and what to do."""


def find_variable(env: Mapping[str, str], name: str) -> str | None:
    """The value of *name*; None where neither it nor its file is named.

    Raises:
        VariableUnreadable: The file is missing, unreadable, empty or no text.
    """
    value = env.get(name)
    if value:
        return value
    path = env.get(name + SUFFIX)
    return _content(name + SUFFIX, Path(path)) if path else value


def is_from_file(env: Mapping[str, str], name: str) -> bool:
    """Whether the value of *name* lies in a file."""
    return not env.get(name) and bool(env.get(name + SUFFIX))


def _content(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise VariableUnreadable(
            f"{variable}: {path} cannot be read ({error.strerror}); name a file that this user "
            "may read"
        ) from error
    if len(raw) > _LARGEST:
        raise VariableUnreadable(f"{variable}: {path} is too large to be a secret")
    try:
        value = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise VariableUnreadable(f"{variable}: {path} is not UTF-8 text") from None
    # Editors and `echo` end a file with a newline that is no part of the value; only that one.
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise VariableUnreadable(f"{variable}: {path} is empty; write the value into it")
    return value
