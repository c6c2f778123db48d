"""A local stand-in of Twilio's messaging API and of the phones behind it.

It speaks the public protocol and knows nothing of our connector, so what runs against it is what
runs in production. The demo shows it, tests break it on purpose, benchmarks measure against it.

messages, account     the values: what passes, what is configured
orders, refusals      may this be sent, and what a refusal says            pure
listing, resources    what the API prints                                  pure
forms, signing        what webhooks are told, and the proof of who says it pure
answers, stopwords    what a webhook's answer and a person's STOP mean     pure
writing               the messages that a person's writing becomes         pure
ledger, state         what is remembered, and who is told
journey, handset      an outbound message's way; a phone's way in
lane, courier         posts in order; posts at all
faults, script        everything that can go wrong, and when
network               all of it as one object
content               texts and what WhatsApp has said about them          pure
rest, content_rest    the provider's API: messages; texts to be approved
panel                 phones and faults as JSON
serving               the application, and a server in the running loop

Unlike the real one: numbers are checked by form only; throughput is not limited; a validity period
is read and never runs out; a webhook is always called by POST and its redirects are not followed;
TwiML knows only Message; files of outbound messages are not fetched; storage lies under the API's
own address; lists have no previous page; nothing costs money.
"""

from gateway.demo.provider.account import Account, OptOut, Sender, SharedKey, Timing
from gateway.demo.provider.messages import (
    Button,
    Channel,
    Direction,
    File,
    HandOver,
    Message,
    Phone,
    Point,
    Status,
    Update,
)
from gateway.demo.provider.network import Network
from gateway.demo.provider.orders import Order
from gateway.demo.provider.refusals import Refusal
from gateway.demo.provider.script import FaultScript, On, Rule, ScriptInvalid, parse_script
from gateway.demo.provider.serving import create_provider, serve_provider
from gateway.demo.provider.state import Alert, Updates
from gateway.demo.provider.writing import NotPossible

__all__ = [
    "Account",
    "Alert",
    "Button",
    "Channel",
    "Direction",
    "FaultScript",
    "File",
    "HandOver",
    "Message",
    "Network",
    "NotPossible",
    "On",
    "OptOut",
    "Order",
    "Phone",
    "Point",
    "Refusal",
    "Rule",
    "ScriptInvalid",
    "Sender",
    "SharedKey",
    "Status",
    "Timing",
    "Update",
    "Updates",
    "create_provider",
    "parse_script",
    "serve_provider",
]
