"""Which unit the words of a complaint speak for, for whoever has to forward it. Pure.

A hint with its reason, never acted upon: a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.complaint import Complaint, State, UnitId
from normalizer.acts import HINT
from normalizer.understand import understand

_KELURAHAN = "kelurahan"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """*words* are the redacted ones it was read from; *confidence* is between 0 and 1."""

    unit: UnitId
    words: tuple[str, ...]
    confidence: float


def suggested(
    complaint: Complaint, words: str, owner: UnitId, kelurahan: Mapping[str, UnitId]
) -> Suggestion | None:
    """The unit for *complaint*, whose redacted *words* these are, while it waits at the *owner* of
    its channel; None where nothing speaks for one. *kelurahan* gives units by code."""
    lead = complaint.lead
    waits = lead is not None and lead.unit == owner and complaint.state is State.MENUNGGU
    if not waits or not words:
        return None
    reading = understand(words)
    problem = reading.problem
    if problem is not None and problem.unit:
        slug, finding = problem.unit, problem.finding
        sure = finding.confidence if problem.category else min(finding.confidence, HINT)
    else:
        slug, hinted = reading.notes.get("unit_hint", ("", None))
        if hinted is None:
            return None
        finding, sure = hinted, hinted.confidence
    unit = kelurahan.get(complaint.place.kelurahan) if slug == _KELURAHAN else UnitId(slug)
    if unit is None or unit in complaint.accused or unit == owner:
        return None
    return Suggestion(unit, finding.words, round(sure, 2))
