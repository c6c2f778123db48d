"""Twilio's error codes and what each asks of us: one table for refused sends and for receipts.

A code is ACCOUNT_BLOCKED only if it stands in the way of every recipient. What depends on the
destination (21408 geo permission, 21606, 21612, 30034 …) is REJECTED, though it needs a person's
eye as well: otherwise one foreign number could stop the city's sending.

The code's page is https://www.twilio.com/docs/api/errors/<code>; meanings are those of Twilio's
dictionary (twilio-error-codes.json) and of the pages 20429, 21617, 63014, 63016, 63018 as stored
in November 2026. Twilio warns that codes get split into finer ones (changelog, 2024-07-10), so an
unknown one must have a sensible reaction too.
"""

from collections.abc import Mapping

from core.messages import Reaction

REACTIONS: Mapping[str, Reaction] = {
    # The account, its credentials, its senders.
    "10001": Reaction.ACCOUNT_BLOCKED,  # account is not active
    "20003": Reaction.ACCOUNT_BLOCKED,  # permission denied: wrong token or key
    "20005": Reaction.ACCOUNT_BLOCKED,  # account not active
    "20006": Reaction.ACCOUNT_BLOCKED,  # access denied
    "20010": Reaction.ACCOUNT_BLOCKED,  # action disabled for account
    "20403": Reaction.ACCOUNT_BLOCKED,  # forbidden
    "20404": Reaction.ACCOUNT_BLOCKED,  # not found: here it is the account that is not
    "21212": Reaction.ACCOUNT_BLOCKED,  # invalid 'From'
    "21603": Reaction.ACCOUNT_BLOCKED,  # neither 'From' nor messaging service
    "21609": Reaction.ACCOUNT_BLOCKED,  # invalid 'StatusCallback': our public address is wrong
    "21660": Reaction.ACCOUNT_BLOCKED,  # 'From' belongs to another account (not in the dictionary)
    "21661": Reaction.ACCOUNT_BLOCKED,  # 'From' cannot send SMS (not in the dictionary)
    "21701": Reaction.ACCOUNT_BLOCKED,  # messaging service does not exist
    "21702": Reaction.ACCOUNT_BLOCKED,  # messaging service not available
    "21703": Reaction.ACCOUNT_BLOCKED,  # messaging service has no number to send with
    "21704": Reaction.ACCOUNT_BLOCKED,  # messaging service contains no numbers
    "21705": Reaction.ACCOUNT_BLOCKED,  # messaging service is invalid
    "30002": Reaction.ACCOUNT_BLOCKED,  # account suspended
    "63001": Reaction.ACCOUNT_BLOCKED,  # channel could not authenticate the request
    "63002": Reaction.ACCOUNT_BLOCKED,  # channel could not find 'From'
    "63007": Reaction.ACCOUNT_BLOCKED,  # no channel with this 'From'
    "63008": Reaction.ACCOUNT_BLOCKED,  # channel misconfigured
    "63020": Reaction.ACCOUNT_BLOCKED,  # Meta Business Manager account error
    "63112": Reaction.ACCOUNT_BLOCKED,  # Meta has disabled the account (not in the dictionary)
    # Too fast; nothing was processed.
    "14107": Reaction.THROTTLED,  # SMS send rate limit exceeded
    "20429": Reaction.THROTTLED,  # too many requests, "safe to retry"
    "21611": Reaction.THROTTLED,  # this 'From' has too many messages queued
    "30022": Reaction.THROTTLED,  # carrier's rate limit
    "63017": Reaction.THROTTLED,  # rate limit
    "63018": Reaction.THROTTLED,  # rate limit of the channel
    "63038": Reaction.THROTTLED,  # daily limit of the account
    # Somebody else's trouble, likely to pass.
    "30001": Reaction.RETRY,  # queue overflow, or older than the validity period
    "30017": Reaction.RETRY,  # carrier network congestion
    "30410": Reaction.RETRY,  # provider timeout
    "63009": Reaction.RETRY,  # channel answered 5xx
    "63010": Reaction.RETRY,  # internal error at Twilio
    "63012": Reaction.RETRY,  # internal error at the channel
    # The phone.
    "30003": Reaction.RETRY_LATER,  # switched off or out of reach
    "30008": Reaction.RETRY_LATER,  # unknown error
    # The address.
    "21211": Reaction.RECIPIENT_GONE,  # not a valid number
    "21214": Reaction.RECIPIENT_GONE,  # cannot be reached
    "21217": Reaction.RECIPIENT_GONE,  # does not appear to be valid
    "21614": Reaction.RECIPIENT_GONE,  # not a mobile number
    "21635": Reaction.RECIPIENT_GONE,  # landline (not in the dictionary; split from 21614)
    "30005": Reaction.RECIPIENT_GONE,  # unknown handset
    "30006": Reaction.RECIPIENT_GONE,  # landline or unreachable carrier
    "63003": Reaction.RECIPIENT_GONE,  # not known to WhatsApp
    "63024": Reaction.RECIPIENT_GONE,  # invalid recipient
    # The person.
    "21610": Reaction.OPTED_OUT,  # replied STOP; Twilio sends nothing before START
    "63014": Reaction.BLOCKED,  # has blocked us, or taken consent back
    "63033": Reaction.BLOCKED,  # the same, older code
    "63015": Reaction.WINDOW_CLOSED,  # has not joined the sandbox: opens when they write to it
    "63016": Reaction.WINDOW_CLOSED,  # last wrote more than 24 hours ago
    # Its picture.
    "12300": Reaction.MEDIA_REFUSED,  # of a type that it does not say or take
    "21620": Reaction.MEDIA_REFUSED,  # invalid address of a file
    "21623": Reaction.MEDIA_REFUSED,  # too many files
    "63019": Reaction.MEDIA_REFUSED,  # media could not be downloaded
    # This message.
    "21408": Reaction.REJECTED,  # region not enabled (geo permissions)
    "21602": Reaction.REJECTED,  # no body
    "21606": Reaction.REJECTED,  # 'From' cannot send to this destination
    "21612": Reaction.REJECTED,  # 'To' not reachable from this 'From'
    "21617": Reaction.REJECTED,  # more than 1,600 characters
    "21658": Reaction.REJECTED,  # a parameter is too long
    "21910": Reaction.REJECTED,  # 'From' and 'To' on different channels
    "30004": Reaction.REJECTED,  # blocked
    "30007": Reaction.REJECTED,  # filtered as unwanted
    "30018": Reaction.REJECTED,  # the carrier wants the sender's name registered (Indonesia)
    "30034": Reaction.REJECTED,  # sender not registered (US numbers)
    "30035": Reaction.REJECTED,  # sender not registered (US numbers)
    "63005": Reaction.REJECTED,  # content not accepted
    "63013": Reaction.REJECTED,  # against the channel's policy
    "63021": Reaction.REJECTED,  # invalid content
    "63032": Reaction.REJECTED,  # this person is in a group that WhatsApp sends nothing to
    "63049": Reaction.REJECTED,  # Meta chose not to deliver
    # A status without a code.
    "undelivered": Reaction.RETRY_LATER,
    "failed": Reaction.RETRY_LATER,
    "canceled": Reaction.REJECTED,
}

BY_STATUS: Mapping[int, Reaction] = {
    401: Reaction.ACCOUNT_BLOCKED,
    403: Reaction.ACCOUNT_BLOCKED,
    404: Reaction.ACCOUNT_BLOCKED,  # wrong account or wrong base address: nothing goes out
    408: Reaction.RETRY,  # the request never arrived whole
    429: Reaction.THROTTLED,
}
"""Where the code says nothing to us."""


def of_refusal(status: int, code: str) -> Reaction:
    """What a refused send (HTTP 3xx, 4xx) asks of us."""
    if status < 400:
        # Twilio redirects no POST: api_base_url points at something else.
        return Reaction.ACCOUNT_BLOCKED
    return REACTIONS.get(code) or BY_STATUS.get(status, Reaction.REJECTED)


def of_failure(code: str) -> Reaction:
    """What a failed delivery asks of us; *code* is the status itself where Twilio gives none."""
    return REACTIONS.get(code, Reaction.REJECTED)
