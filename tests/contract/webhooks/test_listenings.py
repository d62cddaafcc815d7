"""What every memory of drafts that wait for a call does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ExecutionId, TenantId
from headrace.webhooks.adapters.memory import MemoryListenings
from headrace.webhooks.adapters.sqlite import SqliteWebhooks
from headrace.webhooks.ports import Listenings
from headrace.webhooks.public import Listening

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=1)
LATE = NOON + timedelta(minutes=2)
OTHER = TenantId("other")
RUN = ExecutionId("run")


@pytest.fixture(params=["memory", "sqlite"])
async def listenings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Listenings]:
    if request.param == "memory":
        yield MemoryListenings()
        return
    sqlite = SqliteWebhooks(tmp_path / "webhooks.db")
    yield sqlite.listenings
    await sqlite.close()


def listening(name: str = "one", **changes: Any) -> Listening:
    one = Listening(
        id=name,
        tenant=DEFAULT_TENANT,
        workflow_id="w",
        project=DEFAULT_PROJECT,
        workflow=msgspec.Raw(b'{"nodes":[]}'),
        nodes=("Webhook", "Form"),
        places=("webhook/orders", "form/orders"),
        expires_at=LATE,
    )
    return msgspec.structs.replace(one, **changes)


async def test_what_waits_is_found_at_each_of_its_places(listenings: Listenings) -> None:
    await listenings.open(listening(destination="End"), now=NOON)

    assert await listenings.at(["webhook/orders"], now=NOON) == [listening(destination="End")]
    assert await listenings.at(["form/orders", "webhook/orders"], now=SOON) == [listening(destination="End")]
    assert await listenings.at(["webhook/other"], now=NOON) == []


async def test_nothing_waits_past_its_time(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)

    assert await listenings.at(["webhook/orders"], now=LATE) == []
    assert not await listenings.take(listening(), execution_id=RUN, node="Webhook", now=LATE)
    assert await listenings.of(DEFAULT_TENANT, "w") == listening()


async def test_a_workflow_has_one_at_a_time(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)
    await listenings.open(listening("two", places=("webhook/new",)), now=NOON)

    assert await listenings.at(["webhook/orders"], now=NOON) == []
    assert not await listenings.take(listening(), execution_id=RUN, node="Webhook", now=NOON)
    assert (await listenings.at(["webhook/new"], now=NOON))[0].id == "two"


async def test_the_newest_comes_first(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)
    await listenings.open(listening("two", workflow_id="v"), now=SOON)

    assert [one.id for one in await listenings.at(["webhook/orders"], now=SOON)] == ["two", "one"]


async def test_of_several_calls_at_once_one_is_taken(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)

    taken = await asyncio.gather(
        *(listenings.take(listening(), execution_id=ExecutionId(f"run-{n}"), node="Form", now=SOON) for n in range(5))
    )

    assert sorted(taken) == [False] * 4 + [True]
    held = await listenings.of(DEFAULT_TENANT, "w")
    assert held is not None
    assert (held.execution_id, held.node) == (f"run-{taken.index(True)}", "Form")
    assert await listenings.at(["webhook/orders"], now=SOON) == []


async def test_what_is_given_back_waits_again(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)
    await listenings.take(listening(), execution_id=RUN, node="Webhook", now=NOON)

    await listenings.give_back(listening(), execution_id=ExecutionId("another"))
    assert await listenings.at(["webhook/orders"], now=SOON) == []
    await listenings.give_back(listening(), execution_id=RUN)
    assert await listenings.at(["webhook/orders"], now=SOON) == [listening()]


async def test_what_is_closed_is_gone(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)

    assert await listenings.close(DEFAULT_TENANT, "w")
    assert not await listenings.close(DEFAULT_TENANT, "w")
    assert await listenings.of(DEFAULT_TENANT, "w") is None
    assert await listenings.at(["webhook/orders"], now=NOON) == []


async def test_what_ended_long_ago_is_forgotten(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)

    later = NOON + timedelta(hours=2)
    await listenings.open(listening("two", workflow_id="v", expires_at=later + timedelta(minutes=2)), now=later)

    assert await listenings.of(DEFAULT_TENANT, "w") is None
    assert await listenings.of(DEFAULT_TENANT, "v") is not None


async def test_another_tenant_sees_nothing(listenings: Listenings) -> None:
    await listenings.open(listening(), now=NOON)

    assert await listenings.of(OTHER, "w") is None
    assert not await listenings.close(OTHER, "w")
    assert not await listenings.take(listening(tenant=OTHER), execution_id=RUN, node="Webhook", now=NOON)
    await listenings.open(listening("theirs", tenant=OTHER, places=("webhook/theirs",)), now=NOON)
    assert await listenings.of(DEFAULT_TENANT, "w") == listening()
