"""The public tracker: /lacak and /lacak/{number}.

Without the code: category, kelurahan, status and the history with redacted texts. A hidden
complaint shows that it exists. A confidential one, or one that accuses a unit, answers exactly like
a number that was never given out, by the same query and the same page. With the code the reporter
sees the report too.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import store
from core.access import Interface, Origin
from core.clocks import Awaited, next_news
from core.complaint import (
    ClosingReason,
    Complaint,
    ComplaintId,
    Stage,
    State,
    Transition,
    UnitId,
)
from core.messages import AccountId
from core.number import find_numbers
from core.proof import Right, allows, of_other
from core.tables import complaint as complaints
from core.workflow import ABOUT_THE_ACCUSED, CLOSED_FOR, VERIFYING, Action
from gateway.audit import trail
from gateway.audit.entry import Doer
from gateway.bootstrap import Parts
from gateway.desk.briefs import briefs
from gateway.grouping.view import neighbours
from gateway.ops import tries
from gateway.outbound.ledger import Told, ledger
from gateway.outbound.standing import listed
from gateway.outbound.world import World
from gateway.photos.showing import for_reporters, link, proof_of
from gateway.web.access import asker_of
from gateway.web.pages import language_of, page
from gateway.words import Catalogue, catalogue
from gateway.words.moments import spoken
from normalizer.gazetteer import name_of
from normalizer.privacy import redact
from normalizer.problem import categories

_CODE = re.compile(r"^\d{6}$")
_LONGEST_FORM = 1000


async def form(request: Request) -> Response:
    """The page that asks for a number."""
    parts: Parts = request.app.state.parts
    asked = request.query_params.get("nomor", "")
    found = find_numbers(asked, parts.settings.numbers.prefix)
    if found:
        target = f"/lacak/{found[0]}?lang={language_of(request)}"
        return RedirectResponse(target, 303, headers={"Referrer-Policy": "no-referrer"})
    words = catalogue(language_of(request))
    alert = words.page["unknown"] if asked else ""
    return _form(request, parts, alert=alert)


async def view(request: Request) -> Response:
    """What everybody may see of a number."""
    parts: Parts = request.app.state.parts
    number = _number(request, parts)
    async with parts.database.read() as conn:
        may_look = number and allows(of_other(number=True), Right.LOOK)
        found = await store.find_public(conn, number) if may_look else None
        shown = await _answering(conn, found, own=False) if found else None
    if found is None or shown is None:
        words = catalogue(language_of(request))
        return _form(
            request, parts, status=404, number=number, alert=words.page["unknown"],
            heading=words.page["unknown_title"],
        )  # fmt: skip
    return await _report(request, parts, found, shown, own=False)


async def away(request: Request) -> Response:
    """While the database does not answer: it will again, and nothing is lost."""
    words = catalogue(language_of(request))
    return _form(request, request.app.state.parts, status=503, alert=words.page["away"])


async def open_with_code(request: Request) -> Response:
    """What the reporter sees, with the six-digit code of the first message."""
    parts: Parts = request.app.state.parts
    number = _number(request, parts)
    code = await _posted_code(request)
    words = catalogue(language_of(request))
    asker = asker_of(request)
    now = parts.clock()
    try:
        complaint_id = await _tried(parts, number, code, asker, now)
    except _Exhausted:
        return _form(request, parts, status=429, number=number, alert=words.page["exhausted"])
    if complaint_id is None or not allows(of_other(code=True), Right.READ):
        return _form(request, parts, status=403, number=number, alert=words.page["mismatch"])
    async with parts.database.read() as conn:
        loaded = await store.load(conn, [complaint_id], confidential=True)
        found = loaded[complaint_id]
        shown = await _answering(conn, found, own=True)
    assert shown is not None  # noqa: S101 - the reporter's own
    doer = Doer("code", Origin(Interface.TRACKER, asker))
    await trail.looked(parts, doer, "tracker", [shown.complaint])
    return await _report(request, parts, found, shown, own=True)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The complaint that answers for a number, with its history; *neighbours* counts the others
    about its problem that everybody may know of."""

    complaint: Complaint
    history: list[Transition]
    neighbours: int


