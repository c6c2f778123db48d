"""A value from the environment, or from the file that the environment names for it.

Secrets of containers are files: where NAME is missing or empty, the file that NAME_FILE names holds
its value. Messages name the variable and the path, never what is in the file.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

SUFFIX = "_FILE"
_LARGEST = 65_536
"""Bytes; a certificate chain fits, a device or a wrong file does not."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NEAR = 0.9
"""One or two letters of a long name."""


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


def fill(value: Any, env: Mapping[str, str], place: str, missing: dict[str, str]) -> Any:
    """*value* with every ``${VAR}`` in its strings replaced from *env* or the file it names.

    One that has no value stays as it is, and *missing* says so by its place.
    """
    if isinstance(value, dict):
        return {k: fill(v, env, f"{place}.{k}".strip("."), missing) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, env, f"{place}[{i}]", missing) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replace(found: re.Match[str]) -> str:
        try:
            given = find_variable(env, found[1])
        except VariableUnreadable as error:
            missing[place] = str(error)
            return found[0]
        if given is None:
            missing[place] = (
                f"the environment has no {found[1]}; set it, or name a file with it in "
                f"{found[1]}{SUFFIX}, then start again"
            )
            return found[0]
        return given

    return _VARIABLE.sub(replace, value)


def misspelt(env: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """The variables that are nearly one of *known*, with that one.

    What is farther off is somebody else's: platforms put names like KANAL_SERVICE_HOST there.
    """
    found = {}
    for name in sorted(set(env) - set(known)):
        near = difflib.get_close_matches(name, known, n=1, cutoff=_NEAR)
        if near:
            found[name] = near[0]
    return found


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
