"""Outside the window an approved template tells of news and results; the words follow a reply."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from core.messages import Template
from gateway.outbound.envelopes import LANGUAGES, PURPOSES, Envelope, wanted
from gateway.outbound.notices import COUNTER_RECEIPT, ENVELOPED, NEWS
from gateway.tables import NOTICE_HELD, notice
from gateway.words import catalogue
from normalizer.dialogue.orders import ENVELOPE_BUTTONS
from tests.house import House, open_house

DINAS = "dinas-bina-marga"


def config(*templates: str) -> dict[str, object]:
    settings = {"reply_window_hours": 24, "templates": list(templates)}
    account = {"id": "wa", "connector": "fake", "name": "WhatsApp", "settings": settings}
    return {"accounts": [account]}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    made = config("status/id", "result/id", "status/en")
    async with open_house(tmp_path, database_url, **made) as house:
        yield house


async def reported(house: House, words: str = "lampu jalan mati di jl panjang") -> str:
    """A report of the day before yesterday: nothing may be said freely any more."""
    await house.say("ani", words, "wa")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.heard("ani", "wa")
    house.clock.at = house.clock.at.replace(hour=3) + timedelta(days=2)  # ten in the morning
    return number


async def told(house: House) -> list[tuple[str, Template | None]]:
    """What arrived since, with the template that it was."""
    sent = {m.text: m.template for _, m in house.channel("wa").provider.sent}
    return [(text, sent[text]) for text in house.heard("ani", "wa")]


async def test_a_status_is_told_by_template_and_in_full_after_the_reply(house: House) -> None:
    number = await reported(house)
    await house.act(number, "forward", DINAS, text="Regu datang besok.\nTerima kasih.")
    await house.settle()
    news = "diteruskan ke Dinas Bina Marga"
    ((text, template),) = await told(house)
    assert text == (
        f"Ada kabar tentang laporan Anda {number}: {news}. "
        "Balas pesan ini untuk membaca keterangannya."
    )
    assert template == Template("status/id", {"1": number, "2": news})
    assert sorted(await house.ledger()) == [
        ("forwarded", "held", "window_closed"),
        ("introduction", "told", ""),
        ("receipt", "told", ""),
        ("status_envelope", "told", ""),
    ]
    (provider_id, _) = house.channel("wa").provider.sent[-1]
    await house.say("ani", "Lihat keterangan", "wa", quotes=provider_id)
    await house.pause()
    ((text, template),) = await told(house)
    assert "Regu datang besok. Terima kasih." in text
    assert template is None
    assert len(await house.complaints()) == 1

    await house.say("ani", "Lihat keterangan", "wa", quotes=provider_id)
    await house.pause()
    ((text, _),) = await told(house)
    assert number in text, "pressed once more it says how things stand"


async def test_a_result_is_told_by_its_own_template_and_answered(house: House) -> None:
    number = await reported(house)
    await house.act(number, "forward", DINAS)
    await house.settle()
    await told(house)
    await house.act(number, "finish", DINAS, text="Lampu sudah diganti.")
    await house.settle()
    ((_, template),) = await told(house)
    assert template == Template("result/id", {"1": number, "2": "Dinas Bina Marga"})
    await house.say("ani", "belum", "wa")
    await house.pause()
    (brief,) = await house.complaints()
    assert brief.complaint.objected, "whoever knows what is asked answers at once"


async def test_what_is_worth_no_template_waits(house: House) -> None:
    number = await reported(house)
    await house.act(number, "forward", DINAS)
    await house.settle()
    await told(house)
    await house.act(number, "process", DINAS)
    await house.settle()
    assert await told(house) == []
    assert ("processing", "held", "window_closed") in await house.ledger()


async def test_inside_the_window_nothing_is_sent_twice(house: House) -> None:
    number = await reported(house)
    await house.say("ani", "status", "wa")
    await house.pause()
    await told(house)
    await house.act(number, "forward", DINAS)
    await house.settle()
    ((text, template),) = await told(house)
    assert "diteruskan ke Dinas Bina Marga" in text
    assert template is None
    assert ("status_envelope", "superseded", "newer_news") in await house.ledger()


async def test_a_confidential_report_sends_none(house: House) -> None:
    number = await reported(house)
    await house.act(number, "forward", DINAS)
    await house.act(number, "make-confidential")
    await house.settle()
    assert await told(house) == []
    assert ("status_envelope", "cancelled", "confidential") in await house.ledger()


async def test_what_has_moved_on_is_not_told_any_more(house: House) -> None:
    number = await reported(house)
    house.clock.forward(hours=12)  # night
    await house.act(number, "forward", DINAS)
    await house.settle()
    await house.act(number, "process", DINAS)
    house.clock.forward(hours=9)
    await house.settle()
    assert await told(house) == []
    assert ("status_envelope", "superseded", "newer_news") in await house.ledger()


async def test_without_a_template_it_is_held_as_before(tmp_path: Path, database_url: str) -> None:
    async with open_house(tmp_path, database_url, **config("question/id")) as house:
        number = await reported(house)
        await house.act(number, "forward", DINAS)
        await house.settle()
        assert await told(house) == []
        assert [row for row in await house.ledger() if row[0] != "introduction"] == [
            ("receipt", "told", ""),
            ("forwarded", "held", "window_closed"),
        ]


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wanted_is_what_meta_takes(purpose: str, language: str) -> None:
    text = wanted(purpose, language)
    assert re.fullmatch(r"kanal_[a-z]+_(id|en)_[0-9a-f]{8}", text.name)
    assert not re.search(r"^{{|}}\W*$|}}\s*{{", text.body), "no place begins, ends or meets one"
    assert re.findall(r"{{(\w+)}}", text.body) == sorted(text.samples)
    assert text.samples
    assert "{" not in re.sub(r"{{\d}}", "", text.body)
    assert len(text.body) <= 1024
    assert 0 < len(text.button) <= 20
    assert text.button.casefold() in ENVELOPE_BUTTONS


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sent_into_what_was_approved_reads_as_it_is_kept(
    purpose: str, language: str
) -> None:
    values = {"number": "JK2611190041", "unit": "Dinas Sosial", "news": "ditutup (tuntas)"}
    sent = Envelope(purpose, language, values)
    approved = wanted(purpose, language).body
    arrives = re.sub(r"{{(\d)}}", lambda m: sent.template.values[m[1]], approved)
    assert arrives == sent.text
    assert set(sent.template.values) == set(wanted(purpose, language).samples)


def test_a_changed_text_is_another_template() -> None:
    names = {wanted(p, lang).name for p in PURPOSES for lang in LANGUAGES}
    assert len(names) == len(PURPOSES) * len(LANGUAGES)
    assert wanted("status", "id").name == wanted("status", "id").name


def test_a_value_has_no_line_break_and_an_end() -> None:
    sent = Envelope("status", "id", {"number": "JK1", "news": "a\n\tb     c " + "x" * 500})
    assert sent.template.values["2"].startswith("a b c x")
    assert len(sent.template.values["2"]) == 200
    assert sent.template.values["2"] in sent.text
    assert Envelope("status", "id", {"number": "JK1", "news": " "}).template.values["2"] == "-"


def test_everything_that_is_enveloped_has_words() -> None:
    assert set(ENVELOPED) <= {*NEWS.values(), COUNTER_RECEIPT}
    for language in LANGUAGES:
        for kind in set(ENVELOPED) - {"question", "finished"}:
            values = {"unit": "U", "lead": "L", "closing": "C", "counter": "P"}
            assert catalogue(language).piece(f"news_{kind}", **values)


async def test_a_template_that_comes_later_tells_of_what_was_held(
    database_url: str, tmp_path: Path
) -> None:
    async with open_house(tmp_path, database_url, **config()) as house:
        number = await reported(house)
        other = await reported(house, "sampah menumpuk di jl melati kel duri kepa")
        await house.act(number, "forward", DINAS)
        await house.act(number, "process")
        later = (house.clock() + timedelta(days=20)).date()
        await house.act(number, "estimate", DINAS, text="Suku cadang.", until=later)  # type: ignore[arg-type]
        await house.act(other, "forward", DINAS)
        await house.act(other, "finish", text="Sudah diangkut.")
        await house.settle()
        await house.worker.envelopes.once()
        await house.settle()
        assert house.heard("ani", "wa") == []
        clock, provider = house.clock, house.channel("wa").provider
    clock.forward(hours=1)
    made = config("status/id", "result/id")
    async with open_house(tmp_path, database_url, clock, **made) as house:
        house.channel("wa").provider = provider
        house._sent["wa/ani"], house._count = len(provider.sent), 100
        while await house.worker.envelopes.once():
            await house.settle()
        assert await house.worker.envelopes.once() == 0, "once"
        said = [text for text, _ in await told(house)]
        assert len(said) == 2
        assert "perlu waktu lebih lama" in said[0], "the newest of each"
        assert f"{other} dinyatakan sudah dikerjakan" in said[1]
        await house.say("ani", "Lihat keterangan", "wa")
        await house.pause()
        assert any("Sudah diangkut." in text for text, _ in await told(house))


async def test_what_is_too_old_secret_or_told_gets_none(database_url: str, tmp_path: Path) -> None:
    async with open_house(tmp_path, database_url, **config()) as house:
        old = await reported(house)
        await house.act(old, "forward", DINAS)
        await house.settle()
        house.clock.forward(days=31)
        secret = await reported(house, "sampah menumpuk di jl melati kel duri kepa")
        house.clock.forward(days=2)
        await house.act(secret, "forward", DINAS)
        await house.settle()
        await house.act(secret, "make-confidential")
        clock = house.clock
    async with open_house(tmp_path, database_url, clock, **config("status/id")) as house:
        assert await house.worker.envelopes.once() == 0


async def test_what_was_dropped_for_want_of_a_template_is_due_again(
    database_url: str, tmp_path: Path
) -> None:
    quiet = {"sending": "off"}
    async with open_house(tmp_path, database_url, **config("status/id"), **quiet) as house:
        await house.say("ani", "lampu jalan mati di jl panjang", "wa")
        await house.pause()
        (found,) = await house.complaints()
        house.clock.at = house.clock.at.replace(hour=3) + timedelta(days=2)
        await house.act(found.complaint.number, "forward", DINAS)
        await house.settle()
        clock = house.clock
    async with open_house(tmp_path, database_url, clock, **config()) as house:
        async with house.parts.database.write() as conn:
            await conn.execute(update(notice).where(NOTICE_HELD).values(state="due"))
        await house.settle()
        assert ("status_envelope", "cancelled", "window_closed") in await house.ledger()
    async with open_house(tmp_path, database_url, clock, **config("status/id")) as house:
        assert await house.worker.envelopes.once() == 1
        await house.settle()
        assert ("status_envelope", "told", "") in await house.ledger()
