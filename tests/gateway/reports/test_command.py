"""`kanal report`: files, and a sentence where it cannot be done."""

from pathlib import Path

import pytest

from tests.gateway.test_cli import kanal


def test_it_writes_a_workbook_and_a_file_for_every_table(tmp_path: Path) -> None:
    done = kanal(tmp_path, "report", "monthly", "--month", "2026-01", "--out", "laporan")
    assert done.returncode == 0, done.stderr
    written = sorted(p.name for p in (tmp_path / "laporan").iterdir())
    assert sorted(Path(line).name for line in done.stdout.splitlines()) == written
    assert "laporan-2026-01-pesan-per-kanal.csv" in written


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("monthly", "--month", "2026-13"), "is no month: write it as"),
        (("monthly", "--month", "2099-01"), "has not begun in Jakarta: the latest month is"),
        (("monthly", "--month", "2026-01", "--out", "/dev/null/x"), "name another folder"),
        (("monthly", "--month", "2026-01", "--unit", "dinas-tiada"), "there is no unit"),
        (("pendopo", "--month", "2026-01"), "set pendopo = true"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = kanal(tmp_path, "report", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
