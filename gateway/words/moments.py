"""Moments as people say them: Jakarta time, hours with a dot (14.05)."""

from datetime import datetime, timedelta

from core.number import WIB
from gateway.words.catalogue import Catalogue


def spoken(at: datetime, now: datetime, words: Catalogue) -> str:
    """*at* seen from *now*: "hari ini pukul 14.05", "besok pukul 08.00", "3 Des pukul 10.00"."""
    here, today = at.astimezone(WIB), now.astimezone(WIB).date()
    clock = f"{here:%H.%M}"
    near = {
        today: "today",
        today + timedelta(days=1): "tomorrow",
        today - timedelta(days=1): "yesterday",
    }.get(here.date())
    if near:
        return words.piece(near, time=clock)
    return words.piece("on_day", day=day(at, words), time=clock)


def briefly(at: datetime, words: Catalogue) -> str:
    """ "20 Nov 09.10", for an SMS."""
    return words.piece("briefly", day=day(at, words), time=f"{at.astimezone(WIB):%H.%M}")


def day(at: datetime, words: Catalogue) -> str:
    """ "20 Nov"."""
    here = at.astimezone(WIB)
    return f"{here.day} {words.piece('months').split()[here.month - 1]}"
