"""What variables may be, and which of two counts."""

from __future__ import annotations

import pytest

from headrace.kernel.ids import DEFAULT_TENANT
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.domain.variables import MAX_KEY, MAX_VALUE, MAX_VARIABLES, check_variable
from headrace.workflows.errors import BadVariable, VariableExists, WorkflowLimit
from headrace.workflows.service.variables import Variables


@pytest.fixture
def variables() -> Variables:
    return Variables(MemoryLibrary().variables)


@pytest.mark.parametrize("key", ["", "1a", "a-b", "a b", "é", "a\n", "x" * (MAX_KEY + 1), "__proto__", "constructor"])
def test_a_key_that_expressions_could_not_read_is_refused(key: str) -> None:
    with pytest.raises(BadVariable):
        check_variable(key, "v")


@pytest.mark.parametrize("value", ["x" * (MAX_VALUE + 1), "\ud800"])
def test_a_value_that_cannot_be_kept_is_refused(value: str) -> None:
    with pytest.raises(BadVariable) as refused:
        check_variable("a", value)

    assert value not in str(refused.value)


@pytest.mark.parametrize(("key", "value"), [("_a1", ""), ("A" * MAX_KEY, "ü" * MAX_VALUE)])
def test_what_is_within_the_limits_is_taken(key: str, value: str) -> None:
    check_variable(key, value)


async def test_a_projects_own_value_counts_before_that_of_all_projects(variables: Variables) -> None:
    await variables.create(DEFAULT_TENANT, "host", "shared")
    await variables.create(DEFAULT_TENANT, "port", "80")
    await variables.create(DEFAULT_TENANT, "host", "own", project="p")

    assert await variables.values(DEFAULT_TENANT, "p") == {"host": "own", "port": "80"}
    assert await variables.values(DEFAULT_TENANT, "q") == {"host": "shared", "port": "80"}


async def test_a_variable_changes_what_is_said_and_keeps_the_rest(variables: Variables) -> None:
    made = await variables.create(DEFAULT_TENANT, "a", "1")
    await variables.create(DEFAULT_TENANT, "b", "2")

    assert (await variables.change(DEFAULT_TENANT, made.id, value="")).key == "a"
    assert (await variables.change(DEFAULT_TENANT, made.id, key="c")).value == ""
    with pytest.raises(VariableExists):
        await variables.change(DEFAULT_TENANT, made.id, key="b")
    with pytest.raises(BadVariable):
        await variables.change(DEFAULT_TENANT, made.id, key="not ok")
    assert (await variables.get(DEFAULT_TENANT, made.id)).key == "c"


async def test_there_are_only_so_many_in_each_place(variables: Variables) -> None:
    for number in range(MAX_VARIABLES):
        await variables.create(DEFAULT_TENANT, f"v{number}", "")

    with pytest.raises(WorkflowLimit):
        await variables.create(DEFAULT_TENANT, "more", "")
    await variables.create(DEFAULT_TENANT, "more", "", project="p")
