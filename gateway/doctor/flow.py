"""Rules about what comes in and goes out: queues, sends, holds, pauses, silent accounts. Pure."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from channels import counter
from gateway.configuration.settings import Sending, Settings
from gateway.doctor.facts import QUIET_AFTER, Flow, Queue
from gateway.doctor.findings import Finding, note, ok, spoken, wrong
from gateway.outbound.reasons import RELEASED_BY_SWITCH, Reason

SLOW = timedelta(minutes=1)
"""A worker takes what waits within seconds; a burst of thousands within a minute."""
STUCK = timedelta(minutes=5)
REST = timedelta(minutes=20)
"""An account that a provider has refused rests for up to fifteen minutes."""
SETTLING = timedelta(minutes=10)
"""A receipt or the provider's list settles a send of unknown fate within seconds, usually."""
UNSETTLED = timedelta(hours=25)
"""After a day policy decides; whatever is older is looked at by nobody."""
CLOCK_BACK = timedelta(minutes=1)

_OF_THE_CITIZEN = {
    Reason.WINDOW_CLOSED: "until the person writes again",
    Reason.BLOCKED_BY_USER: "until the person writes again",
    Reason.PROVIDER_STOP: "until the person sends START",
}


def findings(flow: Flow, settings: Settings) -> Iterator[Finding]:
    """Everything that can be said about what waits."""
    yield _workers(flow)
    yield from _waits(flow, "inbound", flow.inbound, "messages wait to be filed", STUCK, _WORKER)
    yield from _waits(flow, "receipts", flow.receipts, "receipts wait", STUCK, _WORKER)
    yield from _waits(flow, "media", flow.media, "files wait to be fetched", REST, _MEDIA)
    yield from _waits(flow, "notices", flow.notices, "notices are due", REST, _SENDER)
    yield from _waits(flow, "deliveries", flow.pending, "messages wait to leave", REST, _SENDER)
    # Without a worker there is nobody to seal them, and a new installation has a row or two.
    sealing = STUCK if flow.workers else timedelta.max
    yield from _waits(flow, "audit", flow.unsealed, "rows wait to be sealed", sealing, _WORKER)
    yield from _unsettled(flow)
    yield from _for_a_person(flow)
    yield from _pauses(flow)
    yield from _held(flow, settings)
    yield from _failed(flow.failed)
    yield from _accounts(flow, settings)
    if flow.newest is not None and flow.newest - flow.now > CLOCK_BACK:
        yield wrong(
            "clock", f"the newest message was accepted {spoken(flow.newest - flow.now)} from now",
            "this machine's clock went back: set it right (chrony, systemd-timesyncd)",
        )  # fmt: skip


def _workers(flow: Flow) -> Finding:
    do = "start `kanal serve`, which has one, or `kanal worker`"
    if flow.workers:
        return ok("workers", f"{flow.workers} at work")
    if flow.is_empty:
        return note("workers", "no worker runs", do)
    return wrong("workers", "no worker runs, and there is work", do)


_WORKER = "see that a worker runs (`kanal serve` has one, `kanal worker` is one) and read its log"
_MEDIA = "see that a worker runs and that this machine reaches the provider's file server"
_SENDER = "see that a worker runs, then read its log for what the provider answers"


def _waits(
    flow: Flow, about: str, queue: Queue, what: str, stuck: timedelta, do: str
) -> Iterator[Finding]:
    age = flow.now - queue.oldest if queue.oldest else timedelta(0)
    if not queue.size:
        yield ok(about, "nothing waits")
        return
    said = f"{queue.size} {what}, the oldest for {spoken(age)}"
    if age > stuck:
        yield wrong(about, said, do)
    elif age > SLOW:
        yield note(about, said, "normal after an outage or while a provider slows us; look again")
    else:
        yield ok(about, said)


def _unsettled(flow: Flow) -> Iterator[Finding]:
    if flow.abandoned.size:
        yield wrong(
            "deliveries", f"{flow.abandoned.size} sends were begun by a process that is gone, and "
            "nobody has taken them up", _WORKER,
        )  # fmt: skip
    unknown = flow.unknown
    if not unknown.size or unknown.oldest is None:
        return
    age = flow.now - unknown.oldest
    said = f"of {unknown.size} sends it is not known whether they went out, the oldest for "
    said += spoken(age)
    if age > UNSETTLED:
        yield wrong("deliveries", said, _WORKER)
    elif age > SETTLING:
        yield note(
            "deliveries", said, "the provider cannot be asked now, or cannot say; after a day "
            "policy decides (docs/policy.md)",
        )  # fmt: skip
    else:
        yield ok("deliveries", said)


def _for_a_person(flow: Flow) -> Iterator[Finding]:
    for queues, what in (
        (flow.parked, "events could not be handled"),
        (flow.unparsed, "requests could not be read"),
    ):
        for account, queue in sorted(queues.items()):
            age = flow.now - queue.oldest if queue.oldest else timedelta(0)
            yield wrong(
                "parked", f"{queue.size} {what} on {account}, the oldest from {spoken(age)} ago",
                "`kanal replay` lists them and tries again, after what it names is mended",
            )  # fmt: skip
    if not flow.parked and not flow.unparsed:
        yield ok("parked", "everything could be read and handled")


def _pauses(flow: Flow) -> Iterator[Finding]:
    for pause in flow.pauses:
        where = f"on {pause.account}" if pause.account else "everywhere"
        again = f" {pause.account}" if pause.account else ""
        yield note(
            "pause", f"sending is paused {where} for {spoken(flow.now - pause.since)} "
            f"({pause.reason})", f"when the reason is gone, `kanal resume{again} --held latest`",
        )  # fmt: skip


def _held(flow: Flow, settings: Settings) -> Iterator[Finding]:
    is_stopped = bool(flow.pauses) or any(
        settings.sending_of(account) is not Sending.ON for account in settings.accounts
    )
    for reason, count in sorted(flow.held.items()):
        if reason in _OF_THE_CITIZEN:
            yield ok("held", f"{count} notices wait {_OF_THE_CITIZEN[Reason(reason)]} ({reason})")
        elif reason not in RELEASED_BY_SWITCH:
            yield note("held", f"{count} notices are held: {reason}", _LEDGER)
        elif is_stopped:
            yield note("held", f"{count} notices are held: {reason}", _AFTERWARDS)
        else:
            yield note("held", f"{count} notices are still held: {reason}", _RESUME)


_LEDGER = "nothing sends them by itself: the complaint's ledger names them"
_AFTERWARDS = "when sending goes on, `kanal resume --held` decides about them"
_RESUME = "`kanal resume --held latest` tells the latest state once, `--held discard` drops them"


def _failed(failed: Mapping[str, int]) -> Iterator[Finding]:
    for reason, count in sorted(failed.items()):
        said = f"{count} notices of the last day could not be told: {reason}"
        if reason == Reason.UNREACHABLE:
            yield ok("failed", said)
        else:
            yield note("failed", said, "read the worker's log for the provider's code")


def _accounts(flow: Flow, settings: Settings) -> Iterator[Finding]:
    for account in settings.accounts:
        if account.connector == counter.NAME:
            continue  # nothing comes in there but by an officer's hand
        last = flow.last_accepted.get(account.id)
        if last is None:
            silent = f"nothing has come in on {account.id} in the last {spoken(QUIET_AFTER)}"
            yield note(
                "accounts", silent,
                "if that is unusual, see docs/operations.md, nothing comes in",
            )  # fmt: skip
        else:
            yield ok("accounts", f"{account.id}: last came in {spoken(flow.now - last)} ago")
