"""Result photos by the REST API: uploaded, named by finish, judged by those who verify."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from core.access import FIELDS, Field, OfficerRole
from gateway.photos.policy import PhotoPolicy, Results
from gateway.web.bodies import MOST_OF_A_PHOTO
from tests.gateway.web.conftest import Web
from tests.gateway.web.test_tracker import code_of, open_
from tests.pictures import exif, photo

DINAS = "dinas-bina-marga"
JPEG = {"Content-Type": "image/jpeg"}


async def worked_on(web: Web) -> tuple[str, dict[str, str]]:
    """A complaint that Bina Marga has, and its token."""
    number = await web.filed()
    await web.house.act(number, "forward", DINAS)
    return number, await web.token(OfficerRole.AGENCY_ADMIN, DINAS)


async def upload(web: Web, number: str, headers: dict[str, str], content: bytes = b"") -> Any:
    path = f"/api/v1/complaints/{number}/photos"
    return await web.client.post(path, content=content or photo(), headers=headers | JPEG)


async def finish(web: Web, number: str, headers: dict[str, str], *photos: str) -> Any:
    body = {"action": "finish", "text": "Sudah menyala.", "photos": list(photos)}
    path = f"/api/v1/complaints/{number}/actions"
    return await web.client.post(path, json=body, headers=headers)


async def test_from_the_upload_to_the_result(web: Web) -> None:
    number, dinas = await worked_on(web)
    answer = await upload(web, number, dinas, photo(exif=exif(software="PicsArt")))
    assert answer.status_code == 201
    assert set(answer.json()) == {"id"}
    done = await finish(web, number, dinas, answer.json()["id"])
    assert done.status_code == 200
    (mine,) = done.json()["result_photos"]
    assert mine["proves"]
    assert mine["unit"]["id"] == DINAS
    assert mine["signals"] is None, "never shown to the agency itself"
    assert done.json()["photos"] == [], "apart from the reporter's"

    path = f"/api/v1/complaints/{number}"
    shown = await web.client.get(f"{path}/photos/{mine['id']}", headers=dinas)
    assert shown.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert not picture.getexif()
    validator = await web.token(OfficerRole.VALIDATOR)
    (judged,) = (await web.client.get(path, headers=validator)).json()["result_photos"]
    assert judged["signals"] == [
        {
            "kind": "editing", "suspicion": True, "number": None,
            "reason": "disimpan dengan penyunting foto: PicsArt", "explained": "",
        }
    ]  # fmt: skip

    page = (await open_(web, number, await code_of(web, number)))[1]
    assert "<dt>Foto hasil</dt><dd>1 (yang belum tampil dilihat pemeriksa dulu)</dd>" in page
    assert "<img" not in page, "nobody has looked at what is odd about it"
    assert "Foto hasil" not in (await web.client.get(f"/lacak/{number}")).text
    await web.house.act(number, "reject", text="Belum menyala.")
    page = (await open_(web, number, await code_of(web, number)))[1]
    assert "Foto hasil" not in page


async def test_the_reporters_page_shows_the_photo_and_nobody_elses(web: Web) -> None:
    number, dinas = await worked_on(web)
    uploaded = (await upload(web, number, dinas, photo(exif=exif()))).json()["id"]
    await finish(web, number, dinas, uploaded)
    page = (await open_(web, number, await code_of(web, number)))[1]
    assert "<dt>Foto hasil</dt><dd>1</dd>" in page
    (address,) = re.findall(r'<img src="(/foto/[^"]+)" alt="Foto hasil 1"', page)
    assert "<img" not in (await web.client.get(f"/lacak/{number}")).text
    shown = await web.client.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert "no-store" in shown.headers["cache-control"]
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert not picture.getexif()
    assert (await web.client.head(address)).status_code == 200
    assert (
        await web.client.get(f"{address[:-1]}{'0' if address[-1] != '0' else '1'}")
    ).status_code == 404
    assert (await web.client.get("/foto/1-2-3-4")).status_code == 404
    web.house.clock.forward(hours=7)
    assert (await web.client.get(address)).status_code == 404


async def test_a_photo_that_is_for_verifiers_is_not_on_the_page(web: Web) -> None:
    number, dinas = await worked_on(web)
    uploaded = (await upload(web, number, dinas)).json()["id"]
    body = {"action": "finish", "text": "Sudah.", "photos": [uploaded], "show_photos": False}
    path = f"/api/v1/complaints/{number}/actions"
    assert (await web.client.post(path, json=body, headers=dinas)).status_code == 200
    page = (await open_(web, number, await code_of(web, number)))[1]
    assert "<img" not in page


READERS = sorted(set(FIELDS) - {OfficerRole.INSPEKTORAT, OfficerRole.CONFIDENTIAL_READER})


@pytest.mark.parametrize("role", READERS)
async def test_signals_are_for_those_who_verify(web: Web, role: OfficerRole) -> None:
    number, dinas = await worked_on(web)
    await upload(web, number, dinas)
    headers = await web.token(role)
    shown = (await web.client.get(f"/api/v1/complaints/{number}", headers=headers)).json()
    (only,) = shown["result_photos"]
    verifies = {OfficerRole.SYSTEM_ADMIN, OfficerRole.VALIDATOR, OfficerRole.FACILITATOR}
    assert (only["signals"] is not None) == (role in verifies) == (Field.SIGNALS in FIELDS[role])


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (b"\xff\xd8\xff" + bytes(MOST_OF_A_PHOTO), 413, None),
        (b"GIF89a" + bytes(50), 422, "photo"),
        (b"%PDF-1.7", 422, "photo"),
        (b"<svg onload=alert(1)>", 422, "photo"),
        (photo()[:300], 422, "photo"),
        (lambda: photo(Image.new("1", (10_000, 10_000)), "PNG"), 422, "photo"),
    ],
    ids=["large", "gif", "pdf", "svg", "torn", "bomb"],
)  # fmt: skip
async def test_what_is_no_photo_is_refused(
    web: Web, content: bytes | Callable[[], bytes], status: int, field: str | None
) -> None:
    number, dinas = await worked_on(web)
    answer = await upload(web, number, dinas, content if isinstance(content, bytes) else content())
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("field") == field


async def test_what_has_no_length_is_cut_off(web: Web) -> None:
    number, dinas = await worked_on(web)

    async def endless() -> Any:
        while True:
            yield bytes(1_000_000)

    path = f"/api/v1/complaints/{number}/photos"
    answer = await web.client.post(path, content=endless(), headers=dinas)
    assert answer.status_code == 413


async def test_only_who_has_it_uploads(web: Web) -> None:
    number, dinas = await worked_on(web)
    assert (await upload(web, "JK2611190999", dinas)).status_code == 404
    elsewhere = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-sosial")
    assert (await upload(web, number, elsewhere)).status_code == 404
    validator = await web.token(OfficerRole.VALIDATOR)
    assert (await upload(web, number, validator)).status_code == 403
    assert (await upload(web, number, {})).status_code == 401
    other = f"{number}/photos?unit=dinas-sosial"
    path = f"/api/v1/complaints/{other}"
    refused = await web.client.post(path, content=photo(), headers=await web.token())
    assert refused.status_code == 409, "it is not with that unit"
    owner = await web.token(OfficerRole.CHANNEL_ADMIN)
    assert (await upload(web, number, owner)).status_code == 201


async def test_finish_names_photos_of_its_own_complaint(web: Web) -> None:
    number, dinas = await worked_on(web)
    other = await web.filed("lubang di jl sudirman depan halte karet", "+628120000002")
    await web.house.act(other, "forward", DINAS)
    foreign = (await upload(web, other, dinas)).json()["id"]
    answer = await finish(web, number, dinas, foreign)
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    stranger = f"/api/v1/complaints/{number}/photos/{foreign}"
    assert (await web.client.get(stranger, headers=dinas)).status_code == 404


async def test_a_photo_that_proved_another_result_is_refused(web: Web) -> None:
    number, dinas = await worked_on(web)
    other = await web.filed("lubang di jl sudirman depan halte karet", "+628120000002")
    await web.house.act(other, "forward", DINAS)
    used = (await upload(web, other, dinas)).json()["id"]
    assert (await finish(web, other, dinas, used)).status_code == 200
    again = (await upload(web, number, dinas)).json()["id"]
    refused = await finish(web, number, dinas, again)
    assert (refused.status_code, refused.json()["field"]) == (422, "photos")
    assert other in refused.json()["detail"]
    body = {
        "action": "finish", "text": "Sudah.", "photos": [again],
        "photo_reason": "Satu foto untuk dua lubang.",
    }  # fmt: skip
    path = f"/api/v1/complaints/{number}"
    done = await web.client.post(f"{path}/actions", json=body, headers=dinas)
    assert done.status_code == 200
    assert "Satu foto" not in done.text, "what explains a signal is as secret as the signal"
    validator = await web.token(OfficerRole.VALIDATOR)
    (judged,) = (await web.client.get(path, headers=validator)).json()["result_photos"]
    assert judged["signals"][0]["number"] == other
    assert judged["signals"][0]["explained"] == "Satu foto untuk dua lubang."


async def test_what_is_verified_is_not_finished_once_more(web: Web) -> None:
    number, dinas = await worked_on(web)
    elsewhere = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-perhubungan")
    assert (await finish(web, number, elsewhere)).status_code in {403, 404}
    assert (await finish(web, number, dinas)).status_code == 200
    path = f"/api/v1/complaints/{number}"
    for again in (await finish(web, number, dinas), await upload(web, number, dinas)):
        assert again.status_code == 409, again.text
    offered = (await finish(web, number, dinas)).json()["allowed"]
    assert "comment" in offered
    for action in offered:
        body = {"action": action, "text": "Ada yang baru.", "note": "Ada yang baru?"}
        answer = await web.client.post(f"{path}/actions", json=body, headers=dinas)
        assert answer.status_code != 403, action


async def test_where_the_policy_asks_for_a_photo_finish_needs_one(web: Web) -> None:
    parts = web.house.parts
    results = Results(photo=PhotoPolicy.REQUIRED)
    parts.settings = parts.settings.model_copy(update={"results": results})
    number, dinas = await worked_on(web)
    answer = await finish(web, number, dinas)
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    uploaded = (await upload(web, number, dinas)).json()["id"]
    assert (await finish(web, number, dinas, uploaded)).status_code == 200


async def test_one_photo_proves_the_result_for_a_whole_problem(web: Web) -> None:
    parts = web.house.parts
    results = Results(photo=PhotoPolicy.REQUIRED)
    parts.settings = parts.settings.model_copy(update={"results": results})
    number, dinas = await worked_on(web)
    other = await web.filed(who="+628120000002")
    await web.house.act(other, "forward", DINAS)
    path = f"/api/v1/complaints/{number}/actions"
    admin = await web.token()
    linked = await web.client.post(path, json={"action": "link", "other": other}, headers=admin)
    assert linked.status_code == 200
    uploaded = (await upload(web, number, dinas)).json()["id"]
    body = {"action": "finish", "text": "Sudah.", "whole_problem": True, "photos": [uploaded]}
    answer = await web.client.post(path, json=body, headers=dinas)
    assert (answer.status_code, answer.json()["skipped"]) == (200, [])
    shown = await web.client.get(f"/api/v1/complaints/{other}", headers=admin)
    assert shown.json()["finished_at"] is not None
