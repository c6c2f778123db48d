"""An officer's action on every complaint about one problem, each told in its own thread."""

from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import commands
from core.access import Officer
from core.complaint import Complaint, ProblemId
from core.errors import Conflict, CoreError, Impossible, NotFound, Refused
from core.ticket import Ticket
from core.workflow import Action
from gateway.bootstrap import Parts
from gateway.desk import officers
from gateway.desk.orders import Order, carried_out
from gateway.grouping import records

FOR_ALL = frozenset(
    {
        Action.FORWARD, Action.PROCESS, Action.DISPOSE, Action.COORDINATE, Action.FINISH,
        Action.COMMENT, Action.CLOSE, Action.VERIFY, Action.CHECK_FIELD, Action.VALIDATE,
        Action.REJECT, Action.REPORT_BACK, Action.ESTIMATE, Action.FILE_TICKET,
        Action.APPROVE_TICKET, Action.REFUSE_TICKET, Action.ASK, Action.CLARIFY,
    }
)  # fmt: skip
"""Work on the problem itself. What concerns one reporter only (hiding, whom it accuses, how secret
it is) is done one by one."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A complaint about the same problem that the action was not possible on, and why."""

    number: str
    why: str


async def act(
    parts: Parts, officer: Officer, number: str, order: Order
) -> tuple[Complaint, list[Skipped]]:
    """Carry out *order* on the complaint with this *number*, and on all others about its problem
    on which it is possible now; those that the officer does not deal with stay as they are. What
    is decided about a ticket holds for those that the same unit has filed for the same reason.

    Raises:
        CoreError: It is not possible on this complaint, or on so many; nothing was written.
    """
    if order.action not in FOR_ALL:
        raise Refused(f"'{order.action}' is done to one complaint at a time", field="whole_problem")
    shared = replace(order.evidence, of_problem=bool(order.evidence.photos))
    for_others = replace(order, seen=None, evidence=shared, photo_reason="")
    skipped = []
    try:
        async with parts.database.write() as conn:
            found = await officers.visible(conn, officer, number)
            if found.problem is None:
                alone = Impossible(f"{number} is grouped with nothing", allowed=())
                raise commands.explained(alone, found, officer)
            await _require_few(conn, number, found.problem)
            about = found.ticket(order.ticket)
            change = await carried_out(conn, parts, officer, found, order)
            for item in await records.members(conn, found.problem):
                if item.id == found.id:
                    continue
                try:
                    seen = await officers.visible(conn, officer, item.number)
                    await carried_out(conn, parts, officer, seen, _about(seen, for_others, about))
                except CoreError as error:
                    skipped.append((item, error))
    except IntegrityError as error:
        raise Conflict(f"{number} changed meanwhile: read it again, then decide") from error
    parts.bell.ring()
    return change.after, [
        Skipped(item.number, str(error))
        for item, error in skipped
        if not isinstance(error, NotFound)
    ]


async def _require_few(conn: AsyncConnection, number: str, problem: ProblemId) -> None:
    """All or none: what was silently left out nobody would work on."""
    size = await records.size(conn, problem)
    if size > records.MOST_MEMBERS:
        raise Refused(
            f"{number} is one of {size} complaints about one problem, and {records.MOST_MEMBERS} "
            f"at most are acted on at once: act on each by its number, as /problems/{problem} "
            "lists them",
            field="whole_problem",
        )


def _about(item: Complaint, order: Order, ticket: Ticket | None) -> Order:
    """*order* about the open ticket of *item* that is of the kind and the unit of *ticket*."""
    if ticket is None:
        return order
    same = [t.id for t in item.tickets if (t.kind, t.unit) == (ticket.kind, ticket.unit)]
    if not same:
        raise Impossible(
            f"{item.number} has no open ticket '{ticket.kind}' of {ticket.unit}", allowed=()
        )
    return replace(order, ticket=same[0])
