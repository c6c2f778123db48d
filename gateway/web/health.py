"""/health/live, /health/ready and /metrics; details only for whoever has a token."""

import math
from time import monotonic

from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.access import OfficerRole
from gateway.bootstrap import Parts
from gateway.inbound.intake import Intake
from gateway.ops.bounded import soon
from gateway.ops.metrics import Metrics, exposition
from gateway.web.access import find_officer

_MAY_SEE = {OfficerRole.SYSTEM_ADMIN, OfficerRole.SUPERVISOR}
_PATIENCE_S = 2.0
_COUNTING_S = 5.0
"""With the look at the token before it less than the ten seconds that Prometheus waits."""
_REMEMBERED_S = 3600.0
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Watchers:
    """Tokens that could see the details when they were looked up last: whoever watches must go on
    seeing while the database is away, for that is what they watch for. Hashes only."""

    def __init__(self) -> None:
        self._good: dict[bytes, float] = {}

    def found(self, token: bytes, *, may: bool) -> None:
        """A token was looked up."""
        if may:
            self._good[token] = monotonic()
        else:
            self._good.pop(token, None)

    def was_good(self, token: bytes) -> bool:
        """Whether it was good within the last hour."""
        return monotonic() - self._good.get(token, -math.inf) < _REMEMBERED_S


async def live(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Requests can be accepted: with the database, or into the spool while it is away.

    503 while the process is about to end: send nothing new here.
    """
    parts: Parts = request.app.state.parts
    intake: Intake = request.app.state.intake
    if request.app.state.is_leaving():
        return JSONResponse({"status": "leaving"}, 503)
    try:
        await soon(_PATIENCE_S, parts.database.ping())
        answers = True
    except (DBAPIError, OSError, TimeoutError):
        answers = False
    status = "ok" if answers else "spooling"
    if not await _trusted(request, parts):
        return JSONResponse({"status": status})
    return JSONResponse(
        {
            "status": status,
            "database": "up" if answers else "down",
            "spooled_bytes": intake.spooled_bytes,
            "accounts": sorted(parts.lines),
        }
    )


async def metrics(request: Request) -> Response:
    """Prometheus: without a token only that we are up, with one everything."""
    parts: Parts = request.app.state.parts
    if not await _trusted(request, parts):
        return Response("kanal_up 1\n", media_type=_PROMETHEUS)
    spooled = request.app.state.intake.spooled_bytes
    counters = request.app.state.metrics
    try:
        text = await soon(_COUNTING_S, _counted(parts, counters, spooled))
    except (DBAPIError, OSError, TimeoutError):
        text = await exposition(counters, None, parts.clock(), spooled)
    return Response(text + request.app.state.work_metrics(), media_type=_PROMETHEUS)


async def _counted(parts: Parts, counters: Metrics, spooled: int) -> bytes:
    async with parts.database.read() as conn:
        return await exposition(counters, conn, parts.clock(), spooled)


async def _trusted(request: Request, parts: Parts) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return False
    watchers: Watchers = request.app.state.watchers
    name = parts.keys.token_hash(token)
    try:
        officer = await soon(_PATIENCE_S, find_officer(parts, token))
    except (DBAPIError, OSError, TimeoutError):
        return watchers.was_good(name)
    may = officer is not None and officer.role in _MAY_SEE
    watchers.found(name, may=may)
    return may
