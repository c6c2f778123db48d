"""A command whose streams are closed or full says what is wrong, and writes nowhere else."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway.test_cli import write

KANAL = f"{sys.executable} -m gateway.cli"


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run *line* as from a shell, which alone can close a stream."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KANAL_")}
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("kanal ", f"{KANAL} ", 1)],
        cwd=folder, env=clean | {"PYTHONPATH": str(Path.cwd())}, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("kanal init <&-", 1, "nothing is written: nobody answered; say --url"),
        ("kanal understand --jsonl <&-", 0, ""),
        ("kanal token list >&-", 0, ""),
        ("kanal token list <&- >&- 2>&-", 0, ""),
        ("kanal understand banjir >/dev/full", 1, "could not be written: No space left on device"),
        ("kanal user add budi --unit biro-pemerintahan --role supervisor --password-stdin <&-", 1,
         "a password has 12 to 200 characters"),
    ],
)  # fmt: skip
def test_a_stream_that_is_not_there(tmp_path: Path, line: str, code: int, said: str) -> None:
    done = shell(tmp_path, line)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_printed_never_goes_into_a_file_of_ours(tmp_path: Path) -> None:
    write(tmp_path, "")
    token = "kanal token create --unit biro-pemerintahan --role supervisor >&-"
    assert shell(tmp_path, token).returncode == 0
    assert (tmp_path / "var" / "kanal.db").read_bytes()[:15] == b"SQLite format 3"
    done = shell(tmp_path, "kanal token list")
    assert "supervisor" in done.stdout


def test_a_number_that_no_id_can_be_is_refused(tmp_path: Path) -> None:
    done = shell(tmp_path, "kanal token revoke 99999999999999999999999")
    assert done.returncode == 2
    assert "is not in the range" in done.stderr


def test_metrics_on_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = shell(tmp_path, f"kanal worker --metrics-port {port}")
    assert done.returncode == 1
    assert f"cannot give metrics out on 127.0.0.1:{port}: Address already in use" in done.stderr


@pytest.mark.parametrize("command", ["units", "roster"])
def test_a_list_in_another_encoding_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "list.csv").write_bytes("id,name\nx,Kantor Walikota é".encode("latin-1"))
    done = shell(tmp_path, f"kanal {command} import list.csv")
    assert done.returncode == 1
    assert "list.csv: is no UTF-8 text: save it as CSV UTF-8" in done.stderr
