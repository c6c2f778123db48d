"""The processes as a container confines them: no rights, a read-only root, secrets as files."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.ops import alive
from gateway.ops.beats import worker_beats
from gateway.sealing import keys
from gateway.storage.ids import now
from tests.gateway.doctor.test_edges import silent_server
from tests.house import House
from tests.leftovers import own_folder
from tests.servers import free_port

UID = 10001

CONFINE = """
set -e
mount --make-rprivate /
{uncover}
for folder in spool media; do
    mount --bind "$1/volumes/$folder" "$1/data/$folder"
done
if [ -S "$2" ]; then mount --bind "$2" "$1/socket/${{2##*/}}"; fi
mount -o remount,bind,ro /
shift 2
exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all --pdeathsig=SIGKILL "$@"
"""


def uncover(stash: Path) -> str:
    """Shell lines that let all users reach Python and this tree, wherever they were installed."""
    hidden: dict[Path, list[Path]] = {}
    for needed in (Path(sys.base_prefix).resolve(), Path.cwd().resolve()):
        closed = [p for p in needed.parents if not p.stat().st_mode & 0o001]
        if closed:
            hidden.setdefault(closed[-1], []).append(needed)
    lines = []
    for closed_at, paths in hidden.items():
        kept = [(path, stash / str(number)) for number, path in enumerate(paths)]
        lines += [f"mkdir -p {copy} && mount --rbind {path} {copy}" for path, copy in kept]
        lines.append(f"mount -t tmpfs -o mode=0755 none {closed_at}")
        lines += [f"mkdir -p {path} && mount --rbind {copy} {path}" for path, copy in kept]
    return "\n".join(lines)


@dataclass
class Container:
    """Runs commands with the rights of a container on *folder*."""

    folder: Path
    socket: str
    environ: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["unshare", "-m", "sh", "-c",
             CONFINE.format(uncover=uncover(self.folder / "stash")), "sh", str(self.folder),
             self.socket, sys.executable, "-m", *command],
            env=self.environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.running.append(process)
        return process

    def run(self, *command: str) -> tuple[int, str]:
        process = self.start(*command)
        said, complained = process.communicate(timeout=120)
        return process.returncode, said + complained


@pytest.fixture
def container(database_url: str) -> Iterator[Container]:
    if database_url.startswith("sqlite"):
        pytest.skip("containers share a PostgreSQL")
    can = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount --make-rprivate / && mount -o remount,bind,ro /"],
        capture_output=True, check=False,
    )  # fmt: skip
    if can.returncode or os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("NO MOUNTS: a read-only root cannot be made here, run as root to test it")
    folder = own_folder("container", tempfile.gettempdir())
    folder.chmod(0o755)
    for name in ("data/spool", "data/media", "volumes/spool", "volumes/media", "secrets"):
        (folder / name).mkdir(parents=True)
        os.chown(folder / name, UID, UID)
    # The wheel's server keeps its socket in its data folder, which is nobody else's to enter.
    (folder / "socket").mkdir()
    behind = re.search(r"host=(/[^&]+)", database_url)
    socket = f"{behind[1]}/.s.PGSQL.5432" if behind else ""
    url = re.sub(r"host=/[^&]+", f"host={folder}/socket", database_url)
    (folder / "socket" / ".s.PGSQL.5432").touch()
    for name, content in (("database_url", url + "\n"), ("token", "very-secret\n")):
        (folder / "secrets" / name).write_text(content)
    keys.create(folder / "secrets" / "keys.json")
    for path in (folder / "secrets").iterdir():
        os.chown(path, UID, UID)
        path.chmod(0o400)
    (folder / "kanal.toml").write_text(
        'sending = "off"\n[[accounts]]\nid = "sms"\nconnector = "twilio-sms"\nname = "SMS"\n'
        '[accounts.settings]\naccount_sid = "AC0"\nauth_token = "${TWILIO_AUTH_TOKEN}"\n'
        'from = "+62811000112"\n'
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KANAL_")}
    made = Container(folder, socket, clean | {
        "PYTHONPATH": str(Path.cwd()),
        "KANAL_CONFIG": str(folder / "kanal.toml"),
        "KANAL_DATA_DIR": str(folder / "data"),
        "KANAL_DATABASE_URL_FILE": str(folder / "secrets" / "database_url"),
        "KANAL_KEYS_FILE": str(folder / "secrets" / "keys.json"),
        "TWILIO_AUTH_TOKEN_FILE": str(folder / "secrets" / "token"),
    })  # fmt: skip
    yield made
    for process in made.running:
        with process:
            process.kill()
    shutil.rmtree(folder)


def until(container: Container, *command: str) -> None:
    end = time.monotonic() + 120
    while (answer := container.run(*command))[0] != 0:
        assert time.monotonic() < end, answer
        time.sleep(0.2)


def test_gateway_and_worker_run_on_a_read_only_root_without_rights(container: Container) -> None:
    code, said = container.run("gateway.cli", "db", "upgrade")
    assert code == 0, said
    port = str(free_port())
    web = container.start("gateway.cli", "serve", "--port", port, "--no-worker")
    worker = container.start("gateway.cli", "worker")
    until(container, "gateway.ops.alive", "web", port)
    until(container, "gateway.ops.alive", "worker")
    code, said = container.run("gateway.cli", "doctor")
    assert code == 0, said
    assert "spool: writable" in said
    assert "1 at work" in said
    assert "very-secret" not in said
    for process in (web, worker):
        process.send_signal(signal.SIGTERM)
        _, complained = process.communicate(timeout=40)
        assert process.returncode == 0, complained
    assert container.run("gateway.ops.alive", "web", port)[0] == 1
    assert container.run("gateway.ops.alive", "worker")[0] == 1, "it has signed off"
    assert list((container.folder / "volumes" / "spool").iterdir()) == []


def test_a_forgotten_volume_stops_the_start(container: Container) -> None:
    assert container.run("gateway.cli", "db", "upgrade")[0] == 0
    container.environ["KANAL_DATA_DIR"] = str(container.folder / "secrets")
    code, said = container.run("gateway.cli", "check")
    assert code == 1
    assert "spool: cannot be written (Read-only file system)" in said


async def test_a_worker_that_cannot_be_judged_counts_as_alive(house: House) -> None:
    url = house.parts.database.url
    assert not worker_beats(url, "box", now())
    assert worker_beats("postgresql://x@127.0.0.1:1/none", "box", now())
    with silent_server() as port:
        silent = f"postgresql://x@127.0.0.1:{port}/none"
        assert worker_beats(silent, "box", now(), patience_s=0.5)


def test_only_the_web_process_that_answers_is_alive() -> None:
    with silent_server() as port:
        assert not alive.web_answers(port, patience_s=0.3)
    assert not alive.web_answers(1)


@pytest.mark.parametrize("arguments", [[], ["web"], ["web", "x"], ["worker", "1"]])
def test_a_wrong_question_is_refused(arguments: list[str]) -> None:
    assert alive.main(arguments) == 2
