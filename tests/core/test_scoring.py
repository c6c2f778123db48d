"""From when each unit's time is counted (rules 8 and 10), and what that makes of it."""

from datetime import datetime, timedelta
from typing import Any

from core.clocks import Deadlines
from core.commands import act_as_citizen
from core.complaint import Change, ClockResult, Complaint
from core.scoring import Basis, Score, scores
from core.ticket import TicketKind
from core.workflow import Action, Filing
from tests.core.test_tickets import AGENCY, BIRO, CHANNEL, HOUR, OTHER, press
from tests.core.test_workflow import DINAS, NOW, OWNER, A, _ids, act, filed

MET, MISSED, VOID = ClockResult.MET, ClockResult.MISSED, ClockResult.VOID


class Story:
    """A complaint with everything that a database would have of it."""

    def __init__(self) -> None:
        self.complaint: Complaint = filed()
        self.rows: dict[str, dict[int, Any]] = {"assignments": {}, "tickets": {}, "clocks": {}}
        self._keep(self.complaint)
        self.act(A.FORWARD, unit=DINAS, at=NOW)

    def _keep(self, found: Complaint | Change) -> None:
        for name, rows in self.rows.items():
            rows.update({item.id: item for item in getattr(found, name)})

    def written(self, change: Change) -> None:
        self._keep(change)
        self.complaint = change.after

    def act(self, action: Action, **more: Any) -> None:
        act(self.complaint, action, write=self.written, **more)

    def press(self, action: Action, *args: Any, **more: Any) -> None:
        if action is not A.FILE_TICKET and self.complaint.tickets:
            more.setdefault("ticket", self.complaint.tickets[0].id)
        self.written(press(self.complaint, action, *args, **more))

    def of(self, unit: str, now: datetime) -> Score:
        rows = [list(self.rows[n].values()) for n in ("assignments", "tickets", "clocks")]
        return [s for s in scores(*rows, Deadlines(), now) if s.unit == unit][-1]


def move(story: Story, at: datetime) -> None:
    story.press(A.FILE_TICKET, AGENCY, at, filing=Filing(TicketKind.PINDAH_SKPD))


def test_a_unit_that_simply_got_it_is_counted_from_then() -> None:
    story = Story()
    story.act(A.PROCESS, at=NOW + 5 * HOUR)
    found = story.of(DINAS, NOW + 6 * HOUR)
    assert (found.basis, found.counted_from, found.response) == (Basis.RECEIVED, NOW, MET)
    assert (found.completion_due, found.completion) == (NOW + timedelta(days=7), None)
    owner = story.of(OWNER, NOW)
    assert (owner.completion, owner.response) == (VOID, MET), "it forwarded in time"


def test_an_approved_ticket_counts_for_whoever_gets_it_from_then() -> None:
    story = Story()
    move(story, NOW + HOUR)
    story.press(A.APPROVE_TICKET, BIRO, NOW + 70 * HOUR, unit=OTHER)
    new, old = story.of(OTHER, NOW + 80 * HOUR), story.of(DINAS, NOW + 80 * HOUR)
    assert (new.basis, new.counted_from) == (Basis.APPROVED, NOW + 70 * HOUR)
    assert (new.response_due, new.response) == (NOW + 76 * HOUR, MISSED)
    assert new.completion_due == NOW + 70 * HOUR + timedelta(days=7)
    assert (old.response, old.completion) == (MET, VOID)


def test_a_refused_ticket_counts_from_the_first_receipt_and_is_no_response() -> None:
    story = Story()
    move(story, NOW + HOUR)
    story.press(A.REFUSE_TICKET, BIRO, NOW + 20 * HOUR)
    story.act(A.PROCESS, at=NOW + 21 * HOUR)
    found = story.of(DINAS, NOW + 22 * HOUR)
    assert (found.basis, found.counted_from) == (Basis.REFUSED, NOW)
    assert (found.responded_at, found.response) == (NOW + 21 * HOUR, MISSED)


def test_what_is_rejected_goes_on_from_the_first_receipt() -> None:
    story = Story()
    story.act(A.PROCESS, at=NOW + HOUR)
    story.act(A.FINISH, at=NOW + timedelta(days=6))
    assert story.of(DINAS, NOW + timedelta(days=8)).completion is MET
    story.act(A.REJECT, at=NOW + timedelta(days=8), text="Belum.")
    story.act(A.FINISH, at=NOW + timedelta(days=9))
    found = story.of(DINAS, NOW + timedelta(days=9))
    assert (found.basis, found.counted_from) == (Basis.RETURNED, NOW)
    assert (found.completed_at, found.completion) == (NOW + timedelta(days=9), MISSED)


def test_what_is_found_on_site_counts_anew_and_is_no_rejection() -> None:
    story = Story()
    story.act(A.FINISH, at=NOW + timedelta(days=6))
    story.act(A.CHECK_FIELD, at=NOW + timedelta(days=7))
    story.act(A.REPORT_BACK, at=NOW + timedelta(days=8), text="Tiang di sebelahnya miring.")
    story.act(A.FINISH, at=NOW + timedelta(days=14))
    found = story.of(DINAS, NOW + timedelta(days=14))
    assert (found.basis, found.completion) == (Basis.RETURNED, MET)
    assert found.completion_due == NOW + timedelta(days=15)
    assert story.complaint.rejections == 0


def test_asking_and_estimates_are_in_the_deadline() -> None:
    story = Story()
    story.press(A.FILE_TICKET, AGENCY, NOW, filing=Filing(TicketKind.TIDAK_JELAS))
    story.press(A.ASK, CHANNEL, NOW + HOUR)
    answered = NOW + 10 * HOUR
    story.written(
        act_as_citizen(
            story.complaint, A.CLARIFY, reporter="7", at=answered, recorded_at=answered,
            new_id=lambda: next(_ids),
        )
    )  # fmt: skip
    found = story.of(DINAS, answered)
    assert found.completion_due == NOW + timedelta(days=7, hours=10)
    assert len(found.paused) == 1
    until = NOW + timedelta(days=30)
    story.act(A.ESTIMATE, until=until, at=NOW + 11 * HOUR)
    found = story.of(DINAS, answered)
    assert (found.completion_due, [e.until for e in found.extended]) == (until, [until])


def test_a_question_that_was_stopped_is_no_pause() -> None:
    story = Story()
    story.press(A.FILE_TICKET, AGENCY, NOW, filing=Filing(TicketKind.TIDAK_JELAS))
    story.press(A.ASK, CHANNEL, NOW + HOUR)
    story.press(A.REFUSE_TICKET, CHANNEL, NOW + 5 * HOUR)
    found = story.of(DINAS, NOW + 5 * HOUR)
    assert (found.completion_due, found.paused) == (NOW + timedelta(days=7), ())
