"""The house as it is meant to be: sizes, rooms, registers that agree, names that are kept."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from channels import registry
from gateway.configuration.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("core", "channels", "normalizer", "gateway")
SOURCES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_stay_small() -> None:
    sizes = sorted(lines(p) for p in SOURCES if "migrations" not in p.parts)
    assert sizes[len(sizes) // 2] < 140
    large = [p.name for p in SOURCES if lines(p) > 400 and "migrations" not in p.parts]
    assert large == []


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("gateway.cli.understanding", {"sqlalchemy", "redis", "aiohttp"}),
        ("gateway.cli.working", {"redis", "aiohttp"}),
        ("gateway.ops.alive", {"sqlalchemy", "pydantic"}),
    ],
)
def test_a_program_starts_without_what_it_may_never_use(module: str, unused: set[str]) -> None:
    ask = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert module in loaded.stdout.split()
    assert unused & set(loaded.stdout.split()) == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_public_names_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == [] or "migrations" in path.parts


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "base", "misc"}
    assert [p for p in SOURCES if p.stem in empty] == []


def test_connectors_register_folders_and_contracts_agree() -> None:
    folders = {p.parent.name for p in (ROOT / "channels").glob("*/__init__.py")}
    registered = {target.split(":")[0].split(".")[1] for target in registry.BUILT_IN.values()}
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (independent,) = [c["modules"] for c in contracts if c["type"] == "independence"]
    assert folders == registered == {m.split(".")[1] for m in independent}
    for folder in folders:
        reads_nothing = folder == "counter"
        payloads = ROOT / "tests" / "channels" / folder / "payloads"
        assert payloads.is_dir() or reads_nothing, folder
        if folder != "fake":
            assert (ROOT / "channels" / folder / "README.md").is_file(), folder


def test_every_setting_stands_in_the_handbook() -> None:
    handbook = (ROOT / "docs" / "configuration.md").read_text()
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in handbook or f"[{name}]" in handbook, name
        inner = getattr(field.annotation, "model_fields", {})
        for part in inner:
            assert f"`{part}`" in handbook, f"{name}.{part}"


def test_every_command_stands_in_the_handbook() -> None:
    from gateway.cli import main

    handbook = (ROOT / "docs" / "configuration.md").read_text()
    for name in main.commands:
        assert f"`kanal {name}" in handbook, name


def test_lock_files_have_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        content = (ROOT / name).read_text()
        assert not re.search(r"https?://|--(extra-)?index|--find-links|\bfile:/", content), name
        assert content.count("==") <= content.count("--hash=sha256:")


def test_only_settings_and_the_entry_points_read_the_environment() -> None:
    readers = {
        str(p.relative_to(ROOT))
        for p in SOURCES
        if re.search(r"os\.environ|os\.getenv", p.read_text(encoding="utf-8"))
    }
    assert readers <= {"gateway/configuration/settings.py", "gateway/processes/beside.py"}
