"""POST /webhooks/{account}: bytes → verified → parsed → durable → the answer the provider wants.

A plain route: no form parsing, no validation of the framework's stands between the provider's bytes
and the signature over them.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from channels.contract import Raw, RawRequest, RawResponse, WebhookReceiver
from channels.errors import SignatureInvalid
from core.messages import AccountId
from gateway.inbound.arrival import ArrivalDesk, Incoming
from gateway.inbound.intake import Intake
from gateway.lines import Line
from gateway.ops.metrics import Metrics
from gateway.storage.ids import Clock

_log = logging.getLogger(__name__)

_ALARM_AFTER = 20
"""So many refusals in a row, and not one valid request, mean that our own side is wrong."""

_KEPT_HEADERS = ("content-type", "user-agent")


class TooLarge(Exception):
    """The body is over the connector's limit."""


@dataclass
class Webhooks:
    """The endpoint for every account of this process."""

    lines: Mapping[AccountId, Line]
    desk: ArrivalDesk
    intake: Intake
    metrics: Metrics
    clock: Clock
    base_url: str
    _refused: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def endpoint(self, request: Request) -> Response:
        """Answer one request of a provider."""
        line = self.lines.get(AccountId(request.path_params["account"]))
        if line is None or line.receiver is None:
            return Response(status_code=404)
        account, receiver = line.account.id, line.receiver
        try:
            raw_request = await self._read(request, line)
        except TooLarge:
            self.metrics.refused(account, "too_large")
            return Response(status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        shaken = receiver.handshake(raw_request)
        if shaken is not None:
            return _response(shaken)
        try:
            receiver.verify(raw_request)
        except SignatureInvalid:
            self._refuse(account, raw_request.url)
            return Response(status_code=403)
        self._refused[account] = 0
        return await self._accept(AccountId(account), receiver, raw_request)

    async def _accept(
        self, account: AccountId, receiver: WebhookReceiver, request: RawRequest
    ) -> Response:
        """The request is authentic: whatever it holds is kept before it is answered."""
        raw = Raw(
            via="webhook",
            body=request.body,
            received_at=self.clock(),
            query=request.query,
            headers={k: request.headers[k] for k in _KEPT_HEADERS if k in request.headers},
        )
        incoming = Incoming(partial(self.desk.receive, account, receiver, raw))
        try:
            taken = await self.intake.take(incoming)
        except OSError:
            _log.critical("arrival could not be kept", extra={"account": account})
            self.metrics.refused(account, "not_kept")
            return Response(status_code=503)
        self.metrics.accepted(account, taken.value, incoming.arrival.state)
        return _response(receiver.accepted)

    async def _read(self, request: Request, line: Line) -> RawRequest:
        limit = line.channel.capabilities.body_limit
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise TooLarge
        parts: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise TooLarge
            parts.append(chunk)
        path = request.scope["raw_path"].decode("latin-1")
        query = request.scope["query_string"].decode("latin-1")
        return RawRequest(
            method=request.method,
            url=f"{self.base_url}{path}" + (f"?{query}" if query else ""),
            query=query,
            headers={k.lower(): v for k, v in request.headers.items()},
            body=b"".join(parts),
        )

    def _refuse(self, account: str, url: str) -> None:
        self.metrics.refused(account, "signature")
        self._refused[account] += 1
        if self._refused[account] == _ALARM_AFTER:
            # Without the query, which may hold a token.
            _log.error(
                "signatures refused in a row; is public_base_url the address the provider uses?",
                extra={"account": account, "url": url.partition("?")[0], "count": _ALARM_AFTER},
            )


def _response(answer: RawResponse) -> Response:
    return Response(answer.body, answer.status, media_type=answer.media_type or None)
