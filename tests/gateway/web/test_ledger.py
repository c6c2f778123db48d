"""What the reporter was told, read by officers and by the reporter."""

from channels.contract import NotSent
from core.messages import Reaction
from tests.gateway.web.conftest import Web


async def test_the_ledger_says_what_was_told_and_why_not(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    house = web.house
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.channel().provider.script = [NotSent(Reaction.REJECTED, "21617")]
    await house.act(number, "process", text="Regu datang.")
    await house.settle()
    await house.act(number, "comment", text="Menunggu suku cadang.")
    answer = await web.client.get(f"/api/v1/complaints/{number}/notices", headers=headers)
    assert answer.status_code == 200
    found = {n["kind"]: n for n in answer.json()["notices"]}
    assert found["receipt"]["state"] == "sent"
    assert found["receipt"]["sent_at"]
    assert found["forwarded"]["reason"] == ""
    assert found["processing"]["state"] == "failed"
    assert found["processing"]["reason_text"] == "ditolak penyedia"
    assert found["processing"]["code"] == "21617"
    assert found["commented"]["state"] == "waiting"
    assert "Regu" not in answer.text, "the ledger holds no words of anybody"


async def test_the_ledger_is_for_those_who_deal_with_the_complaint(web: Web) -> None:
    number = await web.filed()
    path = f"/api/v1/complaints/{number}/notices"
    assert (await web.client.get(path)).status_code == 401
    missing = path.replace(number, "JK2611199999")
    assert (await web.client.get(missing, headers=await web.token())).status_code == 404


async def test_the_reporter_reads_it_in_plain_words(web: Web) -> None:
    number = await web.filed()
    house = web.house
    (brief,) = await house.complaints()
    code = house.parts.keys.code(brief.complaint.id)
    house.channel().provider.script = [NotSent(Reaction.WINDOW_CLOSED, "63016")]
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    page = (await web.client.post(f"/lacak/{number}", data={"kode": code})).text
    assert "Kabar kepada Anda" in page
    assert "tanda terima: terkirim" in page
    assert "kabar diteruskan: ditahan (di luar waktu balas, dikirim bila pelapor menulis)" in page
    public = (await web.client.get(f"/lacak/{number}")).text
    assert "Kabar kepada Anda" not in public
