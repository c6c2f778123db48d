"""The list of messages as the API pages it: filters, page tokens, addresses of the next page. Pure.

Filters after the Message resource page: ``DateSent>`` means *on or after*, ``DateSent<`` *on or
before*; a value without a time of day stands for the whole day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from gateway.demo.provider.messages import Message

DEFAULT_PAGE = 50
MAX_PAGE = 1000

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_TOKEN = "PA"  # noqa: S105 - a page token starts so


class QueryInvalid(ValueError):
    """A filter or page token that cannot be read."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which messages, and which page of them. *since* is included, *until* is not; *after* is the
    sid of the last message of the page before."""

    sender: str = ""
    recipient: str = ""
    since: datetime = _EARLIEST
    until: datetime = _LATEST
    page: int = 0
    page_size: int = DEFAULT_PAGE
    after: str = ""


def read_query(params: Mapping[str, str]) -> Query:
    """The query in a list call's parameters.

    Raises:
        QueryInvalid: A date, number or token is none.
    """
    query = Query(
        sender=params.get("From", ""),
        recipient=params.get("To", ""),
        page=_number(params.get("Page", "0"), 0, 1_000_000),
        page_size=_number(params.get("PageSize", str(DEFAULT_PAGE)), 1, MAX_PAGE),
        after=params.get("PageToken", "").removeprefix(_TOKEN),
    )
    if on := params.get("DateSent"):
        begin, end = _span(on)
        query = replace(query, since=begin, until=end)
    if since := params.get("DateSent>"):
        query = replace(query, since=_span(since)[0])
    if until := params.get("DateSent<"):
        query = replace(query, until=_span(until)[1])
    return query


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest message first; *more* where older ones follow."""

    query: Query
    messages: tuple[Message, ...]
    more: bool


def cut_page(query: Query, newest_first: Iterable[Message]) -> Page:
    """The page that *query* asks for.

    Raises:
        QueryInvalid: The page token names no message of the list.
    """
    rest = iter(newest_first)
    if query.after and not any(message.sid == query.after for message in rest):
        raise QueryInvalid("PageToken")
    fitting = (message for message in rest if query.since <= _moment(message) < query.until)
    found = tuple(islice(fitting, query.page_size + 1))
    return Page(query, found[: query.page_size], len(found) > query.page_size)


def page_addresses(page: Page, path: str, params: Mapping[str, str]) -> dict[str, object]:
    """The part of the answer that leads to other pages; never to a previous one."""
    query = page.query
    filters = {k: v for k, v in params.items() if k not in {"Page", "PageSize", "PageToken"}}
    size = {"PageSize": str(query.page_size)}
    first = f"{path}?{urlencode({**filters, **size, 'Page': '0'})}"
    following = None
    if page.more:
        token = f"{_TOKEN}{page.messages[-1].sid}"
        onward = {**filters, **size, "Page": str(query.page + 1), "PageToken": token}
        following = f"{path}?{urlencode(onward)}"
    start = query.page * query.page_size
    return {
        "first_page_uri": first,
        "next_page_uri": following,
        "previous_page_uri": None,
        "page": query.page,
        "page_size": query.page_size,
        "start": start,
        "end": start + max(len(page.messages) - 1, 0),
        "uri": f"{path}?{urlencode(params)}" if params else path,
    }


def _moment(message: Message) -> datetime:
    # The API knows whole seconds only. Not sent yet: counted by its creation, else a reader who
    # asks for the last minutes would miss exactly the message in doubt.
    return (message.sent_at or message.created_at).replace(microsecond=0)


def _span(value: str) -> tuple[datetime, datetime]:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise QueryInvalid(value) from error
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    whole_day = "T" not in value and " " not in value
    return moment, moment + (timedelta(days=1) if whole_day else timedelta(seconds=1))


def _number(value: str, least: int, most: int) -> int:
    if not value.isdecimal():
        raise QueryInvalid(value)
    return min(max(int(value), least), most)
