"""What each role may do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import ProjectId
from headrace.tenancy.domain.permissions import INSTALLATION, LOWEST, Standing, Verdict, at_least, decide
from headrace.tenancy.public import Action, Role

HERE = ProjectId("here")
THERE = ProjectId("there")

ROLES = st.sampled_from(Role)
ACTIONS = st.sampled_from(Action)
PLACES = st.sampled_from([None, HERE, THERE])
STANDINGS = st.builds(lambda roles: Standing(roles=roles), st.dictionaries(PLACES, ROLES))


def member(role: Role, *, suspended: bool = False) -> Standing:
    return Standing(roles={None: role}, suspended=suspended, suspended_why="unpaid")


def test_every_action_has_a_lowest_role() -> None:
    assert set(LOWEST) == set(Action)


@pytest.mark.parametrize(
    ("action", "lowest"),
    [
        (Action.WORKFLOW_READ, Role.VIEWER),
        (Action.EXECUTION_START, Role.OPERATOR),
        (Action.WORKFLOW_EDIT, Role.EDITOR),
        (Action.CREDENTIAL_USE, Role.EDITOR),
        (Action.MEMBER_EDIT, Role.ADMIN),
        (Action.TENANT_EDIT, Role.OWNER),
    ],
)
def test_a_role_may_do_what_it_is_for_and_the_one_below_may_not(action: Action, lowest: Role) -> None:
    allowed = {role for role in Role if decide(member(role), action, None) is Verdict.ALLOWED}

    assert allowed == {role for role in Role if at_least(role, lowest)}


@given(standing=STANDINGS, action=ACTIONS, project=PLACES, place=PLACES, more=ROLES)
def test_another_or_a_higher_role_never_takes_a_right_away(
    standing: Standing, action: Action, project: ProjectId | None, place: ProjectId | None, more: Role
) -> None:
    held = standing.roles.get(place)
    raised = more if held is None or at_least(more, held) else held

    if decide(standing, action, project) is Verdict.ALLOWED:
        assert decide(Standing(roles={**standing.roles, place: raised}), action, project) is Verdict.ALLOWED


@given(standing=STANDINGS, action=ACTIONS, project=PLACES, scopes=st.frozensets(ACTIONS))
def test_scopes_and_suspension_only_ever_take_rights_away(
    standing: Standing, action: Action, project: ProjectId | None, scopes: frozenset[Action]
) -> None:
    suspended = Standing(roles=standing.roles, suspended=True)

    if Verdict.ALLOWED in (decide(standing, action, project, scopes), decide(suspended, action, project)):
        assert decide(standing, action, project) is Verdict.ALLOWED
    assert (decide(standing, action, project, scopes) is Verdict.ALLOWED) <= (action in scopes)


@given(action=ACTIONS, project=PLACES)
def test_who_is_no_member_may_do_nothing(action: Action, project: ProjectId | None) -> None:
    assert decide(Standing(roles={}), action, project) is Verdict.ROLE_TOO_LOW


@given(action=ACTIONS, role=ROLES)
def test_a_role_in_one_project_gives_no_right_in_another(action: Action, role: Role) -> None:
    guest = Standing(roles={HERE: role})
    of_any_member = {Action.TENANT_READ, Action.TAG_READ, Action.APIKEY_OWN}

    for elsewhere in (THERE, None):
        assert (decide(guest, action, elsewhere) is Verdict.ALLOWED) <= (action in of_any_member)


@pytest.mark.parametrize("action", [*INSTALLATION, Action.PROJECT_CREATE, Action.MEMBER_INVITE, Action.TENANT_EDIT])
def test_the_owner_of_a_project_does_not_rule_the_tenant(action: Action) -> None:
    assert decide(Standing(roles={HERE: Role.OWNER}), action, HERE) is Verdict.ROLE_TOO_LOW


def test_a_role_in_a_project_adds_to_that_in_the_tenant() -> None:
    both = Standing(roles={None: Role.VIEWER, HERE: Role.EDITOR})

    assert decide(both, Action.WORKFLOW_EDIT, HERE) is Verdict.ALLOWED
    assert decide(both, Action.WORKFLOW_EDIT, THERE) is Verdict.ROLE_TOO_LOW
    assert decide(both, Action.WORKFLOW_READ, THERE) is Verdict.ALLOWED


def test_a_suspended_tenant_is_read_and_stopped_and_nothing_else() -> None:
    allowed = {a for a in Action if decide(member(Role.OWNER, suspended=True), a, None) is Verdict.ALLOWED}

    assert allowed == {action for action in Action if action.endswith(".read")} | {Action.EXECUTION_STOP}


def test_what_a_role_does_not_allow_is_said_before_the_scopes() -> None:
    # Else somebody would widen the scopes of a key that could never be used for it.
    assert decide(member(Role.VIEWER), Action.WORKFLOW_EDIT, None, frozenset()) is Verdict.ROLE_TOO_LOW
    assert decide(member(Role.EDITOR), Action.WORKFLOW_EDIT, None, frozenset()) is Verdict.OUT_OF_SCOPE
