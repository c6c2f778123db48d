"""Whose number is it now? Prepaid numbers are sold again after 60 days (Permenkominfo 14/2018)."""

from dataclasses import replace

from core.proof import Right
from normalizer.dialogue.situation import Situation


def unlocked(s: Situation) -> Situation:
    """*s* with the cases that whoever writes now may speak of.

    After a long silence the older ones are left out, whatever is written and however often, until
    one of their numbers comes with its code.
    """
    since = s.state.silent_since
    quiet = s.last_inbound_at is not None and s.heard.at - s.last_inbound_at > s.policy.silence
    if quiet:
        since = s.last_inbound_at
    if since is None:
        return s
    if any(s.is_proven(c) for c in s.cases if c.last_at <= since):
        return replace(s, state=replace(s.state, silent_since=None))
    s = replace(s, state=replace(s.state, silent_since=since))
    return replace(s, cases=s.allowing(Right.ADD))
