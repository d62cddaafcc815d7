"""What every store of tenants does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headrace.kernel.ids import DEFAULT_PROJECT, TenantId
from headrace.tenancy.errors import ProjectNotFound, TenantExists, TenantNotFound
from headrace.tenancy.public import Quotas, Role, Tenant
from tests.contract.tenancy.making import ANN, BEN, EVE, MINE, NOWHERE, OTHER, SALES, Kept, fill, later, member
from tests.contract.tenancy.making import project as a_project
from tests.contract.tenancy.making import tenant as a_tenant


async def test_a_tenant_comes_with_its_project_and_its_owner(kept: Kept) -> None:
    await fill(kept)

    assert await kept.tenants.get(MINE) == a_tenant(MINE)
    assert await kept.projects.get(MINE, DEFAULT_PROJECT) == a_project(DEFAULT_PROJECT)
    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER)]


async def test_a_tenant_may_get_its_first_owner_later(kept: Kept) -> None:
    await kept.tenants.add(a_tenant(MINE), a_project(DEFAULT_PROJECT), None)

    assert await kept.members.list(MINE) == []


async def test_an_id_is_one_tenant_and_the_second_changes_nothing(kept: Kept) -> None:
    await fill(kept)

    with pytest.raises(TenantExists):
        await kept.tenants.add(a_tenant(MINE, "Theirs"), a_project(SALES, "Theirs"), member(BEN, Role.OWNER))

    assert await kept.tenants.get(MINE) == a_tenant(MINE)
    assert (await kept.projects.get(MINE, SALES)).name == "Sales"
    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER)]


async def test_everything_about_a_tenant_is_kept(kept: Kept) -> None:
    await fill(kept)
    full = replace(
        a_tenant(MINE, "Größe"),
        quotas=Quotas(executions_per_minute=1, concurrent_executions=2, payload_bytes=3_000_000_000_000),
        suspended_at=later(3),
        suspended_why="unpaid",
    )

    assert await kept.tenants.change(MINE, lambda _: full) == full

    assert await kept.tenants.get(MINE) == full
    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER)]
    assert await kept.tenants.get(OTHER) == a_tenant(OTHER)


async def test_a_change_that_fails_changes_nothing(kept: Kept) -> None:
    await fill(kept)

    def refuse(known: Tenant) -> Tenant:
        raise ProjectNotFound(known.name)

    with pytest.raises(ProjectNotFound):
        await kept.tenants.change(MINE, refuse)

    assert await kept.tenants.get(MINE) == a_tenant(MINE)


async def test_tenants_are_listed_page_by_page(kept: Kept) -> None:
    for id_ in ("c", "a", "b"):
        await kept.tenants.add(a_tenant(TenantId(id_)), a_project(SALES, of=TenantId(id_)), None)

    assert [one.id for one in await kept.tenants.list(after=None, limit=2)] == ["a", "b"]
    assert [one.id for one in await kept.tenants.list(after=TenantId("b"), limit=2)] == ["c"]


async def test_somebody_sees_the_tenants_that_they_have_any_role_in(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(EVE, Role.VIEWER, SALES))

    assert [one.id for one in await kept.tenants.of(EVE)] == [MINE, OTHER]
    assert [one.id for one in await kept.tenants.of(ANN)] == [MINE]
    assert await kept.tenants.of(BEN) == []


async def test_what_is_not_there_is_not_found(kept: Kept) -> None:
    with pytest.raises(TenantNotFound):
        await kept.tenants.get(NOWHERE)
    with pytest.raises(TenantNotFound):
        await kept.tenants.change(NOWHERE, lambda known: known)
