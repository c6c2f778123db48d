"""Databases, clock and ids for all tests. Nothing here reaches beyond the loopback interface."""

import gc
import os
import re
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gateway.ops.garbage import spare_the_program
from tests.databases import Postgres, compile_once, sqlite_template
from tests.house import House, open_house
from tests.leftovers import bind_this_process, memory_folder, remove_leftovers
from tests.postgres import PostgresMissing

gc.disable()  # until everything is collected: what is loaded is no garbage

os.environ.pop("KANAL_CONFIG", None)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory_folder())

_missing: list[str] = []

# The same examples in every run, however slow the machine is; `make soak` looks for new ones.
settings.register_profile(
    "kanal", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("kanal"), derandomize=False)
settings.load_profile("explore" if os.environ.get("KANAL_FUZZ_ALL") else "kanal")

_LONGEST_FIRST = (
    "crash/test_cluster.py", "crash/test_one_process.py", "gateway/test_confined.py",
    "gateway/web/test_openapi.py", "crash", "browser", "gateway/test_restart.py",
    "gateway/test_serve.py", "gateway/doctor", "gateway/test_work_metrics.py",
)  # fmt: skip
"""They mostly wait. The first of several processes gets them, and the others calculate meanwhile;
at the end nobody waits for them alone."""


compile_once()


def pytest_configure(config: pytest.Config) -> None:
    """Each of several processes goes with the first, and that one tidies up once."""
    if hasattr(config, "workerinput"):
        bind_this_process()
    else:
        remove_leftovers()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """From here on there may be garbage."""
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long waits first, all else as it stands."""

    @cache
    def rank(file: str) -> int:
        names = (n for n, part in enumerate(_LONGEST_FIRST) if file.startswith(f"tests/{part}"))
        return next(names, len(_LONGEST_FIRST))

    items.sort(key=lambda item: rank(item.nodeid.partition("::")[0]))


def pytest_collection_finish() -> None:
    """Look for garbage rarely, and not among what is loaded: that took a sixth of all time."""
    spare_the_program()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template") / "kanal.db")


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    try:
        server = Postgres.start()
    except PostgresMissing as error:
        _missing.append(str(error))
        pytest.skip(f"NO POSTGRESQL: {error}")
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the current schema; each test runs on both kinds."""
    if request.param == "sqlite":
        template = request.getfixturevalue("_sqlite_template")
        target = tmp_path / "kanal.db"
        shutil.copy(template, target)
        yield f"sqlite:///{target}"
        return
    server: Postgres = request.getfixturevalue("_postgres")
    url = server.fresh_database()
    yield url
    server.drop(url)


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, where the kind does not matter."""
    target = tmp_path / "kanal.db"
    shutil.copy(_sqlite_template, target)
    return f"sqlite:///{target}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {str(r.longrepr[2]) for r in skipped if isinstance(r.longrepr, tuple)}
    loud = sorted(r for r in reasons if re.search(r"\bNO [A-Z]+:", r))
    for reason in loud:
        terminalreporter.section("NOT TESTED", red=True, bold=True)
        terminalreporter.line(reason, red=True)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A whole gateway on either database."""
    async with open_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def sqlite_house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A whole gateway on SQLite, where the kind does not matter."""
    async with open_house(tmp_path, sqlite_url) as opened:
        yield opened
