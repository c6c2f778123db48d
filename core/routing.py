"""Where a complaint goes by itself: to the kelurahan of its point, else to who owns the channel.

Sources: geo-tagged complaints go directly to the kelurahan, all others to the owner of the channel,
who forwards them (Pergub 39/2019 art. 8(3), S1; S4). The Inspektorat's channel has a flow of its
own (S4, figure 2.5). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.access import INSPEKTORAT
from core.complaint import Complaint, ComplaintDraft, Kind, State, UnitId


@dataclass(frozen=True, slots=True)
class Channel:
    """An account as far as routing goes.

    *geo_tagged*: what comes with a point goes by it. *confidential*: everything from here is.
    *kelurahan* gives the unit of each kelurahan by its Kemendagri code.
    """

    owner: UnitId
    geo_tagged: bool = False
    confidential: bool = False
    kelurahan: Mapping[str, UnitId] = field(default_factory=dict)


def first_unit(draft: ComplaintDraft, channel: Channel) -> UnitId:
    """The unit at which a new complaint waits."""
    if channel.confidential:
        return INSPEKTORAT
    return _by_place(draft, channel) or channel.owner


def onward(complaint: Complaint, channel: Channel) -> UnitId | None:
    """The kelurahan that *complaint* goes on to now that point and problem are known; None where it
    stays. What somebody has moved already is left to people, and so is what accuses somebody."""
    lead = complaint.lead
    waits = (
        lead is not None
        and complaint.state is State.MENUNGGU
        and lead.unit == channel.owner
        and lead.previous is None
    )
    if not waits or complaint.accused:
        return None
    found = _by_place(complaint, channel)
    return found if found != channel.owner else None


def _by_place(content: Complaint | ComplaintDraft, channel: Channel) -> UnitId | None:
    """The kelurahan in which the point lies, where that is certain enough.

    A point alone waits at the owner until the problem is known; so does one whose kelurahan is only
    guessed from the nearest middle, or contradicted.
    """
    if not channel.geo_tagged or content.confidential or not content.place.pinned:
        return None
    knows_problem = bool(content.category) or content.kind is not Kind.OTHER
    return channel.kelurahan.get(content.place.kelurahan) if knows_problem else None
