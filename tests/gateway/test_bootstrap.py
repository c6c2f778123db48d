"""Starting together on a fresh database, as replicas do."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete

from core.tables import unit
from gateway import keys
from gateway import settings as configuration
from gateway.bootstrap import StartRefused, build
from gateway.database import sync_url
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
