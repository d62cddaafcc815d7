"""What happens to projects."""

from __future__ import annotations

import pytest

from headrace.kernel.ids import DEFAULT_PROJECT
from headrace.tenancy.errors import BadName, DefaultStays, ProjectInUse, ProjectNotFound
from tests.unit.tenancy.deciding import World


async def test_a_project_that_holds_something_stays(world: World) -> None:
    world.contents.held_by[world.sales] = ["3 workflows", "1 credential"]

    with pytest.raises(ProjectInUse, match='"Sales" still has 3 workflows, 1 credential'):
        await world.projects.delete(world.acme, world.sales)

    assert len(await world.projects.list(world.acme)) == 2


async def test_an_empty_project_goes(world: World) -> None:
    await world.projects.delete(world.acme, world.sales)

    assert [project.id for project in await world.projects.list(world.acme)] == [DEFAULT_PROJECT]
    with pytest.raises(ProjectNotFound):
        await world.projects.delete(world.acme, world.sales)


async def test_the_default_project_stays(world: World) -> None:
    with pytest.raises(DefaultStays):
        await world.projects.delete(world.acme, DEFAULT_PROJECT)


async def test_a_project_has_a_name_that_can_be_shown(world: World) -> None:
    assert (await world.projects.rename(world.acme, world.sales, " Verkauf ")).name == "Verkauf"
    with pytest.raises(BadName):
        await world.projects.rename(world.acme, world.sales, "\n")
    with pytest.raises(BadName):
        await world.projects.create(world.acme, "")
