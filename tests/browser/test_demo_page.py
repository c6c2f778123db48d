"""The demo as a visitor meets it: a real browser, `kanal demo` as a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.browser.chromium import NAMES, Browser, Page, chromium, find_chromium
from tests.leftovers import bound
from tests.servers import ended, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

_START_S = 60


@dataclass
class Demo:
    """A running `kanal demo`."""

    process: asyncio.subprocess.Process
    base: str


@dataclass
class Visit:
    """A page of a running demo, which others may have visited before."""

    page: Page
    base: str

    async def rows(self) -> int:
        """How many reports the officer's list shows."""
        return int(await self.page.evaluate("document.querySelectorAll('.row').length"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(NAMES)} is installed; set KANAL_CHROMIUM")
    async with chromium(program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    async with running(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, demo: Demo) -> AsyncIterator[Visit]:
    async with visiting(browser, demo) as opened:
        yield opened


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Demo]:
    """A demo of one's own; what it says as errors is to be read from its process."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *bound(sys.executable, "-m", "gateway.cli", "demo", "--port", str(port)),
        env=os.environ | {"KANAL_DATA_DIR": str(folder)},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        await _answers(base)
        yield Demo(process, base)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await ended(process)


@asynccontextmanager
async def visiting(browser: Browser, demo: Demo) -> AsyncIterator[Visit]:
    async with browser.tab() as page:
        await page.open(demo.base)
        await page.until("document.querySelector('#live.on') !== null")
        nothing = "document.querySelector('#list-empty:not([hidden]) strong')?.textContent"
        await page.until(f"document.querySelector('.row') !== null || {nothing}")
        yield Visit(page, demo.base)


async def _answers(base: str) -> None:
    async with asyncio.timeout(_START_S), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{base}/health/live") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)


async def test_a_report_goes_from_the_phone_to_the_officer_and_back(visit: Visit) -> None:
    page = visit.page

    # The citizen: any number, markup that must stay text.
    await page.write("#number", "0812 9999 0001")
    await page.press("Enter")
    await page.says(".chip[aria-pressed=true][title='0812-9999-0001']", "0812")
    words = "<img src=x onerror=alert(1)> lampu jalan mati di jl panjang dpn SDN 01 kel kebon jeruk"
    await page.write("#text", words)
    await page.press("Enter")
    await page.says(".message.mine", words)
    number = await page.text(".message.theirs strong")
    assert number.startswith("JK")
    assert await page.evaluate("document.querySelectorAll('.thread img').length") == 0
    link = await page.evaluate("document.querySelector('.message.theirs a').href")
    assert link == f"{visit.base}/lacak/{number}"
    await page.until("document.querySelector('.message.mine[data-state=accepted]') !== null")
    await page.until("document.querySelector('.message.theirs[data-state=read]') !== null")

    # The officer: the row is there without a reload, and without who reported.
    row = await page.text(f"[data-number={number}]")
    assert "Menunggu" in row
    assert "Kel. Kebon Jeruk" in row
    assert "pelapor ••••0001" in row
    assert "9999" not in await page.text("#desk")
    await page.click(f"[data-number={number}] button")
    await page.says("#detail blockquote", words)

    # Disposisi: a unit from the list, a text that arrives, a note that does not.
    await page.click(".action.dispose")
    await page.click(".composer .primary")
    await page.says(".composer .error", "Pilih unit dari daftar.")
    await page.write("#unit", "bina marga")
    await page.says("#unit-options", "Dinas Bina Marga")
    await page.press("ArrowDown")
    await page.press("Enter")
    await page.write("#action-text", "Regu datang malam ini, hubungi 0812 3456 7890")
    await page.write("#action-note", "mandor sudah tahu")
    await page.click(".composer .primary")
    await page.says(".composer .error", "nomor telepon")
    await page.write("#action-text", "Regu datang malam ini.")
    await page.click(".composer .primary")
    await page.says(".detail-head .state", "Disposisi")
    await page.says("#thread", "Regu datang malam ini.")
    await page.says("#thread .message:last-child", "Dinas Bina Marga")
    assert "mandor" not in await page.text("#thread")
    await page.says(".said.note", "mandor sudah tahu")

    # Selesai needs words; the rating comes back into the history.
    await page.click(".action.finish")
    await page.click(".composer .primary")
    await page.says(".composer .error", "Tulis dulu kalimat untuk pelapor.")
    await page.click(".composer .outward .chip")
    await page.click(".composer .primary")
    await page.says("#thread", "SUDAH atau BELUM")
    await page.write("#text", "5 mantap")
    await page.press("Enter")
    await page.says(".timeline", "Pelapor memberi nilai")
    await page.says(f"[data-number={number}] .state", "hasil diperiksa")

    # The agency's word is not the end: it is verified, then validated.
    await page.click(".action.verify")
    await page.click(".composer .primary")
    await page.says(".timeline", "Hasil diperiksa, dari")
    await page.click(".action.validate")
    await page.click(".composer .primary")
    await page.says("#thread", "hasilnya sudah diperiksa")
    await page.says(f"[data-number={number}] .state", "Selesai")
    assert page.complaints == []


async def test_samples_bring_photo_place_quotation_and_sms(visit: Visit) -> None:
    page = visit.page

    await page.click("[data-sample=pothole] .now")
    await page.until("document.querySelectorAll('.message.mine').length == 2")
    assert await page.evaluate("document.querySelector('.mine img').decode().then(() => true)")
    await page.says(".mine .place", "Blok M")
    number = await page.text(".message.theirs strong")
    await page.click(f"[data-number={number}] button")
    photo = "document.querySelector('.photos img')"
    await page.until(f"{photo}?.naturalWidth > 0")
    assert (await page.evaluate(f"{photo}.src")).startswith("blob:")
    await page.click(".tile")
    await page.until("document.querySelector('dialog[open] img') !== null")
    await page.press("Escape")
    await page.evaluate("document.querySelector('.tile').dataset.pressed = 'yes'")

    await page.until("document.querySelector('.message.theirs .reply') !== null")
    await page.evaluate("document.querySelector('.message.theirs .reply').focus()")
    await page.press("Enter")
    await page.until("!document.querySelector('#quoting').hidden")
    await page.write("#text", "dekat pintu keluar")
    await page.press("Enter")
    await page.until("document.querySelector('.mine .quote') !== null")
    # What comes in later is drawn beside the picture, which stays what it was.
    await page.says("#detail blockquote", "dekat pintu keluar")
    assert await page.evaluate("document.querySelector('.tile').dataset.pressed") == "yes"

    await page.click("[data-sample=lamp] .now")
    await page.until("document.querySelector('#handset').dataset.channel == 'sms'")
    await page.says(".message.theirs .step", "Diterima")
    await page.says(".message.mine .step", "Terkirim")
    assert page.complaints == []


async def test_an_emergency_stands_on_top_and_a_secret_one_nowhere(visit: Visit) -> None:
    page, before = visit.page, await visit.rows()
    await page.click("[data-sample=emergency] .now")
    await page.says("#thread", "TELEPON 112")
    await page.until("document.querySelector('.row.urgent') !== null")
    await page.click("[data-sample=no-place] .now")
    await page.until(f"document.querySelectorAll('.row').length == {before + 2}")
    await page.says(".row:first-child", "DARURAT")
    assert (await page.evaluate("document.title")).startswith("(1) DARURAT")
    await page.click("[data-sample=violence] .now")
    await page.until("document.querySelector('.message.theirs') !== null")
    await asyncio.sleep(1)
    assert await visit.rows() == before + 2
    assert page.complaints == []


async def test_the_list_does_not_move_under_the_pointer(visit: Visit) -> None:
    page, before = visit.page, await visit.rows()
    await page.click("[data-sample=angry] .now")
    await page.until(f"document.querySelectorAll('.row').length == {before + 1}")
    await page.click(".row button")
    await page.evaluate("document.querySelector('[data-sample=not-stop] .now').click()")
    await page.until("!document.querySelector('#arrivals').hidden")
    await page.says("#arrivals", "1 laporan baru")
    assert await visit.rows() == before + 1
    await page.click("#arrivals")
    await page.until(f"document.querySelectorAll('.row').length == {before + 2}")


async def test_nothing_sticks_out_at_any_width(visit: Visit) -> None:
    page = visit.page
    for lang in ("id", "en"):
        await page.call("Page.navigate", url=f"{visit.base}/?lang={lang}")
        await page.until("document.querySelector('#live.on') !== null")
        for width in (320, 390, 820, 1024, 1366, 1920):
            await page.resize(width, 800)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []


async def test_the_demo_stops_while_a_page_is_open(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path / "data") as demo, visiting(browser, demo) as visit:
        demo.process.send_signal(signal.SIGTERM)
        said = await ended(demo.process, 60)
        assert demo.process.returncode == 0
        # A stream that did not end would be cut off after ten seconds, with a line that says so.
        assert said == ""
        await visit.page.until("document.querySelector('#live.on') === null")
