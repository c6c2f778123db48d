"""When a photo of the result is owed, and which photos may prove it (docs/policy.md). Pure."""

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from core.complaint import Assignment, Complaint, Kind, Role, UnitId
from core.errors import Refused


class PhotoPolicy(enum.StrEnum):
    """Whether a result needs a photo."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Results(BaseModel):
    """What `[results]` of `kanal.toml` sets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    photo: PhotoPolicy = PhotoPolicy.OPTIONAL


def acting(complaint: Complaint, unit: UnitId) -> Assignment | None:
    """The assignment for which an officer of *unit* works: the own one, or else the lead's."""
    return complaint.assignment_of(unit) or complaint.lead


def check_photos(
    complaint: Complaint,
    unit: UnitId,
    wanted: Sequence[int],
    uploaded: Mapping[int, datetime],
    policy: PhotoPolicy,
) -> None:
    """Pass if *unit* may finish with the photos *wanted*; *uploaded* holds those of the complaint.

    Raises:
        Refused: One is not of this complaint or older than the assignment, or none is given where
            one is owed; names the field.
    """
    work = acting(complaint, unit)
    for photo in wanted:
        at = uploaded.get(photo)
        if at is None:
            raise Refused(f"{complaint.number} has no result photo {photo}", field="photos")
        if work is not None and at < work.received_at:
            raise Refused(
                f"photo {photo} was uploaded before {work.unit} was given {complaint.number}: "
                "upload one of this work",
                field="photos",
            )
    if policy is PhotoPolicy.REQUIRED and not wanted and _is_owed(complaint, work):
        raise Refused(
            "a result needs a photo here: upload it to "
            f"/api/v1/complaints/{complaint.number}/photos, then finish with its id",
            field="photos",
        )


def _is_owed(complaint: Complaint, work: Assignment | None) -> bool:
    """By whoever ends the whole, of what can be seen and shown."""
    if complaint.confidential or complaint.kind in {Kind.PERSONAL, Kind.VIOLENCE}:
        return False
    return work is None or work.role is Role.LEAD
