"""Each role with each action in each state, against a table written down by hand."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from core.access import ACTIONS, INSPEKTORAT, Officer, OfficerRole, reads_confidential
from core.commands import act_as_officer
from core.complaint import Complaint, Stage, State, UnitId
from core.errors import Impossible, NotAllowed
from core.grouping import GROUPING
from core.ticket import TicketKind
from core.workflow import RULES, Action, Filing
from tests.core.test_workflow import NOW, OWNER, POSSIBLE, WAYS, in_stage

A, R = Action, OfficerRole
WORK = {
    A.PROCESS, A.DISPOSE, A.COORDINATE, A.FINISH, A.COMMENT, A.ESTIMATE, A.FILE_TICKET,
    A.CONSULT,
}  # fmt: skip
OF_THE_HOLDER = {A.ESTIMATE, A.FILE_TICKET}
DECIDE = {A.APPROVE_TICKET, A.REFUSE_TICKET}
CHECK = {A.ASK, A.CLARIFY, A.REFUSE_TICKET}
GUARD = {A.ACCUSE, A.CLEAR, A.MAKE_CONFIDENTIAL}
VERIFY = {A.VERIFY, A.CHECK_FIELD, A.REPORT_BACK}
VALIDATE = VERIFY | {A.VALIDATE, A.REJECT, A.CLOSE, A.AUTO_FINISH}
MAY = {
    R.SYSTEM_ADMIN: WORK | GUARD | VALIDATE | DECIDE | CHECK | {A.FORWARD, A.HIDE, A.SHOW},
    R.CHANNEL_ADMIN: WORK | GUARD | CHECK | {A.FORWARD, A.HIDE, A.SHOW, A.CLOSE},
    R.AGENCY_ADMIN: WORK,
    R.VALIDATOR: GUARD | VALIDATE | DECIDE | {A.COMMENT},
    R.FACILITATOR: VERIFY | {A.COMMENT},
    R.COUNTER_OFFICER: {A.COMMENT},
    R.COORDINATOR: {A.COMMENT, A.CONSULT},
    R.SUPERVISOR: set(),
    R.INSPEKTORAT: {A.PROCESS, A.FINISH, A.COMMENT, A.ACCUSE, A.CLEAR, A.LIFT_CONFIDENTIAL},
    R.CONFIDENTIAL_READER: {A.FORWARD, A.COMMENT, A.ACCUSE, A.CLEAR, A.LIFT_CONFIDENTIAL},
}

_ids = count(90_000)


GROUPS = {A.LINK, A.UNLINK}
SORTS = GROUPS | {A.MERGE, A.UNMERGE, A.SPLIT}
MAY_GROUP = {
    R.SYSTEM_ADMIN: SORTS, R.CHANNEL_ADMIN: SORTS, R.AGENCY_ADMIN: GROUPS, R.VALIDATOR: GROUPS,
}  # fmt: skip


@pytest.mark.parametrize("role", OfficerRole)
def test_who_groups_complaints(role: OfficerRole) -> None:
    assert ACTIONS.get(role, frozenset()) & GROUPING == MAY_GROUP.get(role, set())


def test_every_role_stands_in_the_table() -> None:
    assert set(MAY) == set(OfficerRole)


@pytest.mark.parametrize("role", OfficerRole)
@pytest.mark.parametrize(("state", "stage"), WAYS)
def test_role_state_and_action(role: OfficerRole, state: State, stage: Stage) -> None:
    officer = Officer("o", OWNER, role, frozenset({"sms"}))
    secret = reads_confidential(officer)
    for action in Action:
        if action is Action.FILE or action in GROUPING:
            continue
        hidden = action is Action.SHOW
        complaint = replace(in_stage(state, stage), confidential=secret, withheld=hidden)
        if action is Action.CLEAR:
            complaint = replace(complaint, accused=frozenset({UnitId("x")}))
        target = {A.FORWARD: INSPEKTORAT, A.CLEAR: UnitId("x")}.get(action, UnitId("unit"))
        held = complaint.assignment_of(OWNER) is not None
        works = role is R.AGENCY_ADMIN and action in WORK - {A.COMMENT}
        moot = stage is not Stage.NONE and action not in POSSIBLE[state, stage]
        expected: type[Exception] | None = None
        if action not in MAY[role] or (works and complaint.is_open and not held and not moot):
            expected = NotAllowed
        elif action not in POSSIBLE[state, stage] or action is Action.AUTO_FINISH:
            # By hand rule 11 is applied only to what is overdue, which nothing is here.
            expected = Impossible
        elif action in OF_THE_HOLDER and not held:
            expected = Impossible
        assert refusal(complaint, action, officer, target) is expected, action


def refusal(
    complaint: Complaint, action: Action, officer: Officer, target: UnitId
) -> type[Exception] | None:
    """Why it was not done; None where it was."""
    unit = target if RULES[action].needs_unit else None
    try:
        act_as_officer(
            complaint, action, officer, unit=unit, text="Baik.", note="Baik.", now=NOW,
            new_id=lambda: next(_ids), owner=UnitId("owner"), reason="belum-jelas",
            filing=Filing(TicketKind.PINDAH_SKPD) if action is A.FILE_TICKET else None,
            until=NOW + timedelta(days=20) if action is A.ESTIMATE else None,
        )  # fmt: skip
    except (NotAllowed, Impossible) as error:
        return type(error)
    return None
