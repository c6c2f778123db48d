"""The monthly report over a million complaints: seconds, and the most memory it needs.

The history is made by the database itself, in SQLite: to each complaint a message of a kilobyte,
two assignments and three or six lines of history, a hundred thousand reporters, 200 units.
"""

import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.accept import Figures
from tests.bench.memory import peak_mb

MONTH = "2026-09"
_END = 1_790_787_600  # 30 September 2026, 17.00 UTC: midnight in Jakarta
_DAY = 86_400

_CONFIG = """\
[[accounts]]
id = "sms"
connector = "fake"
name = "SMS"
[[accounts]]
id = "wa"
connector = "fake"
name = "WhatsApp"
"""

_FILL = """
create temp table made as
with recursive i(n) as (select 1 union all select n + 1 from i where n < {count})
select n, n % 100000 + 1 as who, case n % 3 when 0 then 'sms' else 'wa' end as account,
       {begin} + cast((n - 1) * {seconds}.0 / {count} as integer) as filed,
       case when n % 10 = 0 then null else 3600 * (8 + n % 200) end as took,
       (select id from units where ord = n % 200) as unit
from i;

insert into address(id, kind, lookup, key_id)
select who, 'tel:e164', who, 'k' from made group by who;
insert into conversation(id, account_id, address_id, queue_key, dialogue)
select who, 'sms', who, who, '{{}}' from made group by who;
insert into raw_inbound(id, account_id, dedup_key, via, body_sealed, key_id, accepted_at,
                        state)
select n, account, n, 'webhook', zeroblob(600), 'k', at(filed), 'parsed' from made;
insert into inbound(id, raw_id, ord, account_id, event_key, kind, queue_key, parsed_sealed,
                    key_id, accepted_at, handled_at, outcome)
select n, n, 0, account, n, 'message', who, zeroblob(400), 'k', at(filed), at(filed + 2), 'new'
from made;
insert into complaint(id, number, code_hash, account_id, origin_key, state, version, lead_unit_id,
                      kind, category, place, urgent, visibility, confidential, anonymous,
                      received_at, filed_at, finished_at, ended_at, closing_reason)
select n, 'JK' || n, x'00', account, n, iif(took is null, 'proses', 'selesai'),
       iif(took is null, 3, 6), unit, 'public_space', 'kategori-' || n % 30,
       '{{}}', 0, 'public', 0, 0,
       at(filed), at(filed + 2), at(filed + took), at(filed + took + 7200),
       case when took is not null then 'tuntas' end
from made;
insert into assignment(id, complaint_id, unit_id, role, received_at, responded_at, ended_at)
select 2 * n, n, 'biro-pemerintahan', 'lead', at(filed), at(filed + 3600), at(filed + 3600)
from made
union all
select 2 * n + 1, n, unit, 'lead', at(filed + 3600), at(filed + 9000), at(filed + took) from made;
insert into transition(complaint_id, seq, action, from_state, to_state, unit_id, actor_kind,
                       actor_id, at, recorded_at, data)
select n, seq, action, before, after, unit, kind, case kind when 'citizen' then who else 't' end,
       at(filed + plus), at(filed + plus),
       case when clock is null then '{{}}' else json_object('clocks', json_array(json_object(
           'kind', clock, 'unit', unit, 'result', 'met', 'seconds', plus))) end
from (
  select n, who, unit, filed, 1 as seq, 'file' as action, null as before, 'menunggu' as after,
         'citizen' as kind, 2 as plus, null as clock from made
  union all
  select n, who, unit, filed, 2, 'forward', 'menunggu', 'menunggu', 'officer', 3600, 'triage'
  from made
  union all
  select n, who, unit, filed, 3, 'process', 'menunggu', 'proses', 'officer', 9000, 'response'
  from made
  union all
  select n, who, unit, filed, 4, 'finish', 'proses', 'proses', 'officer', took, 'completion'
  from made where took is not null
  union all
  select n, who, unit, filed, 5, 'verify', 'proses', 'proses', 'officer', took + 3600, null
  from made where took is not null
  union all
  select n, who, unit, filed, 6, 'validate', 'proses', 'selesai', 'officer', took + 7200,
         'verification'
  from made where took is not null
) order by n, seq;
"""


def measure(folder: Path, *, count: int, days: int) -> Figures:
    """Report `MONTH` over *count* complaints filed evenly in the *days* up to its end."""
    (folder / "kanal.toml").write_text(_CONFIG)
    run(folder, "2026-01")  # makes the database
    fill(folder / "kanal.db", count, days)
    return run(folder, MONTH)


def fill(path: Path, count: int, days: int) -> None:
    """Make *count* complaints in the database at *path*, whose schema and units are there."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = delete", "journal_mode = off", "synchronous = off", "foreign_keys = off",
        "cache_size = -400000",
    ):  # fmt: skip
        db.execute(f"pragma {pragma}")
    db.execute(
        "create temp table units as select row_number() over (order by id) - 1 as ord, id"
        " from unit where kind in ('skpd', 'kelurahan') limit 200"
    )
    db.execute("create unique index temp.units_ord on units(ord)")
    begin = _END - days * _DAY
    db.execute("begin")
    filled = _FILL.format(count=count, begin=begin, seconds=days * _DAY)
    # As the program keeps a moment in SQLite.
    moment = r"strftime('%Y-%m-%d %H:%M:%S.000000', \1, 'unixepoch')"
    for statement in re.sub(r"\bat\(([^()]*)\)", moment, filled).split(";"):
        db.execute(statement)
    db.execute("commit")
    db.close()


def run(folder: Path, month: str) -> Figures:
    """Run the command; seconds, the peak of its resident memory, and the size of the database."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KANAL_")}
    environ |= {"KANAL_CONFIG": str(folder / "kanal.toml"), "KANAL_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "gateway.cli", "report", "monthly", "--month", month]
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "--out", str(folder / "out")], env=environ, stdout=subprocess.DEVNULL
    )
    # Not its rusage: that begins with the memory of the process that started it.
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, peak_mb(process.pid, default=peak))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"kanal report ended with {process.returncode}")
    return {
        "seconds": time.monotonic() - began,
        "peak_mb": peak,
        "database_mb": (folder / "kanal.db").stat().st_size / 1_000_000,
    }
