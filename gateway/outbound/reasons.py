"""Why a notice has not been told: the closed set of reason codes in the ledger.

Each has words for citizens and auditors in the catalogue (``reason.<code>``).
"""

import enum


class Reason(enum.StrEnum):
    """A reason code. Held notices wait for something; cancelled and failed ones are settled."""

    SENDING_OFF = "sending_off"
    NOT_ON_ALLOWLIST = "not_on_allowlist"
    PAUSED = "paused"
    NOT_ANSWERABLE = "not_answerable"
    """A short code, an alphanumeric sender, one of our own numbers."""
    PROVIDER_STOP = "provider_stop"
    """The person told the provider to stop: nothing can leave until START."""
    BLOCKED_BY_USER = "blocked_by_user"
    UNREACHABLE = "unreachable"
    STOPPED_BY_REPORTER = "stopped_by_reporter"
    WINDOW_CLOSED = "window_closed"
    CONFIDENTIAL = "confidential"
    """Nothing about it is pushed to a phone that others may hold."""
    SILENT_ADDRESS = "silent_address"
    """Somebody writes from there after a long silence and shows no code: the number may have been
    sold again."""
    ANSWER_LIMIT = "answer_limit"
    SAME_TEXT = "same_text"
    QUIET_HOURS = "quiet_hours"
    NEWER_NEWS = "newer_news"
    REJECTED = "rejected"
    GIVEN_UP = "given_up"
    """Tried often enough, for long enough."""
    UNSETTLED = "unsettled"
    """Whether it went out could not be found out; repeating would risk telling it twice."""
    UNWRITABLE = "unwritable"
    """A fault of ours in making its text: it is tried again, and stops nobody else's."""
    REPLAYED = "replayed"
    """Caused by a replay that was not allowed to send."""
    OFF_DUTY = "off_duty"
    OFF_ROSTER = "off_roster"
    """The officer is on no roster any more."""
    BUNDLED = "bundled"
    """Waits so that several things become one message."""
    DISCARDED = "discarded"
    """An operator chose to drop what a pause had held."""


RELEASED_BY_WRITING = (Reason.WINDOW_CLOSED.value, Reason.BLOCKED_BY_USER.value)
RELEASED_BY_START = (Reason.PROVIDER_STOP.value,)
RELEASED_BY_SWITCH = (
    Reason.SENDING_OFF.value,
    Reason.NOT_ON_ALLOWLIST.value,
    Reason.PAUSED.value,
    Reason.REPLAYED.value,
)
