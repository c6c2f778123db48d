"""What must be true at the end, whatever happened on the way."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg

from gateway.demo.provider import Message, Network
from gateway.storage.database import sqlite_path

Rows = list[tuple[Any, ...]]

PROMISED_S = 40.0
"""After which nothing is open any more. `make soak` has the machine for itself and holds to it."""
BUSY_S = 150.0
"""The same where other tests run beside it."""

_STORED = "select provider_id from message where direction = 'in'"
_OPEN = (
    "select (select count(*) from inbound where handled_at is null)"
    " + (select count(*) from notice where state in ('due', 'assigned'))"
    " + (select count(*) from delivery where state in ('pending', 'sending', 'unknown'))"
)


def ask(database_url: str, query: str) -> Rows:
    """Look into the database from outside."""
    path = sqlite_path(database_url)
    if path is None:
        with psycopg.connect(database_url) as postgres:
            return postgres.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]
    lite = sqlite3.connect(path, timeout=10)
    try:
        return lite.execute(query).fetchall()
    finally:
        lite.close()


async def settled(
    database_url: str, acknowledged: Sequence[Message], *, within_s: float = PROMISED_S
) -> None:
    """Wait until nothing is due, waiting or unknown any more, and no spool holds anything.

    What lies in a spool is not in the database, which may have nothing to do meanwhile.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while _missing(database_url, acknowledged):
                await asyncio.sleep(0.2)
            while ask(database_url, _OPEN) != [(0,)]:
                await asyncio.sleep(0.2)
            return
    missing, still_open = _missing(database_url, acknowledged), ask(database_url, _OPEN)[0][0]
    raise AssertionError(f"after {within_s:.0f} s {missing} are lost and {still_open} not settled")


def _missing(database_url: str, acknowledged: Sequence[Message]) -> int:
    """How many acknowledged messages are not there."""
    return len({m.sid for m in acknowledged} - set(_count(database_url, _STORED)))


def check(database_url: str, network: Network, acknowledged: Sequence[Message]) -> None:
    """Every acknowledged message is one message and one complaint, and told once."""
    names = {m.sid for m in acknowledged}
    stored = _count(database_url, _STORED)
    assert names <= set(stored), "an acknowledged message is lost"
    assert set(stored.values()) == {1}, "a message is there twice"
    filed = _count(
        database_url,
        "select m.provider_id from complaint_message l join message m on m.id = l.message_id"
        " where l.role = 'report'",
    )
    assert set(filed) == set(stored), "every message became a complaint"
    assert set(filed.values()) == {1}, "and only one"
    assert ask(database_url, "select count(*) from complaint") == [(len(stored),)]
    numbers = ask(database_url, "select count(distinct number) from complaint")
    assert numbers == [(len(stored),)], "a number was given twice"
    silent = ask(database_url, "select kind, state, reason from notice where state <> 'told'")
    assert silent == [], "a notice is missing"
    heard: Counter[tuple[str, str]] = Counter()
    for phone in network.phones():
        for message in network.conversation(phone.number, acknowledged[0].channel):
            if not message.inbound:
                heard[phone.number, message.body] += 1
    receipts = {key: n for key, n in heard.items() if key[1].startswith("Laporan")}
    assert len(receipts) == len(stored), "everybody has the number"
    assert set(heard.values()) == {1}, "nobody is told the same thing twice"


def _count(database_url: str, query: str) -> Counter[str]:
    return Counter(str(row[0]) for row in ask(database_url, query))
