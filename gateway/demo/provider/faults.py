"""Everything that can go wrong at a provider, as small values. Where and when: see `script`.

Three families, by what they change:

- the answer to a call of the API: `Answer`, `Delay`, `Cut`
- a post to the account's webhooks: `Drop`, `Double`, `Late`, `Swap`
- the fate of an outbound message: `Undeliverable`
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.demo.provider.refusals import refusal

Proceed = Callable[[], Awaitable[Response]]

# --- answers of the API --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """The call is answered so and not handled: the API's error JSON for *code*, without one a page
    of HTML as a broken gateway sends it."""

    status: int = 503
    code: int = 0
    retry_after: float | None = None

    async def around(self, proceed: Proceed) -> Response:  # noqa: ARG002 - it is not handled
        """See the class."""
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        if not self.code:
            page = f"<html><body><h1>{self.status}</h1><hr>upstream</body></html>"
            return HTMLResponse(page, self.status, headers)
        answer = refusal(self.code, status=self.status)
        return JSONResponse(answer.as_json(), self.status, headers)


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer is late: before the call is handled or, with *handled*, after it, so that
    callbacks can come before the answer."""

    seconds: float = 1.0
    handled: bool = False

    async def around(self, proceed: Proceed) -> Response:
        """See the class."""
        if self.handled:
            response = await proceed()
            await asyncio.sleep(self.seconds)
            return response
        await asyncio.sleep(self.seconds)
        return await proceed()


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection breaks without an answer; with *handled* the call took effect all the same."""

    handled: bool = False

    async def around(self, proceed: Proceed) -> Response:
        """See the class."""
        if self.handled:
            await proceed()
        return HangUp()


class HangUp(Response):
    """Closes the connection instead of answering; `serving` puts the transport into the scope."""

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,  # noqa: ARG002 - nor answered
    ) -> None:
        """Abort, then wait for the server to notice: it would answer 500 for us otherwise."""
        Request(scope).state.transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


# --- posts to the webhooks -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posting:
    """One post that will be made: after *delay_s* without holding up others, or *held* until the
    next one about the same thing has gone."""

    delay_s: float = 0.0
    held: bool = False


Postings = tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Never posted."""

    def change(self, postings: Postings) -> Postings:  # noqa: ARG002 - whatever they were
        """See the class."""
        return ()


@dataclass(frozen=True, slots=True)
class Double:
    """Posted twice."""

    def change(self, postings: Postings) -> Postings:
        """See the class."""
        return postings * 2


@dataclass(frozen=True, slots=True)
class Late:
    """Posted later; what follows does not wait for it."""

    seconds: float = 1.0

    def change(self, postings: Postings) -> Postings:
        """See the class."""
        return tuple(replace(p, delay_s=p.delay_s + self.seconds) for p in postings)


@dataclass(frozen=True, slots=True)
class Swap:
    """Posted after the next one about the same message, or photo of the same set."""

    def change(self, postings: Postings) -> Postings:
        """See the class."""
        return tuple(replace(p, held=True) for p in postings)


# --- fate of an outbound message -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """Taken over, then reported as undelivered with *code*."""

    code: int = 30008


AnswerFault = Answer | Delay | Cut
PostFault = Drop | Double | Late | Swap
Fault = AnswerFault | PostFault | Undeliverable
