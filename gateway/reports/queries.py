"""What the reports ask of the database, all of it as it stood at given moments.

The present row of a complaint is a summary; what it was is derived from rows that are only added:
transitions by when they were recorded, lead assignments, accusations. Messages count by acceptance,
and by when they became known where that was later (a spool, a replay).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
)

from core.complaint import ActorKind, ClockKind, Role, State
from core.tables import account, accusation, assignment, clock, complaint, ticket, transition
from core.tickets import QUESTIONS
from core.workflow import Action
from gateway.counter.people import VISIT
from gateway.reports.month import Period
from gateway.tables import RAW_LATE, conversation, inbound, raw_inbound

_FLIPS = (Action.MAKE_CONFIDENTIAL.value, Action.LIFT_CONFIDENTIAL.value)
_NO_CLOCK_ENDS = (
    Action.FILE, Action.COMMENT, Action.HIDE, Action.SHOW, Action.RATE, Action.CONFIRM,
    Action.AMEND, Action.CONSULT,
)  # fmt: skip


def lives(period: Period, accounts: Sequence[str] | None = None) -> Select[Any]:
    """Every complaint that was open when *period* began, or that something happened to in it;
    ordered by reporter. Columns ending in ``_before`` are null for what was filed in it.
    """
    begin, end = period.begin, period.end
    first = transition.alias("first")
    last, last_end = transition.alias("last"), transition.alias("last_end")
    early, early_end = transition.alias("early"), transition.alias("early_end")
    reporter = cast(
        case(
            (first.c.actor_kind == ActorKind.CITIZEN.value, first.c.actor_id),
            else_=first.c.data[VISIT].as_string(),
        ),
        BigInteger,
    )
    rows: FromClause = (
        complaint.join(last, _is_last(last, end))
        .outerjoin(last_end, and_(_is_selesai(last), _is_ending(last_end, end)))
        .outerjoin(early, and_(complaint.c.filed_at < begin, _is_last(early, begin)))
        .outerjoin(early_end, and_(_is_selesai(early), _is_ending(early_end, begin)))
        .outerjoin(first, and_(first.c.complaint_id == complaint.c.id, first.c.seq == 1))
        .outerjoin(conversation, conversation.c.id == reporter)
    )
    query = (
        select(
            complaint.c.id,
            complaint.c.number,
            complaint.c.account_id,
            complaint.c.filed_at,
            complaint.c.confidential,
            conversation.c.address_id.label("reporter"),
            *_as_at("after", end, last, last_end),
            *_as_at("before", begin, early, early_end),
        )
        .select_from(rows)
        .where(complaint.c.filed_at < end)
        .where(or_(last.c.to_state != State.SELESAI.value, last.c.recorded_at >= begin))
        .order_by(conversation.c.address_id, complaint.c.id)
    )
    return query if accounts is None else query.where(complaint.c.account_id.in_(accounts))


def results(period: Period, accounts: Sequence[str]) -> Select[Any]:
    """When an agency last reported each complaint of *accounts* as done, by complaint."""
    return (
        select(transition.c.complaint_id, func.max(transition.c.at).label("result_at"))
        .join(complaint, complaint.c.id == transition.c.complaint_id)
        .where(
            complaint.c.account_id.in_(accounts),
            transition.c.action == Action.FINISH.value,
            transition.c.recorded_at < period.end,
        )
        .group_by(transition.c.complaint_id)
    )


def clock_changes(period: Period) -> Select[Any]:
    """The transitions in *period* that may have ended a clock, or that say that one fell due."""
    return (
        select(
            transition.c.action,
            transition.c.unit_id,
            transition.c.data,
            complaint.c.account_id,
            *_reserved_at(period.end),
        )
        .join(complaint, complaint.c.id == transition.c.complaint_id)
        .where(
            transition.c.recorded_at >= period.begin,
            transition.c.recorded_at < period.end,
            transition.c.action.not_in([a.value for a in _NO_CLOCK_ENDS]),
        )
    )


def tickets(period: Period) -> Select[Any]:
    """The tickets that were open when *period* began, or filed in it."""
    return (
        select(
            ticket.c.kind,
            ticket.c.unit_id,
            ticket.c.filed_at,
            ticket.c.decided_at,
            ticket.c.outcome,
            *_reserved_at(period.end),
        )
        .join(complaint, complaint.c.id == ticket.c.complaint_id)
        .where(
            ticket.c.filed_at < period.end,
            or_(ticket.c.decided_at.is_(None), ticket.c.decided_at >= period.begin),
        )
    )


def questions(period: Period) -> Select[Any]:
    """The questions of units that led, put to reporters and not decided before *period* began; with
    the pauses of the complaint's deadline."""
    whole = and_(
        clock.c.complaint_id == ticket.c.complaint_id,
        clock.c.kind == ClockKind.COMPLETION.value,
    )
    return (
        select(
            ticket.c.id,
            ticket.c.kind,
            ticket.c.unit_id,
            ticket.c.asked_at,
            ticket.c.decided_at,
            clock.c.paused,
            *_reserved_at(period.end),
        )
        .join(complaint, complaint.c.id == ticket.c.complaint_id)
        .join(assignment, assignment.c.id == ticket.c.assignment_id)
        .join(clock, whole)
        .where(
            ticket.c.asked_at < period.end,
            ticket.c.kind.in_([k.value for k in QUESTIONS]),
            or_(ticket.c.decided_at.is_(None), ticket.c.decided_at >= period.begin),
            assignment.c.role == Role.LEAD.value,
        )
    )


