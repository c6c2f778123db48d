"""The words with which a person stops SMS from a number, as the provider itself understands them.

"Customize users' opt-in and opt-out experience" names the stopping words; the rest and the answers
are long-standing behaviour. Exactly the word and nothing else, whatever the case.
"""

import enum


class OptOutType(enum.StrEnum):
    """What the webhook may be told in OptOutType."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_MEANING = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        OptOutType.STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), OptOutType.START),
    **dict.fromkeys(("HELP", "INFO"), OptOutType.HELP),
}

ANSWERS = {
    OptOutType.STOP: "You have successfully been unsubscribed. You will not receive any more "
    "messages from this number. Reply START to resubscribe.",
    OptOutType.START: "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    OptOutType.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def meaning(text: str) -> OptOutType | None:
    """What *text* tells the provider, if anything."""
    return _MEANING.get(text.strip().upper())
