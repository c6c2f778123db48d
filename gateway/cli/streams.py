"""The three streams of a command, as whoever starts it has left them: closed, or full."""

import errno
import os
import sys
from typing import NoReturn

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO}


def stand_in() -> None:
    """Put /dev/null in place of a stream that was closed.

    Else the next file or socket would get its number: what is printed would go into the database,
    and libuv ends a process that closes one of the three.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number, which is this one: those before it are open by now.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def is_full(error: OSError) -> bool:
    """Whether *error* is about what was printed; one about a file of ours names it."""
    return error.errno in _FULL and error.filename is None


def give_up(error: OSError) -> NoReturn:
    """Say it where somebody may still read it, and end without trying to print the rest."""
    said = f"kanal: what was printed could not be written: {error.strerror}\n"
    os.write(2, said.encode())
    os._exit(1)
