"""`create_app`: routes and lifespan, nothing else."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.routing import Route

from gateway.bootstrap import Parts
from gateway.counter.desk import CounterDesk
from gateway.inbound.arrival import ArrivalDesk
from gateway.inbound.intake import Intake
from gateway.ops.metrics import Metrics
from gateway.outbound.facts import unit_names
from gateway.photos.showing import PATH
from gateway.units.directory import KelurahanUnits
from gateway.users.sessions import SignIn
from gateway.web import (
    api,
    by_hand,
    counter,
    grouping,
    health,
    inbox,
    openapi,
    photos,
    problems,
    reports,
    result_photo,
    rosters,
    session,
    tickets,
    tracker,
    units,
)
from gateway.web.away import Away
from gateway.web.bodies import Bounded
from gateway.web.once import Once
from gateway.web.webhooks import Webhooks

if TYPE_CHECKING:
    from gateway.shared.wakes import WakeSender

_NAMES_LAST_S = 60.0
_METHODS = ["GET", "POST", "PUT", "HEAD"]


class UnitNames:
    """The printed names of units, read anew when they are a minute old: `kanal units import`
    changes them beside a running program."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._names: dict[str, str] = {}
        self.kelurahan = KelurahanUnits()
        self._read_at = -math.inf

    async def names(self) -> dict[str, str]:
        """By slug."""
        if monotonic() - self._read_at > _NAMES_LAST_S:
            async with self._parts.database.read() as conn:
                self._names = await unit_names(conn)
                await self.kelurahan.refresh(conn, self._parts.clock())
            self._read_at = monotonic()
        return self._names

    def slugs(self) -> list[str]:
        """Those that were read last."""
        return sorted(self._names)


def _wakes(parts: Parts) -> "WakeSender | None":
    if parts.redis is None:
        return None
    from gateway.shared.wakes import WakeSender  # noqa: PLC0415 - see `gateway.shared`

    return WakeSender(parts.redis)


def create_app(parts: Parts) -> FastAPI:
    """The web application of one process, accepting as soon as it has started."""
    wakes = _wakes(parts)

    def wake(keys: Sequence[str]) -> None:
        parts.bell.ring()
        if wakes is not None:
            wakes.wake(keys)

    intake = Intake(
        parts.database,
        parts.spool_folder,
        deadline_s=parts.settings.limits.accept_deadline_s,
        wake=wake,
        clock=parts.clock,
    )
    metrics = Metrics()
    webhooks = Webhooks(
        lines=parts.lines,
        desk=ArrivalDesk(parts.keys, parts.new_id),
        intake=intake,
        metrics=metrics,
        clock=parts.clock,
        base_url=parts.settings.base_url,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await app.state.units.names()
        await intake.start()
        telling = asyncio.create_task(wakes.run(), name="wakes") if wakes else None
        yield
        await intake.stop()
        if telling:
            telling.cancel()

    app = FastAPI(
        title="kanal",
        version=version("kanal"),
        description="Messaging-channel gateway of Jakarta's complaint system.",
        lifespan=lifespan,
        redoc_url=None,
        docs_url=None,
        openapi_url="/api/v1/openapi.json",
        routes=[
            Route("/webhooks/{account}", webhooks.endpoint, methods=_METHODS),
            # As some enter it at the provider. A redirect would lose the message or its signature.
            Route("/webhooks/{account}/", webhooks.endpoint, methods=_METHODS),
            Route("/lacak", tracker.form, methods=["GET"]),
            Route("/lacak/{number}", tracker.view, methods=["GET"]),
            Route("/lacak/{number}", tracker.open_with_code, methods=["POST"]),
            Route(f"{PATH}/{{name}}", result_photo.view, methods=["GET"]),
            Route("/health/live", health.live, methods=["GET"]),
            Route("/health/ready", health.ready, methods=["GET"]),
            Route("/metrics", health.metrics, methods=["GET"]),
        ],
    )
    app.state.parts = parts
    app.state.is_leaving = lambda: False
    app.state.work_metrics = lambda: b""
    app.state.intake = intake
    app.state.metrics = metrics
    app.state.watchers = health.Watchers()
    app.state.units = UnitNames(parts)
    app.state.sign_in = SignIn(parts)
    app.state.counter = CounterDesk(parts)
    app.state.report_turn = asyncio.Lock()
    problems.install(app)
    app.add_middleware(Once, parts=parts)
    app.add_middleware(Bounded)
    app.add_middleware(Away, page=tracker.away)
    app.include_router(api.router)
    app.include_router(grouping.router)
    app.include_router(photos.router)
    app.include_router(units.router)
    app.include_router(rosters.router)
    app.include_router(counter.router)
    app.include_router(by_hand.router)
    app.include_router(tickets.router)
    app.include_router(inbox.router)
    app.include_router(reports.router)
    app.include_router(session.router)
    openapi.complete(app, app.state.units.slugs)
    return app
