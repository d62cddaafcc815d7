"""What every store of static data does."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrace.executor.adapters.memory import MemoryStaticData
from headrace.executor.adapters.static_data_files import FileStaticData
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import DEFAULT_TENANT, TenantId

Store = MemoryStaticData | FileStaticData
OTHER = TenantId("other")


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStaticData() if request.param == "memory" else FileStaticData(tmp_path)


async def test_a_workflow_that_remembers_nothing_has_nothing(store: Store) -> None:
    assert await store.read(DEFAULT_TENANT, "w") == {}


async def test_what_was_written_last_is_read(store: Store) -> None:
    await store.write(DEFAULT_TENANT, "w", {"global": {"n": 1}})
    await store.write(DEFAULT_TENANT, "w", {"global": {"n": 2}, "node:A": {"seen": ["x"]}})

    assert await store.read(DEFAULT_TENANT, "w") == {"global": {"n": 2}, "node:A": {"seen": ["x"]}}


async def test_workflows_and_tenants_do_not_share(store: Store) -> None:
    await store.write(DEFAULT_TENANT, "w", {"global": {"n": 1}})

    assert await store.read(DEFAULT_TENANT, "../w") == {}
    assert await store.read(OTHER, "w") == {}


async def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    store = FileStaticData(tmp_path)
    await store.write(DEFAULT_TENANT, "w", {"global": {}})
    (path,) = tmp_path.rglob("*.json")
    path.write_text("{")

    with pytest.raises(Unavailable, match=str(path)):
        await store.read(DEFAULT_TENANT, "w")
