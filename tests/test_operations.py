"""The handbook for operators: it names only what is there, and its recipes work."""

import re
import shlex
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine, text

from gateway.cli import main
from gateway.outbound.reasons import Reason
from gateway.storage.database import Database, sync_url
from gateway.storage.numbers import NumberSource
from tests.gateway.test_cli import kanal

ROOT = Path(__file__).parent.parent
HANDBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "gateway").rglob("*.py"))


def anchor(title: str) -> str:
    """As the forge makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_every_link_leads_somewhere() -> None:
    titles = {anchor(t) for t in re.findall(r"^#+ (.+)$", HANDBOOK, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", HANDBOOK)) <= titles
    for target in re.findall(r"\]\(([\w/.-]+\.md)\)", HANDBOOK):
        assert (ROOT / "docs" / target).is_file(), target
    assert "docs/operations.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_trouble_has_the_three_parts() -> None:
    """Tasks have steps instead; a trouble is recognised by its first-line checklist."""
    for part in re.split(r"^## ", HANDBOOK, flags=re.MULTILINE)[1:]:
        if "**First" in part:
            assert "**Diagnosis.**" in part, part[:40]
            assert "**Not a fault.**" in part, part[:40]


@pytest.mark.parametrize("line", sorted(set(re.findall(r"`(kanal [a-z][^`|]*)`", HANDBOOK))))
def test_every_command_exists_with_its_options(line: str) -> None:
    command: click.Command | None = main
    for word in shlex.split(line)[1:]:
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), word)
            assert command is not None, line
        elif word.startswith("--"):
            known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
            assert word in known, line


def test_every_metric_and_every_log_line_exists() -> None:
    for metric in set(re.findall(r"`(kanal_[a-z_]+)", HANDBOOK)):
        assert f'"{metric}"' in SOURCE, metric
    given = set(
        re.findall(
            r'"(kanal_[a-z_]+_(?:total|seconds|size|waiting|open|up|bytes|'
            r'events|raws))"',
            SOURCE,
        )
    )
    assert len(given) > 10
    for metric in given:
        assert f"`{metric}`" in HANDBOOK, metric
    for event in (
        "loop failed", "account rests", "missed messages found", "signatures refused in a row",
        "commit refused, spooling", "configuration not reloaded", "spool waits",
        "arrival quarantined", "event parked",
    ):  # fmt: skip
        assert f"`{event}`" in HANDBOOK, event
        assert f'"{event}' in SOURCE, event


def test_every_reason_in_the_ledger_is_explained() -> None:
    part = HANDBOOK.partition("## A reporter was not told")[2].partition("\n## ")[0]
    unexplained = {r.value for r in Reason if f"`{r.value}`" not in part}
    # Settled later by itself, and dropped by an operator's own command.
    assert unexplained == {"quiet_hours", "discarded"}


def test_a_copy_of_a_running_database_can_be_restored(tmp_path: Path) -> None:
    token = ("token", "create", "--unit", "biro-pemerintahan", "--role", "supervisor")
    assert kanal(tmp_path, *token).returncode == 0
    (recipe,) = re.findall(r'^python3 -c (".*vacuum into.*")$', HANDBOOK, re.MULTILINE)
    (program,) = shlex.split(recipe)
    program = program.replace("/backup/kanal.db", str(tmp_path / "copy.db"))
    writer = sqlite3.connect(tmp_path / "var" / "kanal.db", isolation_level=None)
    writer.execute("begin immediate")
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    writer.execute("rollback")
    writer.close()
    for name in ("kanal.db", "kanal.db-wal", "kanal.db-shm"):
        (tmp_path / "var" / name).unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(tmp_path / "var" / "kanal.db")
    done = kanal(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert kanal(tmp_path, *token).returncode == 0


async def test_numbers_after_a_restore_are_kept_apart(database_url: str) -> None:
    (recipe,) = re.findall(r"(insert into number_day.*?);", HANDBOOK, re.DOTALL)
    days = {"2026-11-21": 1001, "2026-11-22": 1021}
    database = Database(database_url)
    await NumberSource(database, "JK", 1).reserve(date(2026, 11, 22), 1)
    engine = create_engine(sync_url(database_url))
    for day, first in days.items():
        with engine.begin() as conn:
            conn.execute(text(recipe.replace("2026-11-21", day)))
        numbers = NumberSource(database, "JK", 1)
        await numbers.reserve(date.fromisoformat(day), 1)
        assert str(numbers.take(date.fromisoformat(day))).endswith(str(first))
    engine.dispose()
    await database.close()
