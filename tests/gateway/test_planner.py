"""May it leave now? Every rule of the planner as a row of a table."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.number import WIB
from gateway.configuration.settings import Sending
from gateway.outbound.envelopes import language_of, purposes
from gateway.outbound.notices import ENVELOPES, INVITATION
from gateway.outbound.planner import Facts, Verdict, decide, quiet_until
from gateway.outbound.reasons import Reason

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=WIB).astimezone(UTC)
NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=WIB).astimezone(UTC)
DAY = timedelta(hours=24)

ANSWER = Facts(
    now=NOON,
    kind="status_one",
    sending=Sending.ON,
    on_allowlist=False,
    paused=False,
    address_kind="tel:e164",
    is_own_address=False,
    address_usable=True,
    blocked="",
    pushes_stopped=False,
    last_inbound_at=NOON,
    reply_window=None,
    confidential=False,
)
NEWS = replace(ANSWER, kind="forwarded")
INVITED = replace(ANSWER, kind=INVITATION, has_template=True)
HELP = replace(ANSWER, kind="emergency")
OFTEN = tuple(NOON - timedelta(minutes=m) for m in (50, 40, 30, 20, 10))
YESTERDAY = NOON - timedelta(hours=25)
ASLEEP = {"now": NIGHT, "last_inbound_at": NIGHT - timedelta(hours=3)}


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        (ANSWER, Verdict.SEND, None),
        (NEWS, Verdict.SEND, None),
        (replace(ANSWER, sending=Sending.OFF), Verdict.HOLD, Reason.SENDING_OFF),
        (replace(HELP, sending=Sending.OFF), Verdict.HOLD, Reason.SENDING_OFF),
        (replace(ANSWER, sending=Sending.ALLOWLIST), Verdict.HOLD, Reason.NOT_ON_ALLOWLIST),
        (replace(ANSWER, sending=Sending.ALLOWLIST, on_allowlist=True), Verdict.SEND, None),
        (replace(NEWS, paused=True), Verdict.HOLD, Reason.PAUSED),
        (replace(ANSWER, address_kind="tel:short"), Verdict.DROP, Reason.NOT_ANSWERABLE),
        (replace(ANSWER, address_kind="tel:alnum"), Verdict.DROP, Reason.NOT_ANSWERABLE),
        (replace(ANSWER, is_own_address=True), Verdict.DROP, Reason.NOT_ANSWERABLE),
        (replace(ANSWER, address_usable=False), Verdict.DROP, Reason.UNREACHABLE),
        (replace(ANSWER, blocked="provider_stop"), Verdict.HOLD, Reason.PROVIDER_STOP),
        (replace(HELP, blocked="provider_stop"), Verdict.HOLD, Reason.PROVIDER_STOP),
        (replace(NEWS, pushes_stopped=True), Verdict.DROP, Reason.STOPPED_BY_REPORTER),
        (replace(ANSWER, pushes_stopped=True), Verdict.SEND, None),
        (replace(NEWS, confidential=True), Verdict.DROP, Reason.CONFIDENTIAL),
        (replace(ANSWER, confidential=True), Verdict.SEND, None),
        (replace(NEWS, reply_window=DAY), Verdict.SEND, None),
        (
            replace(NEWS, reply_window=DAY, last_inbound_at=YESTERDAY),
            Verdict.HOLD, Reason.WINDOW_CLOSED,
        ),
        (
            replace(NEWS, reply_window=DAY, last_inbound_at=None),
            Verdict.HOLD, Reason.WINDOW_CLOSED,
        ),
        (replace(ANSWER, answers_since=OFTEN), Verdict.DROP, Reason.ANSWER_LIMIT),
        (replace(ANSWER, answers_since=OFTEN[1:]), Verdict.SEND, None),
        (replace(ANSWER, kind="receipt", answers_since=OFTEN), Verdict.LATER, Reason.ANSWER_LIMIT),
        (replace(NEWS, answers_since=OFTEN), Verdict.SEND, None),
        (replace(HELP, answers_since=OFTEN, says_the_same=True), Verdict.SEND, None),
        (replace(ANSWER, says_the_same=True), Verdict.DROP, Reason.SAME_TEXT),
        (replace(NEWS, says_the_same=True), Verdict.SEND, None),
        (replace(NEWS, **ASLEEP), Verdict.LATER, Reason.QUIET_HOURS),
        (replace(HELP, **ASLEEP), Verdict.SEND, None),
        (replace(NEWS, now=NIGHT, last_inbound_at=NIGHT), Verdict.SEND, None),
    ],
)  # fmt: skip
def test_the_first_rule_that_speaks_decides(
    facts: Facts, verdict: Verdict, reason: Reason | None
) -> None:
    decision = decide(facts)
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_a_receipt_over_the_limit_waits_until_the_hour_has_passed() -> None:
    decision = decide(replace(ANSWER, kind="receipt", answers_since=OFTEN))
    assert decision.until == OFTEN[0] + timedelta(hours=1)


def test_news_at_night_waits_for_the_morning() -> None:
    decision = decide(replace(NEWS, **ASLEEP))
    assert decision.until == datetime(2026, 11, 21, 6, 0, tzinfo=WIB)


@pytest.mark.parametrize(
    ("hour", "ends"),
    [(20, None), (21, (21, 6)), (23, (21, 6)), (0, (20, 6)), (5, (20, 6)), (6, None)],
)
def test_quiet_hours_span_midnight(hour: int, ends: tuple[int, int] | None) -> None:
    now = datetime(2026, 11, 20, hour, 0, tzinfo=WIB)
    found = quiet_until(now, time(21), time(6))
    expected = datetime(2026, 11, *ends, tzinfo=WIB) if ends else None  # type: ignore[arg-type]
    assert found == expected


def test_quiet_hours_within_a_day() -> None:
    inside = datetime(2026, 11, 20, 13, 0, tzinfo=WIB)
    assert quiet_until(inside, time(12), time(14)) == inside.replace(hour=14)
    assert quiet_until(inside.replace(hour=15), time(12), time(14)) is None


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        ({"reply_window": DAY, "last_inbound_at": YESTERDAY}, Verdict.SEND, None),
        ({"reply_window": DAY}, Verdict.DROP, Reason.NEWER_NEWS),
        ({}, Verdict.DROP, Reason.NEWER_NEWS),
        ({"reply_only": True, "has_reply_context": True}, Verdict.DROP, Reason.NEWER_NEWS),
        ({"reply_only": True}, Verdict.SEND, None),
        ({"reply_only": True, "has_template": False}, Verdict.DROP, Reason.WINDOW_CLOSED),
        (
            {"reply_only": True, "confidential": True, "wants_secret_news": True},
            Verdict.DROP,
            Reason.CONFIDENTIAL,
        ),
    ],
)
@pytest.mark.parametrize("kind", ENVELOPES)
def test_an_envelope_leaves_only_where_what_it_tells_of_may_not(
    kind: str, facts: dict[str, Any], verdict: Verdict, reason: Reason | None
) -> None:
    decision = decide(replace(INVITED, kind=kind, **facts))
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_other_templates_of_the_account_are_no_invitation() -> None:
    assert purposes({"receipt/id", "question/id"}) == {"question"}
    assert language_of({"status/en", "question/id"}, "question", "en") == "id"
    assert language_of({"status/en"}, "status", "id") == "en"