def reserved_filed(begin: datetime, until: datetime) -> Select[Any]:
    """How many complaints filed in that time are confidential or accuse a unit, at its end."""
    return select(
        *_reserved_at(until),
    ).where(
        complaint.c.filed_at >= begin,
        complaint.c.filed_at < until,
        or_(complaint.c.confidential, _flip(until).is_not(None), _accuses(until)),
    )


def received(period: Period) -> Select[Any]:
    """Events accepted in *period*, by account."""
    return (
        select(inbound.c.account_id, func.count())
        .where(*_accepted(inbound, period), *_known(period), _open_account(inbound.c.account_id))
        .group_by(inbound.c.account_id)
    )


def settled(period: Period) -> Select[Any]:
    """The same by account and outcome; null while nobody had handled them."""
    outcome = case((inbound.c.handled_at < period.end, inbound.c.outcome), else_=null())
    return (
        select(inbound.c.account_id, outcome.label("outcome"), func.count())
        .where(*_accepted(inbound, period), *_known(period), _open_account(inbound.c.account_id))
        .group_by(inbound.c.account_id, outcome)
    )


def settled_later(period: Period) -> Select[Any]:
    """Events accepted before *period* and handled in it, or known only in it."""
    known_now = select(raw_inbound.c.id).where(RAW_LATE, _later_than(period.begin))
    return (
        select(inbound.c.account_id, inbound.c.outcome, func.count())
        .where(
            inbound.c.accepted_at < period.begin,
            inbound.c.handled_at < period.end,
            or_(inbound.c.handled_at >= period.begin, inbound.c.raw_id.in_(known_now)),
            *_known(period),
            _open_account(inbound.c.account_id),
        )
        .group_by(inbound.c.account_id, inbound.c.outcome)
    )


def unparsed(period: Period) -> Select[Any]:
    """Raw messages accepted in *period* that nobody could read when it ended, by account."""
    raw = raw_inbound.c
    return (
        select(raw.account_id, func.count())
        .where(
            *_accepted(raw_inbound, period),
            or_(raw.state == "unparsed", raw.parsed_at >= period.end),
            or_(raw.stored_at.is_(None), raw.stored_at < period.end),
            _open_account(raw.account_id),
        )
        .group_by(raw.account_id)
    )


def _is_last(row: FromClause, moment: datetime) -> ColumnElement[bool]:
    """*row* is the last transition that was recorded before *moment*."""
    inner = transition.alias()
    newest = select(func.max(inner.c.seq)).where(
        inner.c.complaint_id == complaint.c.id, inner.c.recorded_at < moment
    )
    found = newest.correlate(complaint).scalar_subquery()
    # An expression, so that SQLite goes from complaints to transitions and not the other way round.
    return and_(row.c.complaint_id == complaint.c.id + 0, row.c.seq == found)


def _is_ending(row: FromClause, moment: datetime) -> ColumnElement[bool]:
    """*row* is the last one that made it Selesai."""
    inner = transition.alias()
    newest = select(func.max(inner.c.seq)).where(
        inner.c.complaint_id == complaint.c.id,
        inner.c.recorded_at < moment,
        inner.c.from_state != State.SELESAI.value,
        inner.c.to_state == State.SELESAI.value,
    )
    found = newest.correlate(complaint).scalar_subquery()
    return and_(row.c.complaint_id == complaint.c.id, row.c.seq == found)


