"""What a line of history keeps, because the rows it tells of change later."""

from datetime import timedelta
from typing import Any

from core.commands import amend
from core.complaint import Change, Complaint, ComplaintDraft, Kind
from core.workflow import Action
from tests.core.test_workflow import DINAS, NOW, _ids, act, filed


def test_a_line_keeps_the_clocks_that_ended_with_it() -> None:
    working = act(act(filed(), Action.FORWARD, unit=DINAS), Action.PROCESS)
    changes: list[Change] = []
    act(working, Action.FINISH, at=NOW + timedelta(days=8), write=changes.append)
    (line,) = changes[0].transitions
    (ended,) = line.data["clocks"]
    assert ended == {"kind": "completion", "unit": DINAS, "result": "missed", "seconds": 8 * 86400}


def test_a_line_says_what_a_corrected_category_was() -> None:
    content = ComplaintDraft(Kind.PUBLIC_SPACE, "jalan-rusak", filed().place)

    def corrected(complaint: Complaint) -> tuple[Complaint, Any]:
        change = amend(
            complaint, content, reporter="7", at=NOW, recorded_at=NOW, new_id=lambda: next(_ids)
        )
        return change.after, change.transitions[0].data

    after, kept = corrected(filed())
    assert kept == {"category_before": "lampu-jalan"}
    assert corrected(after)[1] == {}, "nothing was corrected the second time"
