"""Texts that may leave at any time, once WhatsApp has approved them: the Content API.

After "Content API resources" and "WhatsApp message template approvals and statuses". Unlike the
real one: nobody looks at a text; it waits as *received* until `Contents.decide`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.demo.provider.refusals import Refusal, refusal

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
_KNOWN_TYPES = frozenset({"twilio/text", "twilio/quick-reply"})
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

Resource = dict[str, object]


@dataclass(frozen=True, slots=True)
class Approval:
    """What WhatsApp was asked, and has said."""

    name: str
    category: str
    status: str = "received"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One text of the account."""

    sid: str
    friendly_name: str
    language: str
    variables: Mapping[str, str]
    types: Mapping[str, Any]
    created_at: datetime
    approval: Approval | None = None

    @property
    def kind(self) -> str:
        """Its content type."""
        return next(iter(self.types))

    @property
    def body(self) -> str:
        """The text, with its places."""
        return str(self.types[self.kind].get("body", ""))


class Contents:
    """Every text of the account, oldest first."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Content] = {}

    def all(self) -> list[Content]:
        """As they were created."""
        return list(self._by_sid.values())

    def find(self, sid: str) -> Content | None:
        """The text with that sid."""
        return self._by_sid.get(sid)

    def create(self, body: bytes, sid: str, now: datetime) -> Content | Refusal:
        """What POST Content does."""
        asked = _object(body)
        types = asked.get("types") if asked is not None else None
        if asked is None or not isinstance(types, dict):
            return refusal(20001)
        # The client library writes null for each type that there is.
        types = {kind: one for kind, one in types.items() if one is not None}
        if (
            not types
            or not set(types) <= _KNOWN_TYPES
            or not all(isinstance(t, dict) for t in types.values())
        ):
            return refusal(20001)
        variables = asked.get("variables") or {}
        places = {p for t in types.values() for p in _PLACE.findall(str(t.get("body", "")))}
        if not isinstance(variables, dict) or not places <= set(variables):
            return refusal(20001)
        content = Content(
            sid, str(asked.get("friendly_name") or ""), str(asked.get("language") or ""),
            variables, types, now,
        )  # fmt: skip
        if not content.language or not content.body:
            return refusal(20001)
        self._by_sid[sid] = content
        return content

    def submit(self, sid: str, body: bytes) -> Content | Refusal:
        """What POST Content/{sid}/ApprovalRequests/whatsapp does. A name is given once, and so is a
        request."""
        content, asked = self._by_sid.get(sid), _object(body)
        if content is None:
            return refusal(20404, f"/v1/Content/{sid}")
        name, category = (str((asked or {}).get(key) or "") for key in ("name", "category"))
        taken = {
            (c.approval.name, c.language) for c in self._by_sid.values() if c.approval is not None
        }
        is_well_said = _NAME.fullmatch(name) and category in _CATEGORIES
        if not is_well_said or content.approval is not None or (name, content.language) in taken:
            return refusal(20001)
        self._by_sid[sid] = replace(content, approval=Approval(name, category))
        return self._by_sid[sid]

    def decide(self, sid: str, status: str = "approved", reason: str = "") -> None:
        """Whoever looks at it has decided."""
        content = self._by_sid[sid]
        assert content.approval is not None, "it was never submitted"  # noqa: S101 - a test's order
        approval = replace(content.approval, status=status, reason=reason)
        self._by_sid[sid] = replace(content, approval=approval)

    def forget_approval(self, sid: str) -> None:
        """As if whoever created it had been stopped before it was submitted."""
        self._by_sid[sid] = replace(self._by_sid[sid], approval=None)

    def is_approved(self, sid: str) -> bool:
        """Whether it may leave outside the window."""
        content = self._by_sid.get(sid)
        return bool(content and content.approval and content.approval.status == "approved")


def content_resource(content: Content, account_sid: str, base_url: str) -> Resource:
    """One text as the API prints it."""
    url = f"{base_url}/v1/Content/{content.sid}"
    return {
        "account_sid": account_sid,
        "date_created": content.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date_updated": content.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "friendly_name": content.friendly_name,
        "language": content.language,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
        "sid": content.sid,
        "types": dict(content.types),
        "url": url,
        "variables": dict(content.variables),
    }


def approval_resource(content: Content) -> Resource:
    """What was asked of WhatsApp about it, and what became of that."""
    approval = content.approval
    return {
        "allow_category_change": True,
        "category": approval.category if approval else "",
        "content_type": content.kind,
        "flows": None,
        "name": approval.name if approval else "",
        "rejection_reason": approval.reason if approval else "",
        "status": approval.status if approval else "unsubmitted",
    }


def content_page(
    contents: list[Content], account_sid: str, base_url: str, params: Mapping[str, str]
) -> Resource | Refusal:
    """One page of ContentAndApprovals."""
    try:
        size, page = int(params.get("PageSize", "50")), int(params.get("Page", "0"))
    except ValueError:
        return refusal(20001)
    if not 1 <= size <= 500 or page < 0:
        return refusal(20001)
    address = f"{base_url}/v1/ContentAndApprovals?PageSize={size}&Page="
    shown = contents[page * size : (page + 1) * size]
    is_more = len(contents) > (page + 1) * size
    return {
        "contents": [
            {
                **content_resource(content, account_sid, base_url),
                "approval_requests": approval_resource(content),
            }
            for content in shown
        ],
        "meta": {
            "first_page_url": f"{address}0",
            "key": "contents",
            "next_page_url": f"{address}{page + 1}" if is_more else None,
            "page": page,
            "page_size": size,
            "previous_page_url": f"{address}{page - 1}" if page else None,
            "url": f"{address}{page}",
        },
    }


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None
