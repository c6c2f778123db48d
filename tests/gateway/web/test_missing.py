"""What a report does not say, as the officers see it."""

import pytest

from core.access import OfficerRole
from tests.gateway.web.conftest import Web


@pytest.mark.parametrize(
    ("said", "what", "text"),
    [
        ("lampu jalan mati", "place", "belum ada lokasi"),
        ("lampu jalan mati dekat pasar", "place", "lokasi belum jelas"),
        ("KTP saya dari Oktober blm jadi", "office", "belum ada kantornya"),
    ],
)
async def test_asked_and_reminded(web: Web, said: str, what: str, text: str) -> None:
    url, headers = f"/api/v1/complaints/{await web.filed(said)}", await web.token()
    first = (await web.client.get(url, headers=headers)).json()["missing"]
    assert first == {
        "what": what, "asked": 1, "reminded": 0, "text": f"ditanya 1×, diingatkan 0×, {text}",
    }  # fmt: skip
    await web.house.live_on(13 * 3600)
    (listed,) = (await web.client.get("/api/v1/complaints", headers=headers)).json()["complaints"]
    assert listed["missing"]["text"] == f"ditanya 1×, diingatkan 1×, {text}"


async def test_nothing_is_missing_where_the_place_is_said(web: Web) -> None:
    number, headers = await web.filed(), await web.token(OfficerRole.SYSTEM_ADMIN)
    shown = (await web.client.get(f"/api/v1/complaints/{number}", headers=headers)).json()
    assert shown["missing"] is None
