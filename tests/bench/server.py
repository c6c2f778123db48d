"""The server under measurement: the gateway's application with two routes that do less.

``/noop`` answers, ``/parsed`` verifies and parses and stores nothing, ``/webhooks/sms`` is the real
one. No worker runs beside it;
only its checkpoints do.
"""

import argparse
import asyncio
from pathlib import Path

import uvicorn
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.contract import Raw, WebhookReceiver
from core.messages import AccountId
from gateway.app import create_app
from gateway.bootstrap import build
from gateway.configuration import settings as configuration
from gateway.configuration.settings import Environment
from gateway.ops.garbage import spare_the_program
from gateway.processes.worker import CHECKPOINT_EVERY_S
from gateway.storage.database import Database
from gateway.storage.ids import now
from gateway.web.webhooks import Webhooks


async def serve(config: Path, port: int, database_url: str) -> None:
    """Serve until SIGTERM."""
    settings = configuration.load(config)
    environment = Environment.read(
        {
            "KANAL_CONFIG": str(config),
            "KANAL_DATA_DIR": str(config.parent),
            "KANAL_DATABASE_URL": database_url,
        }
    )
    parts = await build(settings, environment)
    app = create_app(parts)
    webhooks: Webhooks = next(
        r.endpoint.__self__ for r in app.routes if getattr(r, "path", "") == "/webhooks/{account}"
    )  # type: ignore[attr-defined]
    line = parts.lines[AccountId("sms")]
    receiver = line.channel
    assert isinstance(receiver, WebhookReceiver)

    async def noop(request: Request) -> Response:
        await request.body()
        return Response(b"<Response/>", media_type="text/xml")

    async def parsed(request: Request) -> Response:
        raw_request = await webhooks._read(request, line)
        receiver.verify(raw_request)
        raw = Raw("webhook", raw_request.body, now(), raw_request.query)
        receiver.dedup_key(raw)
        receiver.parse(raw)
        return Response(b"<Response/>", media_type="text/xml")

    app.router.routes.insert(0, Route("/noop", noop, methods=["POST"]))
    app.router.routes.insert(0, Route("/parsed", parsed, methods=["POST"]))
    config_ = uvicorn.Config(app, port=port, log_config=None, access_log=False)
    spare_the_program()
    copying = asyncio.create_task(_copy_log(parts.database))
    await uvicorn.Server(config_).serve()
    copying.cancel()
    await parts.close()


async def _copy_log(database: Database) -> None:
    """What the worker does in production, so that no request pays for it."""
    while True:
        await asyncio.sleep(CHECKPOINT_EVERY_S)
        await database.checkpoint()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database-url", default="")
    wanted = parser.parse_args()
    uvloop.run(serve(wanted.config, wanted.port, wanted.database_url))
