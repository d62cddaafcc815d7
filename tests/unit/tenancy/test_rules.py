"""What tenants, projects and memberships may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headrace.kernel.ids import DEFAULT_PROJECT, TenantId, UserId
from headrace.tenancy.domain.rules import (
    MAX_NAME,
    MAX_PROJECTS,
    check_deletable,
    check_owner_stays,
    check_project_count,
    check_quotas,
    checked_name,
    default_tenant,
    joined,
    resumed,
    suspended,
)
from headrace.tenancy.errors import BadName, BadQuota, DefaultStays, LastOwner, TooManyProjects
from headrace.tenancy.public import Membership, Quotas, Role, Tenant

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ACME = Tenant(id=TenantId("acme"), name="Acme", created_at=NOON)
ANN, BEN = UserId("ann"), UserId("ben")


def role(held: Role, *, since: datetime = NOON) -> Membership:
    return Membership(tenant=ACME.id, user=ANN, project=None, role=held, since=since)


@pytest.mark.parametrize("name", ["", "   ", "x" * (MAX_NAME + 1), "two\nlines", "bell\a", "left\u202eright"])
def test_a_name_is_one_line_that_can_be_shown(name: str) -> None:
    with pytest.raises(BadName):
        checked_name("project", name)


def test_blanks_around_a_name_are_dropped() -> None:
    assert checked_name("project", "  Größe 1 ") == "Größe 1"


@pytest.mark.parametrize("limit", ["executions_per_minute", "concurrent_executions", "payload_bytes"])
def test_a_quota_is_a_positive_number_or_none(limit: str) -> None:
    check_quotas(Quotas(**{limit: 1}))
    with pytest.raises(BadQuota, match=limit.replace("_", " ")):
        check_quotas(Quotas(**{limit: 0}))


def test_suspending_again_tells_another_reason_and_keeps_the_moment() -> None:
    once = suspended(ACME, " unpaid ", NOON)
    again = suspended(once, "still unpaid", LATER)

    assert (once.suspended_at, once.suspended_why) == (NOON, "unpaid")
    assert (again.suspended_at, again.suspended_why) == (NOON, "still unpaid")
    assert resumed(again) == ACME


def test_what_every_server_needs_cannot_be_taken_away() -> None:
    with pytest.raises(DefaultStays):
        suspended(default_tenant(NOON), "why", NOON)
    with pytest.raises(DefaultStays):
        check_deletable(DEFAULT_PROJECT)


def test_a_tenant_has_so_many_projects_and_no_more() -> None:
    check_project_count(MAX_PROJECTS - 1)
    with pytest.raises(TooManyProjects):
        check_project_count(MAX_PROJECTS)


@pytest.mark.parametrize("becomes", [None, Role.ADMIN, Role.VIEWER])
def test_the_last_owner_stays(becomes: Role | None) -> None:
    with pytest.raises(LastOwner):
        check_owner_stays([ANN], ANN, becomes)
    check_owner_stays([ANN, BEN], ANN, becomes)
    check_owner_stays([BEN], ANN, becomes)
    check_owner_stays([ANN], ANN, Role.OWNER)


def test_whoever_is_let_in_keeps_a_higher_role() -> None:
    assert joined(role(Role.ADMIN), role(Role.VIEWER, since=LATER)) == role(Role.ADMIN)
    assert joined(role(Role.VIEWER), role(Role.ADMIN, since=LATER)) == role(Role.ADMIN)
    assert joined(None, role(Role.VIEWER)) == role(Role.VIEWER)
