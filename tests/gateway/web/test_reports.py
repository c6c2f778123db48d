"""The reports over REST: who reads what, and the same tables in three forms."""

import csv
import io
import zipfile
from typing import Any

import pytest

from core.access import OfficerRole
from core.reports import REPORTS, Report
from tests.gateway.web.conftest import Web

MONTHLY = "/api/v1/reports/monthly?month=2026-11"


def table(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    (found,) = [t for t in answer["tables"] if t["key"] == key]
    return list(found["rows"])


@pytest.mark.parametrize("role", list(OfficerRole))
async def test_a_role_reads_the_reports_of_its_row_and_no_others(
    web: Web, role: OfficerRole
) -> None:
    headers = await web.token(role)
    for report in Report:
        path = f"/api/v1/reports/{report.value}?month=2026-11"
        expected = 200 if role in REPORTS[report] else 403
        assert (await web.client.get(path, headers=headers)).status_code == expected, report
    assert (await web.client.get(MONTHLY)).status_code == 401


async def test_each_reads_its_own_units_and_whoever_supervises_the_books_reads_all(
    web: Web,
) -> None:
    lamp = await web.filed()
    await web.house.act(lamp, "forward", "dinas-bina-marga")
    await web.filed("halte busway rusak di jl sudirman", "+628120000002")

    async def filed(role: OfficerRole, unit: str, asked: str = "") -> tuple[int, int | None]:
        path = f"{MONTHLY}&unit={asked}"
        answer = await web.client.get(path, headers=await web.token(role, unit))
        if answer.status_code != 200:
            return answer.status_code, None
        body = answer.json()
        whole = any(t["key"] == "pesan-per-kanal" for t in body["tables"])
        count = table(body, "pengaduan-per-unit")[-1]["filed"]
        assert whole == (not asked and count == 2), "messages belong to channels, not to units"
        return 200, count

    super_, field, agency = (
        OfficerRole.SUPERVISOR, OfficerRole.COORDINATOR, OfficerRole.AGENCY_ADMIN,
    )  # fmt: skip
    assert await filed(super_, "sekretariat-daerah") == (200, 2)
    assert await filed(OfficerRole.VALIDATOR, "biro-pemerintahan") == (200, 2)
    assert await filed(OfficerRole.VALIDATOR, "biro-pemerintahan", "dinas-bina-marga") == (200, 1)
    assert await filed(field, "biro-pembangunan-dan-lingkungan-hidup") == (200, 1)
    assert await filed(field, "biro-kesejahteraan-sosial") == (200, 0)
    assert await filed(field, "biro-kesejahteraan-sosial", "dinas-bina-marga") == (403, None)
    assert await filed(agency, "dinas-bina-marga") == (200, 1)
    assert await filed(agency, "dinas-bina-marga", "dinas-sosial") == (403, None)
    assert await filed(OfficerRole.SYSTEM_ADMIN, "biro-pemerintahan", "dinas-tiada") == (404, None)


async def test_json_csv_and_xlsx_hold_the_same(web: Web) -> None:
    await web.filed()
    headers = await web.token()
    body = (await web.client.get(MONTHLY, headers=headers)).json()
    assert (body["month"], body["final"]) == ("2026-11", False)
    (line, total) = table(body, "pengaduan-per-kanal")
    assert (line["name"], line["filed"], total["name"], total["difference"]) == (
        "Chat", 1, "Jumlah", 0,
    )  # fmt: skip
    path = MONTHLY.replace("monthly", "monthly.csv")
    answer = await web.client.get(f"{path}&table=pengaduan-per-kanal", headers=headers)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row[1:3] for row in rows] == [["Kanal", "Masuk"], ["Chat", "1"], ["Jumlah", "1"]]
    assert "laporan-2026-11-pengaduan-per-kanal.csv" in answer.headers["content-disposition"]
    answer = await web.client.get(f"{path}&table=tiada", headers=headers)
    assert (answer.status_code, "ringkasan" in answer.json()["detail"]) == (404, True)
    answer = await web.client.get(MONTHLY.replace("monthly", "monthly.xlsx"), headers=headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(body["tables"])


async def test_a_month_that_has_not_begun_is_not_there(web: Web) -> None:
    headers = await web.token()
    for report in Report:
        path = f"/api/v1/reports/{report.value}?month=2027-01"
        answer = await web.client.get(path, headers=headers)
        assert answer.status_code == 404
        assert "the latest month is 2026-11" in answer.json()["detail"]


async def test_the_signals_on_photos_are_a_workbook_too(web: Web) -> None:
    path = "/api/v1/reports/photo-signals.xlsx?month=2026-11"
    headers = await web.token(OfficerRole.FACILITATOR)
    answer = await web.client.get(path, headers=headers)
    sheets = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/workbook.xml").decode()
    assert 'name="per-unit"' in sheets
    assert 'name="daftar"' in sheets
    table = path.replace(".xlsx", ".csv") + "&table=per-unit"
    answer = await web.client.get(table, headers=headers)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    body = (await web.client.get(path.replace(".xlsx", ""), headers=headers)).json()
    per_unit = next(t for t in body["tables"] if t["key"] == "per-unit")
    assert rows[0] == [column["title"] for column in per_unit["columns"]]
    assert len(rows) == 1 + len(per_unit["rows"])
    assert "photo" not in rows[0]
    answer = await web.client.get(table.replace("per-unit", "tiada"), headers=headers)
    assert (answer.status_code, "daftar" in answer.json()["detail"]) == (404, True)
    agency = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    assert (await web.client.get(path, headers=agency)).status_code == 403
    assert (await web.client.get(table, headers=agency)).status_code == 403
