"""A JSON face of the phones and the faults, so that a page or another process can drive them.

It asks for no password: `serving` listens on the loopback interface only.

``GET  /phones``                              every phone
``PUT  /phones/{number}``                     set up or change one
``GET  /phones/{number}/events``              updates as server-sent events
``GET  /phones/{number}/{channel}/messages``  the conversation, oldest first
``POST /phones/{number}/{channel}/messages``  write (text, files, location, quotes, button, to)
``POST /phones/{number}/{channel}/read``      open the chat
``GET, PUT, DELETE /faults``                  the fault script as text, see `script`
"""

import base64
import binascii
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from gateway.demo.provider.messages import Button, Channel, File, Message, Phone, Point, Update
from gateway.demo.provider.network import Network
from gateway.demo.provider.script import ScriptInvalid, parse_script
from gateway.demo.provider.writing import NotPossible


class Panel:
    """The endpoints."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self) -> list[BaseRoute]:
        """See the module."""
        chat = "/phones/{number}/{channel}"
        return [
            Route("/phones", self.phones, methods=["GET"]),
            Route("/phones/{number}", self.change_phone, methods=["PUT"]),
            Route("/phones/{number}/events", self.events, methods=["GET"]),
            Route(f"{chat}/messages", self.conversation, methods=["GET"]),
            Route(f"{chat}/messages", self.write, methods=["POST"]),
            Route(f"{chat}/read", self.read, methods=["POST"]),
            Route("/faults", self.faults, methods=["GET"]),
            Route("/faults", self.set_faults, methods=["PUT", "DELETE"]),
        ]

    async def phones(self, _request: Request) -> Response:
        """Every phone that was set up or has a conversation."""
        return JSONResponse([phone_view(phone) for phone in self._network.phones()])

    async def change_phone(self, request: Request) -> Response:
        """Set the given fields of a phone, leave the others."""
        try:
            fields = {**await request.json(), "number": request.path_params["number"]}
            if "blocked" in fields:
                fields["blocked"] = frozenset(fields["blocked"])
            phone = replace(self._network.phone(fields["number"]), **fields)
        except (TypeError, ValueError) as error:
            return _bad(error)
        self._network.set_phone(phone)
        return JSONResponse(phone_view(phone))

    async def conversation(self, request: Request) -> Response:
        """The messages of one phone on one channel."""
        try:
            channel = Channel(request.path_params["channel"])
        except ValueError as error:
            return _bad(error)
        messages = self._network.conversation(request.path_params["number"], channel)
        return JSONResponse([self._message_view(message) for message in messages])

    async def write(self, request: Request) -> Response:
        """Send from the phone; answers when the webhook has."""
        try:
            channel = Channel(request.path_params["channel"])
            wanted = await request.json()
            sent = await self._network.write(
                request.path_params["number"],
                wanted.get("text", ""),
                to=wanted.get("to") or self._first_sender(channel),
                files=[_file(item) for item in wanted.get("files", ())],
                location=Point(**wanted["location"]) if wanted.get("location") else None,
                quotes=wanted.get("quotes") or "",
                button=Button(**wanted["button"]) if wanted.get("button") else None,
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            return _bad(error)
        return JSONResponse([self._message_view(message) for message in sent], 201)

    async def read(self, request: Request) -> Response:
        """The person looks at the chat; SMS knows no such thing."""
        if request.path_params["channel"] == Channel.WHATSAPP:
            self._network.open_chat(request.path_params["number"])
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        """``message`` and ``phone`` events from now on."""
        stream = self._stream(request.path_params["number"])
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    async def faults(self, _request: Request) -> Response:
        """The rules in force, for a person to read."""
        return JSONResponse([repr(rule) for rule in self._network.faults.rules])

    async def set_faults(self, request: Request) -> Response:
        """Replace the rules by the text in the body; without a body there are none."""
        try:
            rules = parse_script((await request.body()).decode())
        except ScriptInvalid as error:
            return _bad(error)
        self._network.faults.set(rules)
        return PlainTextResponse(f"{len(rules)} rules\n")

    async def _stream(self, number: str) -> AsyncIterator[str]:
        with self._network.subscribe(number) as updates:
            yield ": listening\n\n"
            while (update := await updates.get()) is not None:
                yield self._event(update)

    def _event(self, update: Update) -> str:
        if isinstance(update, Phone):
            return f"event: phone\ndata: {json.dumps(phone_view(update))}\n\n"
        return f"event: message\ndata: {json.dumps(self._message_view(update))}\n\n"

    def _message_view(self, message: Message) -> dict[str, Any]:
        media = [self._network.ledger.find_media(sid) for sid in message.media]
        kept = [(f"/storage/{item.token}", item.file.media_type) for item in media if item]
        return message_view(message, kept)

    def _first_sender(self, channel: Channel) -> str:
        senders = self._network.account.senders
        found = next((s.address for s in senders if Channel.of(s.address) is channel), None)
        if found is None:
            raise NotPossible(f"the account has no {channel} sender")
        return found


def phone_view(phone: Phone) -> dict[str, Any]:
    """A phone for a page."""
    return {**asdict(phone), "blocked": sorted(phone.blocked)}


def message_view(message: Message, files: list[tuple[str, str]]) -> dict[str, Any]:
    """A message for a page; *files* of a phone's message are (path in storage, media type)."""
    times = ("created_at", "sent_at", "delivered_at", "read_at")
    return {
        "sid": message.sid,
        "number": message.number,
        "channel": message.channel,
        "ours": message.ours,
        "from_phone": message.inbound,
        "on_phone": message.on_phone,
        "text": message.body,
        "status": message.status,
        "hand_over": message.hand_over,
        "error_code": message.error_code,
        "location": asdict(message.location) if message.location else None,
        "button": asdict(message.button) if message.button else None,
        "quotes": message.quotes or None,
        "files": [{"url": url, "media_type": kind} for url, kind in files]
        + [{"url": url, "media_type": ""} for url in message.media_urls],
        **{name: _iso(getattr(message, name)) for name in times},
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _file(item: dict[str, str]) -> File:
    try:
        content = base64.b64decode(item["content"], validate=True)
    except binascii.Error as error:
        raise ValueError("a file's content is base64") from error
    return File(item["media_type"], content)


def _bad(error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)
