"""The REST API of people: sign in and out, who am I, my password."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from core.access import ACTIONS, Interface, Origin
from core.errors import NotAllowed, Refused
from gateway.users import sessions
from gateway.users.guesses import TooManyGuesses
from gateway.users.passwords import LONGEST, SHORTEST, PasswordRefused
from gateway.users.sessions import SignedIn, SignIn, SignInRefused
from gateway.web.access import COOKIE, Anybody, Asked, asker_of, refused
from gateway.web.problems import documented
from gateway.web.values import UnitOut

router = APIRouter(prefix="/api/v1", tags=["session"])


class SignInIn(BaseModel):
    """Name and password of a person with an account."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(max_length=64, examples=["rina.s"])
    password: str = Field(max_length=LONGEST, json_schema_extra={"format": "password"})


class PasswordIn(BaseModel):
    """The password of now, and the one from now on."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(max_length=LONGEST, json_schema_extra={"format": "password"})
    new: str = Field(
        min_length=SHORTEST, max_length=LONGEST, json_schema_extra={"format": "password"}
    )


class MeOut(BaseModel):
    """Who asks. *login* and *session_until* are null for a token; *accounts* are the channels that
    one answers for, *actions* what the role may do to complaints."""

    id: str
    login: str | None
    unit: UnitOut
    role: str
    accounts: list[str]
    actions: list[str]
    must_replace_password: bool
    session_until: datetime | None


@router.post("/session", responses=documented(401, 422, 429))
async def sign_in(request: Request, response: Response, body: SignInIn) -> MeOut:
    """Begin a session. Its cookie is for browsers; programs use a token."""
    doors: SignIn = request.app.state.sign_in
    origin = Origin(Interface.API, asker_of(request))
    try:
        token, found = await doors.begin(body.login, body.password, origin)
    except SignInRefused:
        raise refused("the name or the password is wrong") from None
    except TooManyGuesses:
        raise _exhausted() from None
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="strict")
    return await _me(request, Asked(found.officer, found))


@router.delete("/session", status_code=204, responses=documented(401, 403))
async def sign_out(request: Request, response: Response, who: Anybody) -> None:
    """End the session."""
    await sessions.end(request.app.state.parts, _session_of(who))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


@router.get("/me", responses=documented(401))
async def who_am_i(request: Request, who: Anybody) -> MeOut:
    """Who the token or the session belongs to, and what they may do."""
    return await _me(request, who)


@router.post("/me/password", status_code=204, responses=documented(401, 403, 422, 429))
async def replace_password(request: Request, body: PasswordIn, who: Anybody) -> None:
    """Replace one's own password; other sessions end. A one-time password allows nothing else."""
    doors: SignIn = request.app.state.sign_in
    try:
        await doors.replace(_session_of(who), body.old, body.new)
    except SignInRefused:
        raise NotAllowed("the old password is wrong") from None
    except TooManyGuesses:
        raise _exhausted() from None
    except PasswordRefused as error:
        raise Refused(str(error), field="new") from None


async def _me(request: Request, who: Asked) -> MeOut:
    found = who.known
    units = await request.app.state.units.names()
    session = who.signed_in
    return MeOut(
        id=found.id,
        login=session.login if session else None,
        unit=UnitOut(id=found.unit, name=units.get(found.unit, found.unit)),
        role=found.role.value,
        accounts=sorted(found.owned_accounts),
        actions=sorted(ACTIONS.get(found.role, frozenset())),
        must_replace_password=session is not None and session.must_replace,
        session_until=session.until if session else None,
    )


def _session_of(who: Asked) -> SignedIn:
    if who.signed_in is None:
        raise NotAllowed("a token has neither session nor password: `kanal token revoke` ends it")
    return who.signed_in


def _exhausted() -> HTTPException:
    said = "too many wrong passwords: try again in an hour"
    return HTTPException(429, said, headers={"Retry-After": "3600"})
