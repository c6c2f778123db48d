"""The provider's Content API as calls: at an address of its own there, here at the same one."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.demo.provider.content import approval_resource, content_page, content_resource
from gateway.demo.provider.network import Network
from gateway.demo.provider.refusals import Refusal, refusal
from gateway.demo.provider.rest import denied, refused


class ContentApi:
    """The calls, each guarded by the account's credentials."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        approvals = "/v1/Content/{content}/ApprovalRequests"
        return [
            Route("/v1/Content", self.create, methods=["POST"]),
            Route(approvals, self.fetch_approval, methods=["GET"]),
            Route(f"{approvals}/whatsapp", self.submit, methods=["POST"]),
            Route("/v1/ContentAndApprovals", self.list_all, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """POST Content."""
        if answer := denied(request, self._network.account):
            return answer
        network = self._network
        made = network.contents.create(await request.body(), network.new_sid("HX"), network.clock())
        if isinstance(made, Refusal):
            return refused(made)
        return JSONResponse(content_resource(made, network.account.sid, network.base_url), 201)

    async def submit(self, request: Request) -> Response:
        """POST Content/{sid}/ApprovalRequests/whatsapp."""
        if answer := denied(request, self._network.account):
            return answer
        asked = self._network.contents.submit(request.path_params["content"], await request.body())
        return (
            refused(asked)
            if isinstance(asked, Refusal)
            else JSONResponse(approval_resource(asked), 201)
        )

    async def fetch_approval(self, request: Request) -> Response:
        """GET Content/{sid}/ApprovalRequests."""
        network = self._network
        if answer := denied(request, network.account):
            return answer
        content = network.contents.find(request.path_params["content"])
        if content is None:
            return refused(refusal(20404, request.url.path))
        url = f"{network.base_url}/v1/Content/{content.sid}/ApprovalRequests"
        whatsapp = {**approval_resource(content), "type": "whatsapp"}
        return JSONResponse(
            {
                "account_sid": network.account.sid, "sid": content.sid, "url": url,
                "whatsapp": whatsapp,
            }
        )  # fmt: skip

    async def list_all(self, request: Request) -> Response:
        """GET ContentAndApprovals."""
        network = self._network
        if answer := denied(request, network.account):
            return answer
        page = content_page(
            network.contents.all(), network.account.sid, network.base_url,
            dict(request.query_params),
        )  # fmt: skip
        return refused(page) if isinstance(page, Refusal) else JSONResponse(page)
