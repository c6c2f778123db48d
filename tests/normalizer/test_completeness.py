"""What has still to be asked of a place, by the kind of the case."""

import pytest

from core.complaint import Kind, Place
from core.messages import Location
from normalizer.completeness import place_missing
from normalizer.reading import Missing

HERE = Location(-6.1936, 106.7697)


@pytest.mark.parametrize(
    ("kind", "place", "missing"),
    [
        (Kind.PUBLIC_SPACE, Place(), Missing.PLACE),
        (Kind.PUBLIC_SPACE, Place("dekat pasar"), Missing.PLACE),
        (Kind.PUBLIC_SPACE, Place("sebelah sana"), Missing.PLACE),
        (Kind.PUBLIC_SPACE, Place("dekat pasar", kelurahan="31.73.05.1001"), None),
        (Kind.PUBLIC_SPACE, Place("dekat pasar", location=HERE), None),
        (Kind.PUBLIC_SPACE, Place(location=HERE), None),
        (Kind.PUBLIC_SPACE, Place("Jl Panjang depan SDN 01"), None),
        (Kind.PUBLIC_SPACE, Place("dekat pasar, Pasar Cipulir"), None),
        (Kind.PERSONAL, Place(), Missing.OFFICE),
        (Kind.PERSONAL, Place("kantor kelurahan"), None),
        (Kind.OTHER, Place(), None),
    ],
)
def test_what_is_missing(kind: Kind, place: Place, missing: Missing | None) -> None:
    assert place_missing(kind, place) is missing