def _is_selesai(row: FromClause) -> ColumnElement[bool]:
    return row.c.to_state == State.SELESAI.value


def _as_at(
    name: str, moment: datetime, last: FromClause, end: FromClause
) -> Sequence[ColumnElement[Any]]:
    return [
        last.c.to_state.label(f"state_{name}"),
        last.c.stage.label(f"stage_{name}"),
        end.c.action.label(f"ending_{name}"),
        end.c.data.label(f"ending_data_{name}"),
        _lead(moment).label(f"unit_{name}"),
        _category(moment).label(f"category_{name}"),
        _flip(moment).label(f"flip_{name}"),
        _accuses(moment).label(f"accuses_{name}"),
    ]


def _lead(moment: datetime) -> ColumnElement[str]:
    """Who led it then: the newest lead by then."""
    newest = (
        select(assignment.c.unit_id)
        .where(
            assignment.c.complaint_id == complaint.c.id,
            assignment.c.role == Role.LEAD.value,
            assignment.c.received_at < moment,
        )
        .order_by(assignment.c.id.desc())
        .limit(1)
    )
    return func.coalesce(newest.correlate(complaint).scalar_subquery(), complaint.c.lead_unit_id)


def _category(moment: datetime) -> ColumnElement[str]:
    """What it was taken for then: the next correction says what was there before."""
    before = transition.c.data["category_before"].as_string()
    corrected = (
        select(before)
        .where(
            transition.c.complaint_id == complaint.c.id,
            transition.c.action == Action.AMEND.value,
            transition.c.recorded_at >= moment,
            before.is_not(None),
        )
        .order_by(transition.c.seq)
        .limit(1)
    )
    return func.coalesce(corrected.correlate(complaint).scalar_subquery(), complaint.c.category)


def _reserved_at(moment: datetime) -> tuple[ColumnElement[Any], ...]:
    """What says whether a complaint was confidential or accused a unit at *moment*."""
    return (
        complaint.c.confidential,
        _flip(moment).label("flip"),
        _accuses(moment).label("accuses"),
    )


def _flip(moment: datetime) -> ColumnElement[str]:
    """The first change of its confidentiality since then, if there was one."""
    query = (
        select(transition.c.action)
        .where(
            transition.c.complaint_id == complaint.c.id,
            transition.c.action.in_(_FLIPS),
            transition.c.recorded_at >= moment,
        )
        .order_by(transition.c.seq)
        .limit(1)
    )
    return query.correlate(complaint).scalar_subquery()


def _accuses(moment: datetime) -> ColumnElement[bool]:
    """Whether it accused a unit then."""
    made, cleared = transition.alias("made"), transition.alias("cleared")
    rows = accusation.join(
        made,
        and_(made.c.complaint_id == accusation.c.complaint_id, made.c.seq == accusation.c.seq),
    ).outerjoin(
        cleared,
        and_(
            cleared.c.complaint_id == accusation.c.complaint_id,
            cleared.c.seq == accusation.c.cleared_seq,
        ),
    )
    query = select(accusation.c.unit_id).select_from(rows)
    return exists(
        query.where(
            accusation.c.complaint_id == complaint.c.id,
            made.c.recorded_at < moment,
            or_(cleared.c.seq.is_(None), cleared.c.recorded_at >= moment),
        ).correlate(complaint)
    )


def _accepted(table: FromClause, period: Period) -> Sequence[ColumnElement[bool]]:
    return [table.c.accepted_at >= period.begin, table.c.accepted_at < period.end]


def _known(period: Period) -> Sequence[ColumnElement[bool]]:
    """Without what lay in a spool then, or could not be read yet."""
    unknown = select(raw_inbound.c.id).where(RAW_LATE, _later_than(period.end))
    return [inbound.c.raw_id.not_in(unknown)]


def _later_than(moment: datetime) -> ColumnElement[bool]:
    return or_(raw_inbound.c.stored_at >= moment, raw_inbound.c.parsed_at >= moment)


def _open_account(column: ColumnElement[str]) -> ColumnElement[bool]:
    """A confidential channel has no line: that somebody wrote there is nobody's business."""
    secret = select(account.c.id).where(account.c.confidential)
    return column.not_in(secret)
