"""The provider's error codes: what a refused call is answered.

Words and codes after the error pages (``https://www.twilio.com/docs/api/errors/<code>``, read
November 2026); codes alone count, the words may change at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

WORDS: Mapping[int, str] = {
    20001: "Unknown parameters",
    20003: "Authenticate",
    20404: "The requested resource {subject} was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21211: "Invalid 'To' Phone Number: {subject}",
    21212: "Invalid From Number (caller ID): {subject}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided ({subject}) is not a valid message-capable Twilio "
    "phone number for this destination/account.",
    21609: "Invalid 'StatusCallback' URL: {subject}",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21624: "Invalid validity period value",
    21654: "ContentSid Required",
    21655: "The ContentSid is Invalid",
    21656: "The ContentVariables Parameter is invalid",
    21701: "The Messaging Service does not exist",
    21703: "The Messaging Service contains no phone numbers",
    21910: "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    63007: "Twilio could not find a Channel with the specified From address",
    63014: "Message failed to send because it was blocked by a user action",
    63016: "Failed to send freeform message because you are outside the allowed window. If you are "
    "using WhatsApp, please use a Message Template.",
    63018: "Rate limit exceeded for Channel",
    63024: "Invalid message recipient",
    63049: "Meta chose not to deliver this marketing message",
}

_STATUS: Mapping[int, int] = {20003: 401, 20404: 404, 20429: 429, 20500: 500}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was refused: HTTP status, code and a sentence."""

    status: int
    code: int
    message: str

    def as_json(self) -> dict[str, object]:
        """As the API prints it."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def words(code: int, subject: str = "") -> str:
    """What the provider says about *code*."""
    return WORDS.get(code, "Error").format(subject=subject)


def refusal(code: int, subject: str = "", *, status: int = 0) -> Refusal:
    """The refusal for *code*: 400 unless the code or *status* says otherwise."""
    return Refusal(status or _STATUS.get(code, 400), code, words(code, subject))
