"""What a connector raises, one class per reaction of the gateway.

ChannelError
├── SignatureInvalid   the request is not the provider's      → 403, nothing stored, counted
├── PayloadInvalid     authentic, of no known form            → 2xx, raw kept as *unparsed*
├── ListTooLong        more was listed than is read at once   → a shorter span is asked for
├── MediaUnavailable   not fetched now; `retryable` or not    → tried again, or given up with reason
└── ConnectorInvalid   it cannot be loaded or configured      → start-up stops with a sentence

A failed *send* is not an exception but a value: `contract.NotSent` or `contract.Unknown`.
"""


class ChannelError(Exception):
    """Root of the tree. Messages hold no citizen's words or number, and no secret."""


class SignatureInvalid(ChannelError):
    """The request does not prove that it comes from the provider."""


class PayloadInvalid(ChannelError):
    """Authentic, but not of a form that this connector knows."""


class ListTooLong(ChannelError):
    """The provider lists more than is read at once; a shorter span may fit."""


class MediaUnavailable(ChannelError):
    """The file was not fetched. *code* is stable (``too_large``, ``gone``, ``forbidden_host``…)."""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable


class ConnectorInvalid(ChannelError):
    """No such connector, or one that cannot work here; says what to do."""
