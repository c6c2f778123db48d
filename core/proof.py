"""What each proof of being the reporter allows: one table (finding 15 of the user research).

Numbers are serial and printed on pages, notices are forwarded, prepaid numbers are sold again after
60 days (Permenkominfo 14/2018): what somebody shows decides what may be done with a complaint,
wherever it is shown.
"""

import enum
from collections.abc import Mapping


class Proof(enum.StrEnum):
    """What somebody shows about one complaint."""

    ADDRESS = "address"
    """Writes from the address that reported it, and that was heard of within 60 days."""
    ADDRESS_AND_CODE = "address-and-code"
    """Writes from that address, and names number and code: silence and secrecy are lifted."""
    SHARED_ADDRESS = "shared-address"
    """Writes from that address about what is confidential: whoever holds the phone may do so."""
    SILENT_ADDRESS = "silent-address"
    """Writes from that address after more than 60 days of silence."""
    CODE = "code"
    """Names number and code from elsewhere: another address, or the tracker."""
    TOKEN = "reply-token"  # noqa: S105 - the name of a proof
    """Answers a notice of ours from another address; it may have been forwarded."""
    NUMBER = "number"
    """Names the number alone."""
    NOTHING = "nothing"


class Right(enum.StrEnum):
    """What somebody may do with one complaint, or with none."""

    REPORT = "report"
    """File a new one."""
    LOOK = "public-view"
    READ = "own-view"
    ADD = "add"
    """Words, photos, a place, an answer to what was asked: as its reporter's."""
    TESTIFY = "testify"
    """Add words and photos as *keterangan pihak lain*."""
    OBJECT = "object"
    """BELUM."""
    CONFIRM = "confirm"
    """SUDAH."""
    RATE = "rate"
    HIDE = "hide"
    """Hide it from the public page, and show it again."""
    WITHDRAW = "withdraw"
    LINK = "link"
    """Say of which other it is a repeat, or that it is another one than the neighbour's (BEDA)."""
    NEWS = "news"
    """Be told without asking."""


_ANYBODY = frozenset({Right.REPORT})
_PUBLIC = _ANYBODY | {Right.LOOK}
_ANSWERS = frozenset({Right.ADD, Right.OBJECT, Right.CONFIRM, Right.RATE})
_REPORTER = frozenset(Right) - {Right.TESTIFY}

ALLOWED: Mapping[Proof, frozenset[Right]] = {
    Proof.ADDRESS: _REPORTER,
    Proof.ADDRESS_AND_CODE: _REPORTER,
    # Answers say nothing of it, and its news only that there is some, to who asked for that.
    Proof.SHARED_ADDRESS: _ANYBODY | _ANSWERS | {Right.NEWS},
    Proof.SILENT_ADDRESS: _ANYBODY,
    Proof.CODE: _PUBLIC | {Right.READ, Right.ADD, Right.OBJECT},
    Proof.TOKEN: _PUBLIC | {Right.TESTIFY},
    Proof.NUMBER: _PUBLIC,
    Proof.NOTHING: _ANYBODY,
}
"""The table. What is confidential or accuses a unit has no public view, whatever is shown."""


def allows(proof: Proof, right: Right) -> bool:
    """Whether who shows *proof* may do *right*; a proof that is not listed allows nothing."""
    return right in ALLOWED.get(proof, frozenset())


def of_reporter(*, silent: bool, confidential: bool, code: bool) -> Proof:
    """What the address that reported a complaint shows about it."""
    if code:
        return Proof.ADDRESS_AND_CODE
    if silent:
        return Proof.SILENT_ADDRESS
    return Proof.SHARED_ADDRESS if confidential else Proof.ADDRESS


def of_other(*, code: bool = False, token: bool = False, number: bool = False) -> Proof:
    """What anybody else shows about a complaint: the best of what stands in the message."""
    if code:
        return Proof.CODE
    if token:
        return Proof.TOKEN
    return Proof.NUMBER if number else Proof.NOTHING
