"""Which text of the catalogue tells a notice. Pure."""

from typing import TYPE_CHECKING

from core.complaint import Kind, Stage
from gateway.outbound.facts import DueNotice
from gateway.outbound.notices import RECEIPT_REMINDER, RIDES_ALONG, Class, class_of
from gateway.outbound.reminding import missing_of
from gateway.outbound.standing import says_what
from normalizer.reading import Missing

if TYPE_CHECKING:
    from gateway.outbound.values import Values

_CONFIDENTIAL = {
    "receipt": "receipt_confidential",
    "emergency_filed": "receipt_confidential",
    "status_one": "status_confidential",
    "withdrawn": "withdrawn_confidential",
    "started": "started",
}
"""What is said of a confidential complaint; whatever else is to be said says nothing of it."""


def key_of(notice: DueNotice, v: "Values") -> str:
    """Which text: the kind of the notice, and what is known."""
    kind, params = notice.kind, notice.params
    if notice.complaint is not None and v.complaint.confidential and kind not in RIDES_ALONG:
        if class_of(kind) is Class.NEWS:
            return "secret_news"
        return _CONFIDENTIAL.get(kind, "added_confidential")
    if kind == "receipt":
        return _receipt_key(v)
    if kind == RECEIPT_REMINDER:
        lacks = missing_of(v.complaint, has_words=says_what(v.about.first_words))
        return f"reminder_{(lacks or Missing.PLACE).value}"
    if kind == "problem_noted":
        return "problem_noted_place" if v.lacks_place else "problem_noted"
    if kind == "emergency":
        return "emergency_fire" if params.get("danger") == "fire" else "emergency"
    if kind == "violence":
        return "violence_suicide" if params.get("danger") == "suicide" else "violence"
    if kind in {"objected", "confirmed"} and v.complaint.stage is not Stage.NONE:
        return f"{kind}_again" if v.complaint.ended_at else f"{kind}_pending"
    if kind == "withdrawn":
        shared = "_shared" if v.about.shared else ""
        return f"withdrawn{shared}_why" if params.get("why") else f"withdrawn{shared}"
    if kind == "started":
        return "started_case" if notice.complaint else "started"
    has_variant = f"{kind}_text" in v.words.keys
    return f"{kind}_text" if has_variant and v.has_officers_text else kind


def _receipt_key(v: "Values") -> str:
    complaint = v.complaint
    if not complaint.is_open or complaint.stage is not Stage.NONE:
        # It could not leave for so long that its questions are over; number and code are not.
        return "receipt_late"
    if complaint.anonymous:
        return "receipt_anonymous_place" if v.lacks_place else "receipt_anonymous"
    if not complaint.category and not says_what(v.about.first_words):
        if v.about.media:
            return "receipt_media"
        if complaint.place.location:
            return "receipt_pin"
    if v.notice.params.get("outside") and not complaint.place.kelurahan:
        return "receipt_outside"
    if v.lacks_place and not v.notice.params.get("asks_nothing"):
        if complaint.kind is Kind.PERSONAL:
            return "receipt_office"
        if complaint.place.words:
            return "receipt_area"
        return "receipt_place_like" if v.notice.params.get("complaints") else "receipt_place"
    if v.listener.pushes_stopped:
        return "receipt_stopped"
    return "receipt" if v.is_with_owner else "receipt_direct"