async def _answering(conn: AsyncConnection, found: Complaint, *, own: bool) -> _Answer | None:
    """*found*, or what it was merged into; None where the public may not see that."""
    item: Complaint | None = found
    if found.merged_into is not None:
        loaded = await store.load(conn, [found.merged_into], confidential=own)
        item = loaded.get(found.merged_into)
        if item is not None and not own:
            item = await store.find_public(conn, item.number)
    if item is None:
        return None
    history = await store.history(conn, item.id)
    return _Answer(item, history, await neighbours(conn, item))


class _Exhausted(Exception):
    """No further code may be tried this hour."""


async def _tried(
    parts: Parts, number: str, code: str, asker: str, now: datetime
) -> ComplaintId | None:
    """The complaint that *code* opens. Counted, compared and recorded in one locked transaction.

    Raises:
        _Exhausted: Try again in an hour.
    """
    async with parts.database.read() as conn:  # who is refused anyway shall not cost a lock
        if (await tries.tally(conn, [number], [asker], now)).is_exhausted(number, asker):
            raise _Exhausted
    async with parts.database.write() as conn:
        await tries.lock(conn)
        if (await tries.tally(conn, [number], [asker], now)).is_exhausted(number, asker):
            raise _Exhausted
        found = await _proven(conn, parts, number, code)
        if found is None:
            await tries.record(conn, tries.rows(number, asker, now, parts.new_id), now)
        return found


async def _proven(conn: Any, parts: Parts, number: str, code: str) -> ComplaintId | None:
    """The complaint, if *code* is its code. Takes as long when there is no such number."""
    query = select(complaints.c.id, complaints.c.code_hash).where(complaints.c.number == number)
    row = (await conn.execute(query)).one_or_none()
    stored = row.code_hash if row else bytes(32)
    same = parts.keys.same(stored, parts.keys.code_hash(row.id if row else 0, code))
    return ComplaintId(row.id) if row and same else None


