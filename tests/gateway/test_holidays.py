"""Days off: the library's, corrected by the operator's file."""

from datetime import date
from pathlib import Path

import pytest

from gateway.configuration.holidays import days_off
from gateway.configuration.settings import SettingsInvalid


def test_the_library_knows_the_national_holidays() -> None:
    known = days_off()
    assert date(2026, 8, 17) in known
    assert date(2045, 12, 25) in known
    assert date(2026, 11, 19) not in known


def test_the_file_adds_and_removes(tmp_path: Path) -> None:
    path = tmp_path / "libur.toml"
    path.write_text("add = [2026-12-24]\nremove = [2026-08-17]\n")
    corrected = days_off(str(path))
    assert date(2026, 12, 24) in corrected
    assert date(2026, 8, 17) not in corrected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("add = 1\n", "expected dates"),
        ("add = [2026-12-24T10:00:00]\n", "expected dates"),
        ("also = []\n", "unknown key 'also'"),
        ("add = [", "libur.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "libur.toml"
    path.write_text(content)
    with pytest.raises(SettingsInvalid, match=said):
        days_off(str(path))


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="nowhere"):
        days_off("nowhere.toml")
