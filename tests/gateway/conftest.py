"""The hour at which offices are open."""

import pytest

from tests.house import House


@pytest.fixture
def morning(house: House) -> House:
    """Friday, 08.12 in Jakarta."""
    house.clock.forward(hours=13)
    return house
