"""What every store of projects does."""

from __future__ import annotations

import pytest

from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId
from headrace.tenancy.domain.rules import MAX_PROJECTS
from headrace.tenancy.errors import ProjectNotFound, TenantNotFound, TooManyProjects
from headrace.tenancy.public import Role
from tests.contract.tenancy.making import ANN, BEN, GONE, MINE, NOWHERE, OTHER, SALES, Kept, fill, later, member
from tests.contract.tenancy.making import project as a_project


async def test_projects_are_listed_oldest_first(kept: Kept) -> None:
    await fill(kept)
    await kept.projects.add(a_project(ProjectId("a"), at=later(2)))

    assert [one.id for one in await kept.projects.list(MINE)] == [DEFAULT_PROJECT, SALES, "a"]
    assert await kept.projects.get(MINE, SALES) == a_project(SALES, "Sales", at=later(1))


async def test_a_project_gets_another_name_and_nothing_else(kept: Kept) -> None:
    await fill(kept)

    renamed = await kept.projects.rename(MINE, SALES, "Größe")

    assert renamed == await kept.projects.get(MINE, SALES) == a_project(SALES, "Größe", at=later(1))


async def test_roles_go_with_their_project_and_others_stay(kept: Kept) -> None:
    await fill(kept)
    await kept.members.put(member(BEN, Role.VIEWER))
    await kept.members.put(member(BEN, Role.EDITOR, SALES))

    await kept.projects.remove(MINE, SALES)

    assert await kept.members.list(MINE) == [member(ANN, Role.OWNER), member(BEN, Role.VIEWER)]
    with pytest.raises(ProjectNotFound):
        await kept.projects.get(MINE, SALES)


async def test_a_tenant_has_so_many_projects_and_no_more(kept: Kept) -> None:
    await fill(kept)
    for number in range(MAX_PROJECTS - 2):
        await kept.projects.add(a_project(ProjectId(f"p{number}")))

    with pytest.raises(TooManyProjects):
        await kept.projects.add(a_project(ProjectId("more")))
    await kept.projects.add(a_project(ProjectId("theirs"), of=OTHER))


async def test_what_is_not_there_is_not_found(kept: Kept) -> None:
    await fill(kept)

    with pytest.raises(ProjectNotFound):
        await kept.projects.get(MINE, GONE)
    with pytest.raises(ProjectNotFound):
        await kept.projects.rename(MINE, GONE, "X")
    with pytest.raises(ProjectNotFound):
        await kept.projects.remove(MINE, GONE)
    with pytest.raises(TenantNotFound):
        await kept.projects.add(a_project(SALES, of=NOWHERE))


async def test_another_tenant_sees_and_changes_nothing(kept: Kept) -> None:
    await fill(kept)

    assert [one.id for one in await kept.projects.list(OTHER)] == [DEFAULT_PROJECT]
    with pytest.raises(ProjectNotFound):
        await kept.projects.get(OTHER, SALES)
    with pytest.raises(ProjectNotFound):
        await kept.projects.rename(OTHER, SALES, "Theirs")
    with pytest.raises(ProjectNotFound):
        await kept.projects.remove(OTHER, SALES)
    await kept.projects.add(a_project(SALES, "Theirs", of=OTHER))
    assert (await kept.projects.get(MINE, SALES)).name == "Sales"