async def _posted_code(request: Request) -> str:
    """The code in the form; anything that is none gives a code that is always wrong."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return ""
    for part in body.decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        digits = value.replace("+", "").replace("%20", "")
        if name == "kode" and _CODE.match(digits):
            return digits
    return ""


def _number(request: Request, parts: Parts) -> str:
    found = find_numbers(request.path_params["number"], parts.settings.numbers.prefix)
    return found[0] if found else ""


def _form(
    request: Request, parts: Parts, *, status: int = 200, number: str = "", alert: str = "",
    heading: str = "",
) -> Response:  # fmt: skip
    return page(
        request, "lacak.html", parts.settings.service_name, status_code=status,
        number=number, alert=alert, heading=heading,
    )  # fmt: skip


async def _report(
    request: Request, parts: Parts, found: Complaint, shown: _Answer, *, own: bool
) -> Response:
    words = catalogue(language_of(request))
    item = shown.complaint
    hidden = not (found.is_public and item.is_public) and not own
    world = World(
        parts.settings, await request.app.state.units.names(), parts.keys.code, parts.clock()
    )
    values = {} if hidden else _values(item, shown.history, world, words, own=own)
    if own:
        values |= await _own_values(parts, item, shown.history, words)
    merged = words.page["merged_own" if own else "merged_public"].format(number=item.number)
    others = words.page["with_others"].format(count=shown.neighbours)
    values["merged"] = merged if item.id != found.id else ""
    values["others"] = others if shown.neighbours else ""
    service = parts.settings.service_name
    return page(
        request, "laporan.html", service, number=found.number, hidden=hidden, own=own, **values
    )


def _values(
    item: Complaint, history: list[Transition], world: World, words: Catalogue, *, own: bool
) -> dict[str, Any]:
    account = world.settings.account(AccountId(item.account))
    figures = world.deadlines_of(item.account)
    news = next_news(item, UnitId(account.owner if account else ""), figures)
    due = spoken(news.due, world.now, words) if news.due else ""
    known = categories().get(item.category)
    english = words is catalogue("en")
    state = _shown_state(item)
    return {
        "state": item.state.value,
        "status": words.page[f"state_{state}"],
        "unit": world.unit(item.lead_unit),
        "category": (known.label_en if english else known.label) if known else "",
        "area": _area(item, words),
        "received": spoken(item.received_at, world.now, words),
        "next": f"{words.page[f'next_{news.awaited.value}']} {due}".strip(),
        "late": news.awaited is not Awaited.NOTHING and bool(news.due and news.due < world.now),
        "lines": [
            _line(t, world, words, own=own)
            for t in reversed(history)
            if Action(t.action) not in (_FOR_OFFICERS if own else _NOT_PUBLIC)
        ],
    }


async def _own_values(
    parts: Parts, item: Complaint, history: list[Transition], words: Catalogue
) -> dict[str, Any]:
    """What only the reporter sees; still without anything that identifies a person."""
    async with parts.database.read() as conn:
        (brief,) = await briefs(conn, parts.keys, [item])
        notices = await ledger(conn, item.id)
        shown = (await for_reporters(conn, [(item, history)])).get(item.id, ())
    now = parts.clock()
    proof = proof_of(history)
    count = len(proof.photos) if proof else 0
    return {
        "notices": [_notice(told, now, words) for told in reversed(notices)],
        "words": brief.words,
        "place": item.place.words,
        "photos": listed(tuple(p.kind for p in brief.photos), words),
        "result_photos": count,
        "result_pictures": [link(parts.keys, item.id, photo, now) for photo in shown],
        "result_kept": words.page["result_kept"] if len(shown) < count else "",
    }


def _notice(told: Told, now: datetime, words: Catalogue) -> dict[str, str]:
    """One line of what the reporter was told; the reason where not, in plain words."""
    at = told.read_at or told.delivered_at or told.sent_at or told.created_at
    kind = words.page.get(f"notice_{told.kind}", words.page["notice_answer"])
    return {
        "iso": at.isoformat(),
        "at": spoken(at, now, words),
        "what": f"{kind}: {words.page[f'told_{told.state}']}",
        "why": words.reason(told.reason) if told.reason else "",
    }


def _shown_state(item: Complaint) -> str:
    """The status as it is called here: only *tuntas* is plainly finished."""
    if item.closing_reason in CLOSED_FOR:
        return f"closed_{item.closing_reason.name.lower()}"
    if item.stage is not Stage.NONE:
        return "verifying"
    ends = {ClosingReason.DIBATALKAN: "withdrawn", ClosingReason.OTOMATIS: "automatic"}
    known = ends.get(item.closing_reason) if item.closing_reason else None
    return known or item.state.value


def _area(item: Complaint, words: Catalogue) -> str:
    if not item.place.kelurahan:
        return ""
    near = f"{words.page['area_near']} " if item.place.approximate else ""
    return near + name_of(item.place.kelurahan)


_WITHOUT_UNIT = frozenset(
    {Action.AMEND, Action.HIDE, Action.SHOW, Action.RATE, Action.CONFIRM, Action.WITHDRAW}
)
_FOR_THE_REPORTER = ABOUT_THE_ACCUSED | {
    Action.MAKE_CONFIDENTIAL, Action.LIFT_CONFIDENTIAL, Action.MERGE, Action.ABSORB,
    Action.UNMERGE, Action.RELEASE, Action.SPLIT,
}  # fmt: skip
"""Not in the public history, even once it may be read again."""
_FOR_OFFICERS = frozenset({Action.LINK, Action.UNLINK, Action.CONSULT})
"""The time of a link is that of a neighbour's report; what officers ask each other is no news."""
_NOT_PUBLIC = _FOR_THE_REPORTER | _FOR_OFFICERS
_WITHOUT_UNIT = _WITHOUT_UNIT | _FOR_THE_REPORTER
_OWN_WORDS = VERIFYING | {
    Action.FORWARD, Action.COMMENT, Action.OBJECT, Action.LATE, Action.FINISH, Action.CLOSE,
    Action.AUTO_FINISH, Action.ESTIMATE, Action.FILE_TICKET, Action.APPROVE_TICKET,
    Action.REFUSE_TICKET, Action.ASK, Action.CLARIFY, Action.UNANSWERED,
}  # fmt: skip
_OWN_WORDS = _OWN_WORDS | _WITHOUT_UNIT


def _line(item: Transition, world: World, words: Catalogue, *, own: bool) -> dict[str, str]:
    action = Action(item.action)
    key = f"by_{action.name.lower()}" if action in _OWN_WORDS else f"by_{item.to_state.value}"
    if action is Action.OBJECT and item.stage is not Stage.NONE:
        key = "by_object_verifying"
    elif action is Action.WITHDRAW and item.to_state is not State.SELESAI:
        key = "by_withdraw_noted"
    return {
        "iso": item.at.isoformat(),
        "at": spoken(item.at, world.now, words),
        "what": words.page[key],
        "unit": ""
        if key == "by_object_verifying" or action in _WITHOUT_UNIT
        else world.unit(item.unit),
        "text": item.public_text if own else redact(item.public_text),
    }
