"""Garbage collection as a process wants it that lives long."""

import gc


def spare_the_program() -> None:
    """Leave what is loaded by now out of garbage collection.

    Some 140,000 objects of code live as long as the process. To look through them for garbage
    stopped every request for 60 ms, about once in 3,000 messages.
    """
    gc.collect()
    gc.freeze()
