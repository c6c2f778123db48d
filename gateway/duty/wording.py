"""The words of duty notices: number, category, kelurahan, due time. Never a citizen's words, number
or place finer than the kelurahan; of what is confidential not even these. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.complaint import Complaint, Place
from gateway.duty.rules import clock_of
from gateway.outbound.standing import label_of
from gateway.words import Catalogue, Form
from gateway.words.moments import spoken
from normalizer.gazetteer import name_of

_SECRET = {
    "duty_emergency": "duty_emergency_secret",
    "duty_acknowledged": "duty_acknowledged_secret",
}
_LISTED = 3
"""So many stand in one SMS; the others are counted."""
_LISTED_IN_CHAT = 20


def worded(
    kind: str,
    params: Mapping[str, Any],
    complaint: Complaint | None,
    words: Catalogue,
    now: datetime,
) -> tuple[str, dict[str, str]]:
    """The key of the text for one notice, and the values in it."""
    if complaint is None:
        return kind, {}
    if complaint.confidential:
        return _SECRET.get(kind, "duty_secret"), {}
    decision = words.piece(f"duty_{params['decision']}") if "decision" in params else ""
    values = {
        "number": complaint.number,
        "category": label_of(complaint.category, "id") if complaint.category else "",
        "area": _area(complaint.place, words),
        "due": _due(complaint, params, words, now),
        "share": str(params.get("share", "")),
        "decision": decision,
        "ticket": words.piece(f"ticket_{params['filed']}") if "filed" in params else "",
    }
    values["what"] = ", ".join(v for v in (values["category"], values["area"]) if v)
    return kind, values


def bundled(
    about: Sequence[tuple[str, Mapping[str, Any], Complaint]],
    words: Catalogue,
    form: Form,
    now: datetime,
) -> tuple[str, dict[str, str]]:
    """The same for several that are told together: how many, which, and what is due first."""
    open_ = [(kind, params, c) for kind, params, c in about if not c.confidential]
    dues = [clock.due_at for _, params, c in open_ if (clock := clock_of(c, params)) is not None]
    most = _LISTED if form is Form.SMS else _LISTED_IN_CHAT
    parts = [
        words.fill("duty_line", form, {"number": c.number, "event": words.piece(kind)})
        for kind, _, c in open_[:most]
    ]
    left = len(about) - len(parts)
    if left:
        parts.append(words.piece("duty_more", count=str(left)))
    first = words.piece("duty_first", due=spoken(min(dues), now, words)) if dues else ""
    listed = ", ".join(parts) if form is Form.SMS else "\n".join(parts)
    return "duty_many", {"count": str(len(about)), "list": listed, "first": first}


def _area(place: Place, words: Catalogue) -> str:
    if not place.kelurahan:
        return words.piece("duty_nowhere")
    piece = "near" if place.approximate else "in_kelurahan"
    return words.piece(piece, kelurahan=name_of(place.kelurahan))


def _due(complaint: Complaint, params: Mapping[str, Any], words: Catalogue, now: datetime) -> str:
    if "until" in params:
        return spoken(datetime.fromisoformat(params["until"]), now, words)
    clock = clock_of(complaint, params) if "unit" in params else None
    return spoken(clock.due_at, now, words) if clock else words.piece("duty_open_end")
