"""What every store of variables does."""

from __future__ import annotations

import pytest

from headrace.workflows.errors import VariableExists, VariableNotFound
from tests.contract.workflows.making import MINE, OTHER, Library, variable


async def test_a_project_sees_its_own_variables_and_those_of_all(library: Library) -> None:
    shared, own, other = variable("1", "b"), variable("2", "a", project="p"), variable("3", "b", project="q")
    again = variable("4", "b", "mine", project="p")
    for one in (shared, own, other, again):
        await library.variables.add(one)

    assert await library.variables.list_for(MINE, "p") == [own, shared, again]
    assert await library.variables.list(MINE) == [own, shared, again, other]
    assert await library.variables.get(MINE, "3") == other


async def test_a_key_is_there_once_in_each_place(library: Library) -> None:
    await library.variables.add(variable("1", "a"))
    await library.variables.add(variable("2", "a", project="p"))
    await library.variables.add(variable("3", "A"))

    for clash in (variable("4", "a"), variable("4", "a", project="p")):
        with pytest.raises(VariableExists):
            await library.variables.add(clash)
    with pytest.raises(VariableExists):
        await library.variables.replace(variable("3", "a"))

    assert len(await library.variables.list(MINE)) == 3


async def test_a_variable_is_replaced_and_removed(library: Library) -> None:
    await library.variables.add(variable("1", "a", "old"))

    await library.variables.replace(variable("1", "b", "new"))

    assert await library.variables.list(MINE) == [variable("1", "b", "new")]
    await library.variables.remove(MINE, "1")
    assert await library.variables.list(MINE) == []
    with pytest.raises(VariableNotFound):
        await library.variables.remove(MINE, "1")
    with pytest.raises(VariableNotFound):
        await library.variables.replace(variable("1", "b"))


async def test_another_tenant_sees_and_changes_nothing(library: Library) -> None:
    mine = variable("1", "a")
    await library.variables.add(mine)

    assert await library.variables.list(OTHER) == []
    assert await library.variables.list_for(OTHER, "p") == []
    with pytest.raises(VariableNotFound):
        await library.variables.get(OTHER, "1")
    with pytest.raises(VariableNotFound):
        await library.variables.replace(variable("1", "a", "theirs", tenant=OTHER))
    with pytest.raises(VariableNotFound):
        await library.variables.remove(OTHER, "1")
    await library.variables.add(variable("1", "a", "theirs", tenant=OTHER))
    assert await library.variables.list(MINE) == [mine]
