"""What whoever forwards is shown: a unit with its reason, and where words and point disagree."""

from core.access import OfficerRole
from tests.gateway.web.conftest import Web

LAMP = "lampu jalan mati di jl panjang depan sdn 01"


async def test_the_unit_is_suggested_to_whoever_forwards_while_it_waits(web: Web) -> None:
    number, headers = await web.filed(LAMP), await web.token()
    url = f"/api/v1/complaints/{number}"
    shown = (await web.client.get(url, headers=headers)).json()
    assert shown["suggestion"] == {
        "unit": {"id": "dinas-bina-marga", "name": "Dinas Bina Marga"},
        "words": ["lampu jalan", "mati"],
        "confidence": 0.9,
    }
    assert shown["place"]["rival"] == ""
    validator = await web.token(OfficerRole.VALIDATOR)
    assert (await web.client.get(url, headers=validator)).json()["suggestion"] is None
    await web.house.act(number, "forward", "dinas-bina-marga")
    assert (await web.client.get(url, headers=headers)).json()["suggestion"] is None
