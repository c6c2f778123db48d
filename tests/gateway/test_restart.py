"""A new start in the same process: nobody is refused, a broken configuration changes nothing."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.crash.processes import Process, config, environ
from tests.servers import free_port

SECOND = """
[[accounts]]
id = "second"
connector = "twilio-sms"
name = "Second"
[accounts.settings]
account_sid = "AC00000000000000000000000000000000"
auth_token = "another-token"
from = "+62811000113"
"""


@asynccontextmanager
async def serving(folder: Path, *options: str) -> AsyncIterator[tuple[Process, Path]]:
    port = free_port()
    settings = config(folder, "http://127.0.0.1:9", f"http://127.0.0.1:{port}")
    variables = environ(settings, folder, f"sqlite:///{folder / 'kanal.db'}")
    process = Process.serve(variables, port, *options)
    await process.start()
    try:
        yield process, settings
    finally:
        await process.kill()


async def asked(process: Process, path: str, count: int, every_s: float) -> list[int]:
    """The answers to *count* requests, each over a connection of its own; none may fail."""
    url = f"http://127.0.0.1:{process.port}{path}"
    found = []
    for _ in range(count):
        async with aiohttp.ClientSession() as session, session.post(url, data=b"") as answer:
            found.append(answer.status)
        await asyncio.sleep(every_s)
    return found


async def asked_until(wanted: int, process: Process, path: str) -> list[int]:
    """The answers to one request after the other, up to the first that is *wanted*."""
    found: list[int] = []
    async with asyncio.timeout(60):
        while wanted not in found:
            found += await asked(process, path, 1, 0.05)
    return found


async def test_a_reload_refuses_nobody_and_knows_the_new_account(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, settings):
        assert await asked(process, "/webhooks/second", 1, 0) == [404]
        settings.write_text(settings.read_text() + SECOND)
        pid = process.pid
        asking = asyncio.create_task(asked_until(403, process, "/webhooks/second"))
        await asyncio.sleep(0.3)
        process.signal(signal.SIGHUP)
        answers = await asking
        answers += await asked(process, "/webhooks/second", 20, 0.05)
        await process.answers("/health/ready")
        assert set(answers) == {404, 403}, "unknown before, then known: unsigned is refused"
        assert answers == sorted(answers, reverse=True), "and at one moment"
        assert process.is_running
        assert process.pid == pid
        process.signal(signal.SIGHUP)
        await asyncio.sleep(0.2)
        await process.answers("/health/ready")
        assert await asked(process, "/webhooks/second", 1, 0) == [403], "and once more"
        await process.stop()


async def test_a_broken_configuration_is_not_taken(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, settings):
        settings.write_text(settings.read_text() + "\nnonsense = 1\n")
        process.signal(signal.SIGHUP)
        await asyncio.sleep(0.5)
        assert process.is_running
        assert await asked(process, "/webhooks/sms", 1, 0) == [403]


async def test_a_leaving_process_says_so_and_still_takes_requests(tmp_path: Path) -> None:
    async with serving(tmp_path, "--linger", "4") as (process, _):
        process.signal(signal.SIGTERM)
        await process.answers("/health/ready", 503)
        assert await asked(process, "/webhooks/sms", 3, 0.1) == [403] * 3
        async with asyncio.timeout(60):
            while process.is_running:
                await asyncio.sleep(0.05)


async def test_whoever_is_told_to_end_while_starting_anew_ends(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, _), aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{process.port}/health/ready"

        async def ready() -> int:
            async with session.get(url) as answer:
                return answer.status

        assert await ready() == 200
        # It hears out whoever has just come and said nothing yet.
        _, silent = await asyncio.open_connection("127.0.0.1", process.port)
        process.signal(signal.SIGHUP)
        async with asyncio.timeout(60):
            while await ready() != 503:
                await asyncio.sleep(0.01)
        await process.stop()
        silent.close()
