"""An installation from before the sealing keys were known learns them from its rows."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.bootstrap import StartRefused, build
from gateway.configuration.settings import parse
from gateway.sealing import keys
from gateway.sealing.known import KNOWN
from gateway.storage import schema
from gateway.storage.database import sync_url
from tests.house import CONFIG, environment

ADDRESS = (
    "insert into address (id, kind, lookup, value_sealed, key_id)"
    " values (1, 'tel:e164', :found, :sealed, 'k1'), (2, 'tel:e164', :other, null, 'k0')"
)


def before(url: str) -> None:
    """Two people, sealed with two keys, at the schema before."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).unlink()
        sqlite3.connect(url.removeprefix("sqlite:///")).close()
    engine = create_engine(sync_url(url))
    if not url.startswith("sqlite"):
        with engine.begin() as conn:
            conn.execute(text("drop schema public cascade"))
            conn.execute(text("create schema public"))
    schema.upgrade(url, "0024")
    with engine.begin() as conn:
        conn.execute(text(ADDRESS), {"found": b"a", "other": b"b", "sealed": b"x"})
    engine.dispose()


async def test_keys_in_use_are_known_and_one_that_is_gone_is_named(
    database_url: str, tmp_path: Path
) -> None:
    before(database_url)
    schema.upgrade(database_url)
    engine = create_engine(sync_url(database_url))
    with engine.connect() as conn:
        found = [(row.id, row.mark, row.dropped_at) for row in conn.execute(KNOWN)]
    engine.dispose()
    assert sorted(found) == [("k0", None, None), ("k1", None, None)]
    place = environment(tmp_path, database_url)
    keys.create(place.keys_file)
    with pytest.raises(StartRefused, match=r"'k0', in use since .* is not in the key file"):
        await build(parse(CONFIG, "test"), place)
