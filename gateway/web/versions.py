"""Optimistic concurrency: `ETag` is a complaint's version, `If-Match` ties an action to it.

The version counts what was done to the complaint. It does not change with a message that came in,
so it serves to decide by, not to keep copies by: there is no `If-None-Match` (RFC 9110, 13.1).
"""

from typing import Annotated, Any

from fastapi import Depends, Header

_IfMatch = Annotated[
    str,
    Header(
        # The quotes belong to it (RFC 9110), and are forgotten so often that none are needed.
        pattern='^([*]|"?[0-9]{1,9}"?)$',
        description="The ETag that was read: refused with 412 if the complaint changed since.",
    ),
]


def tag(version: int | str) -> str:
    """The version as an entity tag."""
    return f'"{version}"'


def tagged(status: int) -> dict[int | str, dict[str, Any]]:
    """The header of a response, for the OpenAPI document."""
    described = {"description": "The version.", "schema": {"type": "string"}}
    return {status: {"headers": {"ETag": described}}}


def _seen(if_match: _IfMatch = "*") -> int | None:
    if if_match == "*":
        return None
    return int(if_match.strip('"'))


SeenVersion = Annotated[int | None, Depends(_seen)]
"""The version on which the caller decided; None: whichever the complaint has."""
