"""The provider's REST API, as far as the gateway uses it: messages and their media."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.demo.provider.account import Account
from gateway.demo.provider.forms import API_VERSION
from gateway.demo.provider.listing import QueryInvalid, cut_page, read_query
from gateway.demo.provider.messages import Media, Message
from gateway.demo.provider.network import Network
from gateway.demo.provider.orders import read_order
from gateway.demo.provider.refusals import Refusal, refusal
from gateway.demo.provider.resources import (
    media_page,
    media_resource,
    message_page,
    message_resource,
)
from gateway.demo.provider.script import On


class RestApi:
    """The calls, each guarded by the account's credentials and open to faults."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self) -> list[BaseRoute]:
        """The busiest first: routes are tried in order."""
        messages = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        media = f"{messages}/{{message}}/Media"
        return [
            Route(f"{messages}.json", self.create_message, methods=["POST"]),
            Route(f"{messages}.json", self.list_messages, methods=["GET"]),
            Route(f"{media}.json", self.list_media, methods=["GET"]),
            Route(f"{media}/{{media}}.json", self.fetch_media, methods=["GET"]),
            Route(f"{media}/{{media}}.json", self.delete_media, methods=["DELETE"]),
            Route(f"{media}/{{media}}", self.redirect, methods=["GET"]),
            Route(f"{media}/{{media}}", self.delete_media, methods=["DELETE"]),
            Route(f"{messages}/{{message}}.json", self.fetch_message, methods=["GET"]),
            Route("/storage/{token}", self.storage, methods=["GET"]),
        ]

    async def create_message(self, request: Request) -> Response:
        """POST Messages.json."""
        if answer := self._denied(request):
            return answer
        order = read_order(
            parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
        )

        async def proceed() -> Response:
            outcome = self._network.order(order)
            if isinstance(outcome, Refusal):
                return refused(outcome)
            return JSONResponse(message_resource(outcome, self._sid), 201)

        return await self._network.faults.around(On.CREATE, order.to, proceed)

    async def list_messages(self, request: Request) -> Response:
        """GET Messages.json."""
        params = dict(request.query_params)

        async def proceed() -> Response:
            try:
                query = read_query(params)
                newest = self._network.ledger.newest_first(query.sender, query.recipient)
                page = cut_page(query, newest)
            except QueryInvalid:
                return refused(refusal(20001))
            return JSONResponse(message_page(page, self._sid, params))

        return self._denied(request) or await self._network.faults.around(
            On.LIST, params.get("To", ""), proceed
        )

    async def fetch_message(self, request: Request) -> Response:
        """GET Messages/{sid}.json."""

        async def proceed() -> Response:
            message = self._message(request)
            if message is None:
                return _missing(request)
            return JSONResponse(message_resource(message, self._sid))

        return self._denied(request) or await self._network.faults.around(On.FETCH, "", proceed)

    async def list_media(self, request: Request) -> Response:
        """GET Messages/{sid}/Media.json."""
        if answer := self._denied(request):
            return answer
        message = self._message(request)
        if message is None:
            return _missing(request)
        find = self._network.ledger.find_media
        media = [item for sid in message.media if (item := find(sid))]
        return JSONResponse(media_page(message, media, self._sid))

    async def fetch_media(self, request: Request) -> Response:
        """GET Messages/{sid}/Media/{sid}.json: what it is, not the file."""
        if answer := self._denied(request):
            return answer
        media = self._media(request)
        return JSONResponse(media_resource(media, self._sid)) if media else _missing(request)

    async def delete_media(self, request: Request) -> Response:
        """DELETE Messages/{sid}/Media/{sid}."""
        if answer := self._denied(request):
            return answer
        media = self._media(request)
        if media is None:
            return _missing(request)
        self._network.ledger.delete_media(media.sid)
        return Response(status_code=204)

    async def redirect(self, request: Request) -> Response:
        """GET Messages/{sid}/Media/{sid}: leads to storage, where no password is wanted."""
        if self._network.account.media_auth and (answer := self._denied(request)):
            return answer

        async def proceed() -> Response:
            media = self._media(request)
            if media is None:
                return _missing(request)
            return RedirectResponse(f"{self._network.base_url}/storage/{media.token}", 307)

        return await self._network.faults.around(On.MEDIA, "", proceed)

    async def storage(self, request: Request) -> Response:
        """The file itself, for whoever knows its name."""
        media = self._network.ledger.stored(request.path_params["token"])
        if media is None:
            return Response(status_code=404)
        # Set by hand: Starlette would add a charset to what only claims to be text.
        headers = {"Content-Type": media.file.media_type, "X-Content-Type-Options": "nosniff"}
        return Response(media.file.content, headers=headers)

    @property
    def _sid(self) -> str:
        return self._network.account.sid

    def _denied(self, request: Request) -> Response | None:
        return denied(request, self._network.account, request.path_params["account"])

    def _message(self, request: Request) -> Message | None:
        return self._network.ledger.find(request.path_params["message"])

    def _media(self, request: Request) -> Media | None:
        media = self._network.ledger.find_media(request.path_params["media"])
        if media is None or media.message_sid != request.path_params["message"]:
            return None
        return media


def denied(request: Request, account: Account, named: str | None = None) -> Response | None:
    """The answer to whoever does not prove to be *account*, or asks for another one."""
    known = request.headers.get("authorization", "") in account.credentials()
    if known and named in {None, account.sid}:
        return None
    answer = refused(refusal(20003))
    answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer


def refused(why: Refusal) -> Response:
    """The answer to a call that is refused."""
    return JSONResponse(why.as_json(), why.status)


def _missing(request: Request) -> Response:
    return refused(refusal(20404, request.url.path))
