"""Starting together on a fresh database, as replicas do."""

import asyncio
from pathlib import Path

import pytest

from gateway import keys
from gateway import settings as configuration
from gateway.bootstrap import StartRefused, build
from tests.house import CONFIG, environment


async def test_processes_that_start_together_on_a_fresh_database_all_start(
    tmp_path: Path, database_url: str
) -> None:
    place = environment(tmp_path, database_url)
    keys.create(place.keys_file)
    settings = configuration.parse(CONFIG, "test")
    started = await asyncio.gather(*(build(settings, place) for _ in range(4)))
    assert len({parts.keys.fingerprint for parts in started}) == 1
    for parts in started:
        await parts.close()


async def test_of_two_key_files_on_a_fresh_database_the_first_one_counts(
    tmp_path: Path, database_url: str
) -> None:
    places = [environment(tmp_path / name, database_url) for name in ("a", "b")]
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
