"""`kanal serve` as a process: one per file, a worker beside it, and an orderly end."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp

from tests.leftovers import bound
from tests.servers import ended, free_port


async def serving(folder: Path, port: int) -> asyncio.subprocess.Process:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KANAL_")}
    return await asyncio.create_subprocess_exec(
        *bound(sys.executable, "-m", "gateway.cli", "serve", "--port", str(port)),
        env=clean | {"KANAL_DATA_DIR": str(folder)}, cwd=Path.cwd(),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def until_ready(port: int) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


def workers_of(pid: int) -> list[int]:
    """The worker processes whose parent is *pid*."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            command = (entry / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == str(pid) and b"worker" in command:
            found.append(int(entry.name))
    return found


async def test_one_serves_a_second_refuses_and_the_end_is_orderly(tmp_path: Path) -> None:
    port = free_port()
    first = await serving(tmp_path, port)
    await until_ready(port)
    second = await serving(tmp_path, free_port())
    said = await ended(second)
    assert second.returncode == 1
    assert "another kanal serves from" in said
    same_port = await serving(tmp_path / "other", port)
    said = await ended(same_port)
    assert same_port.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in said
    (worker,) = workers_of(first.pid)
    first.terminate()
    await ended(first)
    assert not Path(f"/proc/{worker}").exists()
    assert list((tmp_path / "spool").glob("*.spool")) == []


async def test_whoever_presses_ctrl_c_twice_does_not_wait_and_reads_of_no_error(
    tmp_path: Path,
) -> None:
    port = free_port()
    process = await serving(tmp_path, port)
    await until_ready(port)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    said = await ended(process)
    assert process.returncode == 0
    assert [line for line in said.splitlines() if '"level": "info"' not in line] == []


async def test_a_fallen_worker_is_replaced(tmp_path: Path) -> None:
    port = free_port()
    process = await serving(tmp_path, port)
    await until_ready(port)
    (worker,) = workers_of(process.pid)
    os.kill(worker, signal.SIGKILL)
    async with asyncio.timeout(60):
        while worker in workers_of(process.pid) or not workers_of(process.pid):
            await asyncio.sleep(0.05)
    process.terminate()
    await ended(process)


async def test_a_worker_whose_server_is_gone_ends_by_itself(tmp_path: Path) -> None:
    port = free_port()
    process = await serving(tmp_path, port)
    await until_ready(port)
    (worker,) = workers_of(process.pid)
    process.kill()
    await ended(process)
    async with asyncio.timeout(60):
        while Path(f"/proc/{worker}").exists():
            await asyncio.sleep(0.05)
