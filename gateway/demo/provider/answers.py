"""What an account's webhook answered to an incoming message, and what that makes the provider do.

Pure. Media types after "TwiML for Programmable Messaging": XML (also under the name text/html) is
an instruction, plain text *is* the reply and goes to the citizen, anything else is error 12300.
"""

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

RETRIEVAL_FAILED = 11200
CONNECTION_FAILED = 11205
DOCUMENT_INVALID = 12100
SCHEMA_INVALID = 12200
MEDIA_TYPE_INVALID = 12300

_XML = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """How a webhook answered; *error* is the provider's code where it did not."""

    status: int = 0
    media_type: str = ""
    body: bytes = field(default=b"", repr=False)
    error: int = 0

    @property
    def ok(self) -> bool:
        """It took the message over."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that the answer orders."""

    body: str = field(repr=False)
    media_urls: tuple[str, ...] = ()
    to: str = ""


@dataclass(frozen=True, slots=True)
class Instructions:
    """What to send, and the error that the account's debugger would show (0: none)."""

    replies: tuple[Reply, ...] = ()
    error: int = 0


def read_answer(answer: WebhookAnswer) -> Instructions:
    """What *answer* asks for."""
    if not answer.ok:
        return Instructions(error=answer.error or RETRIEVAL_FAILED)
    if not answer.body.strip():
        return Instructions()
    if answer.media_type in _XML:
        return _twiml(answer.body)
    if answer.media_type == "text/plain":
        return Instructions((Reply(answer.body.decode(errors="replace").strip()),))
    return Instructions(error=MEDIA_TYPE_INVALID)


def _twiml(body: bytes) -> Instructions:
    try:
        # Bounded by the courier, and written by the webhook that the account itself has named.
        root = ET.fromstring(body)  # noqa: S314 - see above
    except ET.ParseError:
        return Instructions(error=DOCUMENT_INVALID)
    if root.tag != "Response":
        return Instructions(error=SCHEMA_INVALID)
    # <Sms> is the old name of <Message>; other verbs (Redirect) are not followed.
    verbs = [verb for verb in root if verb.tag in {"Message", "Sms"}]
    return Instructions(tuple(_reply(verb) for verb in verbs))


def _reply(verb: ET.Element) -> Reply:
    parts = [verb.text or "", *(body.text or "" for body in verb.findall("Body"))]
    media = tuple(item.text.strip() for item in verb.findall("Media") if item.text)
    return Reply("".join(parts).strip(), media, verb.get("to", ""))
