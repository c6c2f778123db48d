"""Who asks: a bearer token becomes an officer with unit and role."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import SCOPES, Interface, Officer, OfficerRole, Origin, Scope
from core.complaint import NewId, UnitId
from gateway import directory
from gateway.audit import trail
from gateway.audit.entry import SYSTEM, Doer, Entry
from gateway.bootstrap import Parts
from gateway.keys import Keys
from gateway.tables import api_token

_bearer = HTTPBearer(auto_error=False, description="A token of `kanal token create`")

PREFIX = "kanal_"
"""Makes a token recognisable where it should not be."""


async def create_token(
    conn: AsyncConnection,
    keys: Keys,
    *,
    unit: UnitId,
    role: OfficerRole,
    now: datetime,
    new_id: NewId,
    by: Doer = SYSTEM,
) -> str:
    """A fresh token; only its keyed hash is stored, so it can be shown this once."""
    token, token_id = PREFIX + secrets.token_urlsafe(32), new_id()
    await conn.execute(
        insert(api_token).values(
            id=token_id,
            hash=keys.token_hash(token),
            unit_id=unit,
            role=role.value,
            created_at=now,
        )
    )
    entry = Entry(new_id(), now, "token.create", by, f"token:{token_id}")
    await trail.record(conn, [entry])
    return token


async def find_officer(parts: Parts, token: str, asker: str = "") -> Officer | None:
    """Whose token it is; None for a wrong or revoked one. *asker*: from where it came."""
    query = select(api_token).where(
        api_token.c.hash == parts.keys.token_hash(token), api_token.c.revoked_at.is_(None)
    )
    async with parts.database.read() as conn:
        row = (await conn.execute(query)).one_or_none()
        if row is None:
            return None
        units = await directory.hierarchy(conn)
    own, role = UnitId(row.unit_id), OfficerRole(row.role)
    supervises = SCOPES.get(role) is Scope.BELOW
    return Officer(
        id=f"token:{row.id}",
        unit=own,
        role=role,
        owned_accounts=frozenset(a.id for a in parts.settings.accounts if a.owner == own),
        below=units.below(own) if supervises else frozenset(),
        area=units.area(own) if supervises else frozenset(),
        line=units.line(own),
        origin=Origin(Interface.API, asker),
    )


def asker_of(request: Request) -> str:
    """Stands for the address that the request came from."""
    parts: Parts = request.app.state.parts
    return parts.keys.asker(request.client.host if request.client else "")


async def caller(request: Request) -> Officer | None:
    """Who asks, or nobody; asked once for each request."""
    known: Officer | None = getattr(request.state, _CALLER, None)
    if known is None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            known = await find_officer(request.app.state.parts, token, asker_of(request))
        setattr(request.state, _CALLER, known)
    return known


def name_request(request: Request, asked: Officer, request_id: int) -> None:
    """What *asked* does in this request is recorded under *request_id*."""
    setattr(
        request.state, _CALLER, replace(asked, origin=replace(asked.origin, request=request_id))
    )


_CALLER = "caller"


async def officer(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Officer:
    """The officer behind the request.

    Raises:
        HTTPException: 401, with what is missing.
    """
    found = await caller(request)
    if found is None:
        said = "no bearer token" if credentials is None else "the token is wrong or revoked"
        raise HTTPException(401, said, headers={"WWW-Authenticate": "Bearer"})
    return found


CurrentOfficer = Annotated[Officer, Depends(officer)]
