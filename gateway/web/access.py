"""Who asks: a bearer token or a session becomes an officer with unit and role."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Interface, Officer, OfficerRole, Origin
from core.complaint import NewId, UnitId
from gateway.audit import trail
from gateway.audit.entry import SYSTEM, Doer, Entry
from gateway.bootstrap import Parts
from gateway.sealing.keys import Keys
from gateway.tables import api_token
from gateway.users import sessions, standing
from gateway.users.sessions import SignedIn

_bearer = HTTPBearer(auto_error=False, description="A token of `kanal token create`")

COOKIE = "__Host-kanal"
"""The prefix binds it to this very host, HTTPS and the whole path (RFC 6265bis, 4.1.3.2)."""

_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, description="The session that POST /api/v1/session began"
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

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


async def tokens(conn: AsyncConnection) -> Sequence[Row[Any]]:
    """Every token, oldest first, also those that were revoked."""
    return (await conn.execute(select(api_token).order_by(api_token.c.id))).all()


async def revoke_token(
    conn: AsyncConnection, token_id: int, *, now: datetime, new_id: NewId, by: Doer
) -> bool:
    """From now on nobody gets in with it. False: there is none that is still good."""
    revoking = update(api_token).where(api_token.c.id == token_id, api_token.c.revoked_at.is_(None))
    if not (await conn.execute(revoking.values(revoked_at=now))).rowcount:
        return False
    await trail.record(conn, [Entry(new_id(), now, "token.revoke", by, f"token:{token_id}")])
    return True


async def find_officer(parts: Parts, token: str, asker: str = "") -> Officer | None:
    """Whose token it is; None for a wrong or revoked one. *asker*: from where it came."""
    query = select(api_token).where(
        api_token.c.hash == parts.keys.token_hash(token), api_token.c.revoked_at.is_(None)
    )
    async with parts.database.read() as conn:
        row = (await conn.execute(query)).one_or_none()
        if row is None:
            return None
        return await standing.officer(
            conn, parts.settings, f"token:{row.id}", UnitId(row.unit_id), OfficerRole(row.role),
            Origin(Interface.API, asker),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Who sent a request. *officer* is None where nobody may act, and *refusal* says why; a person
    who has to replace a one-time password is *signed_in* and no officer yet."""

    officer: Officer | None
    signed_in: SignedIn | None = None
    refusal: str = ""

    @property
    def known(self) -> Officer:
        """Who it is, whether they may act now or not.

        Raises:
            HTTPException: 401: it is nobody we know.
        """
        if self.officer is not None:
            return self.officer
        if self.signed_in is None:
            raise refused(self.refusal)
        return self.signed_in.officer


async def asked(request: Request) -> Asked:
    """Looked up once for each request."""
    known: Asked | None = getattr(request.state, _ASKED, None)
    if known is None:
        known = await _by_token(request) or await _by_session(request)
        setattr(request.state, _ASKED, known)
    return known


async def caller(request: Request) -> Officer | None:
    """Who asks, or nobody who may."""
    return (await asked(request)).officer


def name_request(request: Request, who: Officer, request_id: int) -> None:
    """What *who* does in this request is recorded under *request_id*."""
    known: Asked = getattr(request.state, _ASKED)
    named = replace(who, origin=replace(who.origin, request=request_id))
    setattr(request.state, _ASKED, replace(known, officer=named))


_ASKED = "asked"


async def _by_token(request: Request) -> Asked | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    parts: Parts = request.app.state.parts
    found = await find_officer(parts, token, asker_of(request))
    return Asked(found, refusal="" if found else "the token is wrong or revoked")


async def _by_session(request: Request) -> Asked:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return Asked(None, refusal="no bearer token and no session")
    if request.method not in _READS and not _is_from_here(request):
        return Asked(None, refusal="a session changes something from our own pages only")
    origin = Origin(Interface.API, asker_of(request))
    found = await sessions.find(request.app.state.parts, cookie, origin)
    if found is None:
        return Asked(None, refusal="the session has ended: sign in again")
    if found.must_replace:
        said = "replace the one-time password first: POST /api/v1/me/password"
        return Asked(None, found, said)
    return Asked(found.officer, found)


def _is_from_here(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent it. The cookie is SameSite=Strict, so
    this is the second lock; it also holds against pages of other hosts below the same domain."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said == "same-origin"
    parts: Parts = request.app.state.parts
    came = urlsplit(request.headers.get("origin", ""))
    ours = {urlsplit(parts.settings.base_url).netloc, request.headers.get("host", "")}
    return bool(came.netloc) and came.netloc in ours


def asker_of(request: Request) -> str:
    """Stands for the address that the request came from."""
    parts: Parts = request.app.state.parts
    return parts.keys.asker(request.client.host if request.client else "")


def refused(why: str) -> HTTPException:
    """401, with what is missing."""
    return HTTPException(401, why, headers={"WWW-Authenticate": "Bearer"})


_Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_Session = Annotated[str | None, Depends(_cookie)]
"""What the OpenAPI document says; `asked` has read them."""


async def officer(request: Request, _token: _Token, _session: _Session) -> Officer:
    """The officer behind the request.

    Raises:
        HTTPException: 401, with what is missing.
    """
    found = await asked(request)
    if found.officer is None:
        raise refused(found.refusal)
    return found.officer


async def anybody(request: Request, _token: _Token, _session: _Session) -> Asked:
    """Also somebody who has to replace a one-time password first.

    Raises:
        HTTPException: 401, with what is missing.
    """
    found = await asked(request)
    return replace(found, officer=found.known)


CurrentOfficer = Annotated[Officer, Depends(officer)]
Anybody = Annotated[Asked, Depends(anybody)]
