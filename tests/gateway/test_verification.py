"""From the agency's word to the end: verified, validated, rejected, or nobody looked in time."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.access import Officer, OfficerRole
from core.complaint import ClockKind, ClosingReason, Complaint, Stage, State, UnitId
from core.errors import Impossible, NotAllowed, Refused
from core.ticket import Grounds
from gateway.reports.month import period_of
from gateway.reports.twice_rejected import twice_rejected
from tests.databases import ON_SQLITE
from tests.house import House, open_house

BIRO = UnitId("biro-pemerintahan")
DINAS = Officer("dinas", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
FACILITATOR = Officer("fasilitator", BIRO, OfficerRole.FACILITATOR)
VALIDATOR = Officer("validator", BIRO, OfficerRole.VALIDATOR)
LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"
HOUR = 3600


async def finished(house: House) -> str:
    house.clock.forward(hours=13)  # Friday, 08.12
    await house.say("ani", LAMP)
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.act(number, "forward", DINAS.unit)
    await house.act(number, "process", by=DINAS)
    await house.act(number, "finish", by=DINAS, text="Sudah menyala.")
    await house.settle()
    house.heard("ani")
    return number


async def now(house: House, number: str) -> Complaint:
    return next(b.complaint for b in await house.complaints() if b.complaint.number == number)


async def test_verified_by_one_and_validated_by_another(house: House) -> None:
    number = await finished(house)
    with pytest.raises(Impossible, match="'validate' is not possible now"):
        await house.act(number, "validate", by=VALIDATOR)
    await house.act(number, "verify", by=FACILITATOR)
    with pytest.raises(NotAllowed, match="validator"):
        await house.act(number, "validate", by=FACILITATOR)
    ended = await house.act(number, "validate", by=VALIDATOR)
    assert (ended.state, ended.stage) == (State.SELESAI, Stage.NONE)
    assert ended.closing_reason is ClosingReason.TUNTAS
    assert ended.finished_at is not None
    assert ended.ended_at == house.clock()
    await house.settle()
    (told,) = house.heard("ani")
    assert "hasilnya sudah diperiksa" in told


@ON_SQLITE
async def test_whoever_finished_it_does_not_check_it(house: House) -> None:
    number = await finished(house)
    same = Officer("dinas", BIRO, OfficerRole.VALIDATOR)
    for action, text in (("verify", ""), ("check-field", ""), ("reject", "x")):
        with pytest.raises(NotAllowed, match="somebody else checks"):
            await house.act(number, action, by=same, text=text)


@ON_SQLITE
async def test_after_a_belum_somebody_must_go_and_look(house: House) -> None:
    number = await finished(house)
    await house.say("ani", "belum")
    await house.pause()
    assert (await now(house, number)).objected
    await house.act(number, "verify", by=FACILITATOR)
    with pytest.raises(Impossible, match="after a check in the field"):
        await house.act(number, "validate", by=VALIDATOR)
    await house.act(number, "check-field", by=VALIDATOR)
    await house.act(number, "verify", by=FACILITATOR, note="dilihat di tempat")
    assert (await house.act(number, "validate", by=VALIDATOR)).closing_reason is (
        ClosingReason.TUNTAS
    )


@ON_SQLITE
async def test_a_rejected_result_goes_back_and_the_clock_runs_from_the_first_receipt(
    house: House,
) -> None:
    number = await finished(house)
    filed = (await now(house, number)).filed_at
    again = await house.act(number, "reject", by=VALIDATOR, text="Masih mati.")
    assert (again.state, again.lead_unit, again.rejections) == (State.PROSES, DINAS.unit, 1)
    assert again.lead is not None
    running = {c.kind.value: c for c in again.clocks if c.runs}
    assert set(running) == {"completion"}
    assert running["completion"].began_at == filed
    await house.settle()
    (told,) = house.heard("ani")
    assert "Dikembalikan ke Dinas Bina Marga" in told


async def test_another_problem_found_on_site_goes_back_to_the_agency(house: House) -> None:
    number = await finished(house)
    with pytest.raises(Impossible, match="'report-back' is not possible now"):
        await house.act(number, "report-back", by=FACILITATOR, text="Tiangnya miring.")
    await house.act(number, "check-field", by=VALIDATOR)
    with pytest.raises(Refused, match="needs a text"):
        await house.act(number, "report-back", by=FACILITATOR)
    with pytest.raises(NotAllowed, match="facilitator"):
        await house.act(number, "report-back", by=DINAS, text="Tiangnya miring.")
    house.clock.forward(hours=30)
    again = await house.act(number, "report-back", by=FACILITATOR, text="Tiangnya miring.")
    assert (again.state, again.stage, again.lead_unit) == (State.PROSES, Stage.NONE, DINAS.unit)
    assert (again.rejections, again.finished_at) == (0, None)
    (whole,) = [c for c in again.clocks if c.runs]
    assert whole.due_at == house.clock() + timedelta(days=7)
    assert [(e.grounds, e.unit) for e in whole.extended] == [(Grounds.FOUND, BIRO)]
    await house.settle()
    (told,) = house.heard("ani")
    assert "masalah lain" in told
    assert "Tiangnya miring." in told
    assert "Dikembalikan ke Dinas Bina Marga" in told


@ON_SQLITE
async def test_whether_another_problem_counts_anew_is_for_the_operator(
    database_url: str, tmp_path: Path
) -> None:
    changes = {"clocks": {"found_anew": False}}
    async with open_house(tmp_path, database_url, **changes) as house:
        number = await finished(house)
        due = (await now(house, number)).clock(ClockKind.COMPLETION)
        await house.act(number, "check-field", by=VALIDATOR)
        house.clock.forward(hours=30)
        again = await house.act(number, "report-back", by=VALIDATOR, text="Tiangnya miring.")
        (whole,) = [c for c in again.clocks if c.runs]
        assert due is not None
        assert (whole.due_at, whole.extended) == (due.due_at, ())


async def test_what_nobody_checked_in_time_is_final_by_itself(house: House) -> None:
    number = await finished(house)
    due = (await now(house, number)).finished_at
    assert due is not None
    await house.live_on(71 * HOUR)
    assert (await now(house, number)).stage is Stage.ADMINISTRATIVE
    await house.live_on(2 * HOUR)
    ended = await now(house, number)
    assert (ended.state, ended.closing_reason) == (State.SELESAI, ClosingReason.OTOMATIS)
    assert ended.ended_at == due + timedelta(hours=72), "when it was due, not when it was noticed"
    assert [t for t in house.heard("ani") if "otomatis" in t]


@ON_SQLITE
async def test_an_objection_to_the_end_opens_a_case_that_does_not_end_by_itself(
    house: House,
) -> None:
    number = await finished(house)
    await house.live_on(74 * HOUR)
    await house.say("ani", "belum")
    await house.pause()
    case = await now(house, number)
    assert (case.state, case.stage, case.objected) == (State.PROSES, Stage.ADMINISTRATIVE, True)
    await house.live_on(80 * HOUR)
    still = await now(house, number)
    assert still.stage is Stage.ADMINISTRATIVE
    overdue = [c for c in still.clocks if c.runs and c.missed_at]
    assert [c.kind.value for c in overdue] == ["verification"]
    rejected = await house.act(number, "reject", by=VALIDATOR, text="Masih mati.")
    assert rejected.state is State.PROSES
    assert rejected.ended_at is None


async def test_after_an_outage_a_person_decides_instead_of_the_rule(house: House) -> None:
    number = await finished(house)
    house.clock.forward(hours=80)  # nobody was there: no beat in between
    await house.settle()
    still = await now(house, number)
    assert still.stage is Stage.ADMINISTRATIVE
    ended = await house.act(number, "auto-finish", by=VALIDATOR)
    assert ended.closing_reason is ClosingReason.OTOMATIS


@ON_SQLITE
async def test_the_rule_can_be_kept_through_an_outage(database_url: str, tmp_path: Path) -> None:
    changes = {"clocks": {"automatic_after_outage": True}}
    async with open_house(tmp_path, database_url, **changes) as house:
        number = await finished(house)
        house.clock.forward(hours=80)
        await house.settle()
        assert (await now(house, number)).closing_reason is ClosingReason.OTOMATIS


@ON_SQLITE
async def test_by_hand_nothing_ends_before_its_time(house: House) -> None:
    number = await finished(house)
    with pytest.raises(Impossible, match="is not over"):
        await house.act(number, "auto-finish", by=VALIDATOR)


@ON_SQLITE
async def test_a_close_has_a_reason_and_an_answer_reopens_it(house: House) -> None:
    await house.say("ani", LAMP)
    await house.pause()
    house.heard("ani")
    number = (await house.complaints())[-1].complaint.number
    ended = await house.act(
        number, "close", by=VALIDATOR, text="Tiang itu tidak ada.", reason="tidak-ditemukan"
    )
    assert ended.closing_reason is ClosingReason.TIDAK_DITEMUKAN
    house.clock.forward(hours=13)
    await house.settle()
    (told,) = house.heard("ani")
    assert "ditutup: tidak ditemukan" in told
    assert "tidak berarti masalahnya selesai" in told
    await house.say("ani", "belum")
    await house.pause()
    again = await now(house, number)
    assert (again.state, again.stage, again.closing_reason) == (State.PROSES, Stage.NONE, None)
    assert again.lead is not None


async def test_the_second_rejection_is_on_the_months_list(house: House) -> None:
    number = await finished(house)
    await house.act(number, "reject", by=VALIDATOR, text="Masih mati.")

    async def listed(month: str, barred: frozenset[UnitId] = frozenset()) -> list[str]:
        async with house.parts.database.read() as conn:
            found = await twice_rejected(conn, period_of(month, house.clock()), barred)
        return [f"{t.number} {t.unit} {t.rejection} {t.reason}" for t in found]

    assert await listed("2026-11") == []
    house.clock.forward(days=10, hours=12)  # 30 November, in the evening
    await house.act(number, "finish", by=DINAS, text="Sekarang.")
    house.clock.forward(hours=5)  # 1 December in Jakarta, still 30 November in UTC
    await house.act(number, "reject", by=VALIDATOR, text="Lagi-lagi mati.")
    assert await listed("2026-11") == []
    assert await listed("2026-12") == [f"{number} dinas-bina-marga 2 Lagi-lagi mati."]
    await house.act(number, "accuse", "inspektorat")
    barred = frozenset({UnitId("inspektorat")})
    assert await listed("2026-12", barred) == [], "not to the unit that it accuses"
