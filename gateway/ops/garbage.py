"""Garbage collection as a process wants it that lives long."""

import gc

_YOUNG = 10_000
"""New objects; Python's own 700 are those of a dozen requests."""


def spare_the_program() -> None:
    """Leave what is loaded by now out of garbage collection.

    Some 140,000 objects of code live as long as the process. To look through them for garbage
    stopped every request for 60 ms, about once in 3,000 messages. What is new is looked through
    less often: requests that wait together for their commit are no garbage yet.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
