"""Prometheus metrics: counters of this process, and the state of the queues read when asked.

Labels hold accounts, states and reason codes, never anything of a person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.tables import (
    ATTACHMENT_TODO,
    DELIVERY_OPEN,
    INBOUND_TODO,
    NOTICE_DUE,
    NOTICE_WAITING,
    RECEIPTS_TODO,
    attachment,
    delivery,
    inbound,
    notice,
    raw_inbound,
)


class Metrics:
    """The metrics of one process; *registry* is its own, so that tests do not share."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._accepted = Counter(
            "kanal_accepted_total",
            "Authentic webhook requests, by what became of them",
            ("account", "how", "state"),
            registry=self.registry,
        )
        self._refused = Counter(
            "kanal_refused_total",
            "Webhook requests that were not accepted",
            ("account", "reason"),
            registry=self.registry,
        )

    def accepted(self, account: str, how: str, state: str) -> None:
        """*how*: stored, repeated or spooled; *state*: parsed, unparsed or ignored."""
        self._accepted.labels(account, how, state).inc()

    def refused(self, account: str, reason: str) -> None:
        """*reason*: signature, too_large, not_kept."""
        self._refused.labels(account, reason).inc()


async def exposition(
    metrics: Metrics, conn: AsyncConnection | None, now: datetime, spooled_bytes: int
) -> bytes:
    """Everything in Prometheus' text form; without a database, what this process knows alone."""
    registry = CollectorRegistry()
    _gauge(registry, "kanal_spool_bytes", "Waiting in this process's spool", spooled_bytes)
    _gauge(registry, "kanal_database_up", "Whether the database answers", int(conn is not None))
    if conn is not None:
        await _queues(registry, conn, now)
    return generate_latest(metrics.registry) + generate_latest(registry)


async def _queues(registry: CollectorRegistry, conn: AsyncConnection, now: datetime) -> None:
    waits: dict[str, tuple[Any, Any, Any]] = {
        "inbound": (inbound, INBOUND_TODO, inbound.c.accepted_at),
        "receipts": (inbound, RECEIPTS_TODO, inbound.c.accepted_at),
        "media": (attachment, ATTACHMENT_TODO, attachment.c.not_before),
        "notices": (notice, and_(NOTICE_DUE, notice.c.not_before <= now), notice.c.not_before),
    }
    size = Gauge("kanal_queue_size", "Work that waits", ("queue",), registry=registry)
    age = Gauge(
        "kanal_queue_age_seconds", "For how long the oldest of it could have been done",
        ("queue",), registry=registry,
    )  # fmt: skip
    for name, (table, todo, since) in waits.items():
        query = select(func.count(), func.min(since)).select_from(table).where(todo)
        count, oldest = (await conn.execute(query)).one()
        size.labels(name).set(count)
        age.labels(name).set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    await _counted(
        registry, conn, "kanal_notices_waiting", "Notices that are due or held, and why",
        ("state", "reason", "kind"),
        [notice.c.state, notice.c.reason, notice.c.kind], NOTICE_WAITING,
    )  # fmt: skip
    await _counted(
        registry, conn, "kanal_deliveries_open", "Messages to the provider without a known end",
        ("account", "state"),
        [delivery.c.account_id, delivery.c.state], DELIVERY_OPEN,
    )  # fmt: skip
    parked = select(func.count()).where(inbound.c.parked_at.is_not(None))
    _gauge(
        registry, "kanal_parked_events", "Events that could not be handled: `kanal replay`",
        await conn.scalar(parked) or 0,
    )  # fmt: skip
    unparsed = select(func.count()).where(raw_inbound.c.state == "unparsed")
    _gauge(
        registry, "kanal_unparsed_raws", "Messages that could not be read: `kanal replay`",
        await conn.scalar(unparsed) or 0,
    )  # fmt: skip


async def _counted(
    registry: CollectorRegistry,
    conn: AsyncConnection,
    name: str,
    meaning: str,
    labels: Sequence[str],
    columns: Sequence[Any],
    condition: Any,
) -> None:
    gauge = Gauge(name, meaning, labels, registry=registry)
    query = select(*columns, func.count()).where(condition).group_by(*columns)
    for *values, count in (await conn.execute(query)).all():
        gauge.labels(*values).set(count)


def _gauge(registry: CollectorRegistry, name: str, text: str, value: float) -> None:
    Gauge(name, text, registry=registry).set(value)
