"""What the core refuses, one class per reaction of the caller.

CoreError
├── Refused            a rule forbids it; say why                        (REST: 422)
│   ├── NotAllowed     this role or unit may not do this                 (REST: 403)
│   └── Impossible     not in this state; `allowed` names what is        (REST: 409)
├── Conflict           somebody was faster; read again, decide again     (REST: 409)
│   └── Outdated       the caller named the version it had seen          (REST: 412)
└── NotFound           no such complaint, as far as this reader may know (REST: 404)
"""


class CoreError(Exception):
    """Root of the tree. Messages name things, never a citizen's words, number or a token."""


class Refused(CoreError):
    """A rule forbids it as asked. *field* names the part of the request that is wrong."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(Refused):
    """The actor's role or unit may not do this."""


class Impossible(Refused):
    """The state of the complaint does not allow the action; *allowed* lists what it does."""

    def __init__(self, message: str, *, allowed: tuple[str, ...]) -> None:
        super().__init__(message)
        self.allowed = allowed

    def __str__(self) -> str:
        said = super().__str__()
        return f"{said}; possible are {', '.join(self.allowed)}" if self.allowed else said


class Conflict(CoreError):
    """The complaint changed since it was read. Reading and deciding again helps."""


class Outdated(Conflict):
    """The caller acted on a version that is not the present one; *version* is: a
    number that grows, or a mark that is another one for everything else."""

    def __init__(self, message: str, *, version: int | str) -> None:
        super().__init__(message)
        self.version = version


class NotFound(CoreError):
    """There is no such thing, or it is none of the reader's business: both look the same."""
