"""What every workflow store does."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.workflows.adapters.files import FileWorkflows
from headrace.workflows.adapters.memory import MemoryWorkflows
from headrace.workflows.errors import WorkflowNotFound
from headrace.workflows.public import Workflow

Store = MemoryWorkflows | FileWorkflows
OTHER = TenantId("other")


def workflow(id_: str, name: str = "One", **rest: object) -> Workflow:
    return Workflow.from_json({"id": id_, "name": name, "nodes": [], "connections": {}, **rest})


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryWorkflows() if request.param == "memory" else FileWorkflows(tmp_path)


@pytest.mark.parametrize("id_", ["a", "../../etc/passwd", "/", "ü\u0000", "x" * 5_000])
async def test_a_workflow_comes_back_as_it_was_saved(store: Store, id_: str) -> None:
    saved = workflow(id_, strange={"kept": [1.5, None]})
    await store.save(DEFAULT_TENANT, saved)

    assert (await store.get(DEFAULT_TENANT, id_)).raw == saved.raw


async def test_saving_again_replaces(store: Store) -> None:
    await store.save(DEFAULT_TENANT, workflow("a", "Old"))
    await store.save(DEFAULT_TENANT, workflow("a", "New"))

    assert [one.name for one in await store.list(DEFAULT_TENANT)] == ["New"]


async def test_they_are_listed_by_name(store: Store) -> None:
    for id_, name in (("1", "Pear"), ("2", "Apple")):
        await store.save(DEFAULT_TENANT, workflow(id_, name))

    assert [one.name for one in await store.list(DEFAULT_TENANT)] == ["Apple", "Pear"]


async def test_another_tenant_sees_nothing(store: Store) -> None:
    await store.save(DEFAULT_TENANT, workflow("a"))

    assert await store.list(OTHER) == []
    with pytest.raises(WorkflowNotFound):
        await store.get(OTHER, "a")
