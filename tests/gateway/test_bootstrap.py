"""Starting together on a fresh database, as replicas do."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text

from core.tables import unit
from gateway import bootstrap
from gateway.bootstrap import StartRefused, build
from gateway.configuration import settings as configuration
from gateway.sealing import keys
from gateway.storage.database import sync_url
from tests.house import CONFIG, environment


@pytest.fixture
def fresh_url(database_url: str) -> str:
    """With the schema, and nothing in it: not even the city's units."""
    engine = create_engine(sync_url(database_url))
    with engine.begin() as conn:
        conn.execute(delete(unit))
    engine.dispose()
    return database_url


async def test_processes_that_start_together_on_a_fresh_database_all_start(
    tmp_path: Path, fresh_url: str
) -> None:
    place = environment(tmp_path, fresh_url)
    keys.create(place.keys_file)
    settings = configuration.parse(CONFIG, "test")
    started = await asyncio.gather(*(build(settings, place) for _ in range(4)))
    assert len({parts.keys.fingerprint for parts in started}) == 1
    for parts in started:
        await parts.close()


async def test_a_database_that_cannot_be_written_refuses_the_start_with_a_sentence(
    tmp_path: Path, fresh_url: str
) -> None:
    place = environment(tmp_path, refusing_writes(fresh_url))
    with pytest.raises(StartRefused, match=r"cannot be used: .*read-?only.*`kanal doctor`"):
        await build(configuration.parse(CONFIG, "test"), place)


async def test_a_start_does_not_wait_for_ever_for_what_somebody_holds(
    tmp_path: Path, fresh_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fresh_url.startswith("sqlite"):
        pytest.skip("a file is busy for a bounded time")
    monkeypatch.setattr(bootstrap, "_WRITING_S", 1.0)
    place = environment(tmp_path, fresh_url)
    engine = create_engine(sync_url(fresh_url))
    try:
        with engine.begin() as conn:
            conn.execute(text("lock table unit in access exclusive mode"))
            with pytest.raises(StartRefused, match="does not answer within 1 s"):
                await build(configuration.parse(CONFIG, "test"), place)
    finally:
        engine.dispose()


def refusing_writes(url: str) -> str:
    """The same database, as a standby; a file refuses by a trigger, for root may write any file."""
    if url.startswith("sqlite"):
        engine = create_engine(sync_url(url))
        with engine.begin() as conn:
            conn.execute(
                text(
                    "create trigger refuse before insert on unit begin "
                    "select raise(abort, 'attempt to write a read-only database'); end"
                )
            )
        engine.dispose()
        return url
    join = "&" if "?" in url else "?"
    return f"{url}{join}options=-c%20default_transaction_read_only%3Don"


async def test_of_two_key_files_on_a_fresh_database_the_first_one_counts(
    tmp_path: Path, fresh_url: str
) -> None:
    places = [environment(tmp_path / name, fresh_url) for name in ("a", "b")]
    for place in places:
        keys.create(place.keys_file)
    settings = configuration.parse(CONFIG, "test")
    started = await asyncio.gather(
        *(build(settings, place) for place in places), return_exceptions=True
    )
    refused = [s for s in started if isinstance(s, StartRefused)]
    (first,) = [s for s in started if not isinstance(s, BaseException)]
    assert len(refused) == 1
    with pytest.raises(StartRefused, match="belongs to another installation"):
        raise refused[0]
    await first.close()
