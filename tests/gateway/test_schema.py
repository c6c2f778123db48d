"""One history of the schema, the same on both databases, and queues that use their index."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import core.tables
import gateway.tables
from core.tables import metadata
from gateway.storage import schema
from gateway.storage.schema import Version, _connection

QUEUES = [
    ("inbound_sweep", f"select id from inbound where {gateway.tables.INBOUND_TODO}"
     " order by accepted_at, id limit 64"),
    ("inbound_urgent", f"select id from inbound where {gateway.tables.INBOUND_URGENT}"
     " order by accepted_at, id limit 64"),
    ("inbound_todo", f"select id from inbound where queue_key in ('a', 'b') and"
     f" {gateway.tables.INBOUND_TODO}"),
    ("inbound_receipts", f"select id from inbound where {gateway.tables.RECEIPTS_TODO}"
     " order by accepted_at, id limit 64"),
    ("attachment_todo", f"select id from attachment where {gateway.tables.ATTACHMENT_TODO}"
     " and not_before < '2026-01-01' order by not_before, id limit 8"),
    ("notice_todo", f"select * from notice where {gateway.tables.NOTICE_DUE}"
     " and not_before < '2026-01-01' order by priority, not_before, id limit 8"),
    ("notice_todo", f"select min(not_before) from notice where {gateway.tables.NOTICE_DUE}"),
    ("notice_held", f"select id from notice where {gateway.tables.NOTICE_HELD}"
     " and conversation_id in (1, 2)"),
    ("delivery_open", f"select id from delivery where {gateway.tables.DELIVERY_OPEN}"
     " and conversation_id in (1, 2)"),
    ("assignment_one_lead", "select id from assignment where complaint_id = 1"
     " and role = 'lead' and ended_at is null"),
    ("ticket_queue", f"select id from ticket where {core.tables.TICKET_OPEN}"
     " order by filed_at, id limit 50"),
    ("complaint_to_compare", f"select id from complaint where {core.tables.COMPLAINT_TO_COMPARE}"
     " order by id limit 32"),
    ("complaint_near_area", "select id from complaint where kelurahan_code = 'x' and category in"
     " ('a', 'b') and id < 9 and received_at > '2026-01-01' order by id desc limit 40"),
    ("complaint_near_point", f"select id from complaint where {core.tables.COMPLAINT_HAS_POINT}"
     " and category in ('a', 'b') and lat between 1 and 2 and lon between 1 and 2 and id < 9"
     " and received_at > '2026-01-01' order by id desc limit 40"),
    ("complaint_problem", "select id from complaint where problem_id = 1 order by id limit 500"),
    ("complaint_merged", "select id from complaint where merged_into_id in (1, 2) order by id"),
    ("complaint_link_back", "select * from complaint_link where complaint_id in (1, 2) or"
     " other_id in (1, 2) order by id"),
    ("complaint_desk", "select id from complaint where lead_unit_id = 'x' and state = 'proses'"
     " order by id desc limit 50"),
]  # fmt: skip


def test_the_migrations_lead_to_the_tables(database_url: str) -> None:
    with _connection(database_url) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_names_of_the_files_tell_the_order_of_the_migrations() -> None:
    script = ScriptDirectory(str(Path(schema.__file__).parents[1] / "migrations"))
    newest_first = [revision.revision for revision in script.walk_revisions()]
    assert schema.revisions() == newest_first[::-1]


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)
    assert schema.version(database_url) is Version.CURRENT


def test_how_a_database_stands_to_the_program_is_told(database_url: str, tmp_path: Path) -> None:
    assert schema.version(f"sqlite:///{tmp_path / 'new.db'}") is Version.EMPTY
    with _connection(database_url) as conn:
        conn.execute(text("update alembic_version set version_num = '9999'"))
    assert schema.version(database_url) is Version.NEWER
    with _connection(database_url) as conn:
        conn.execute(text(f"update alembic_version set version_num = '{schema.revisions()[-2]}'"))
    assert schema.version(database_url) is Version.OLDER
    with _connection(database_url) as conn:
        conn.execute(text("delete from alembic_version"))
    assert schema.version(database_url) is Version.FOREIGN


def test_a_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "kanal.db"
    schema.upgrade(f"sqlite:///{path}")
    with contextlib.closing(sqlite3.connect(path)) as writer:
        writer.execute("pragma journal_mode=wal")
        writer.execute("insert into number_day values ('2026-11-21', 1)")
        writer.commit()
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("kanal.db", "kanal.db-wal", "kanal.db-shm"), 0o600)


def test_another_programs_tables_are_told_from_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with _connection(url) as conn:
        conn.execute(text("create table spatial_ref_sys (id int)"))
    assert schema.version(url) is Version.EMPTY, "an extension brings tables of its own"
    with _connection(url) as conn:
        conn.execute(text("create table unit (id int)"))
    assert schema.version(url) is Version.FOREIGN
    with _connection(url) as conn:
        conn.execute(text("create table alembic_version (version_num text)"))
        conn.execute(text("insert into alembic_version values ('ab12cd34')"))
    assert schema.version(url) is Version.FOREIGN, "not a newer one of ours"


@pytest.mark.parametrize(("index", "query"), QUEUES, ids=[name for name, _ in QUEUES])
def test_a_queue_is_read_by_its_index(sqlite_url: str, index: str, query: str) -> None:
    with _connection(sqlite_url) as conn:
        plan = conn.execute(text(f"explain query plan {query}")).all()
    used = " ".join(str(row[-1]) for row in plan)
    assert re.search(rf"INDEX {index}\b", used), used


def test_personal_data_stands_in_sealed_and_text_columns_only() -> None:
    allowed = {"transition.public_text", "transition.internal_text", "message.text"}
    suspicious = re.compile(r"name|phone|number|body|text|value|address$|email")
    harmless = {
        "complaint.number", "number_day.day", "unit.name", "account.name", "lease.name",
        "heartbeat.name",
        "poll_cursor.value", "delivery.body_hash", "raw_inbound.body_dropped_at",
    }  # fmt: skip
    for table in metadata.tables.values():
        for column in table.columns:
            full = f"{table.name}.{column.name}"
            if suspicious.search(column.name) and not column.name.endswith("_sealed"):
                assert full in allowed | harmless or column.foreign_keys, full
