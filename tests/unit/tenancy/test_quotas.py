"""Whether a tenant may use more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from headrace.kernel.ids import TenantId
from headrace.tenancy.errors import QuotaExceeded, TenantNotFound, TenantSuspended
from headrace.tenancy.public import Quotas
from tests.unit.tenancy.deciding import World


async def test_without_quotas_there_is_no_end(world: World) -> None:
    for _ in range(100):
        await world.quotas.check_start(world.acme)
    await world.quotas.check_concurrency(world.acme, 10_000)
    await world.quotas.check_payload(world.acme, 10**15, 10**15)


async def test_one_start_too_many_says_when_there_is_room(world: World) -> None:
    await world.tenancy.set_quotas(world.acme, Quotas(executions_per_minute=2))
    for _ in range(2):
        await world.quotas.check_start(world.acme)

    with pytest.raises(QuotaExceeded, match="2 executions per minute") as refused:
        await world.quotas.check_start(world.acme)

    assert refused.value.retry_after is not None
    world.clock.pass_by(refused.value.retry_after)
    await world.quotas.check_start(world.acme)


async def test_a_limit_may_be_reached_and_not_passed(world: World) -> None:
    await world.tenancy.set_quotas(world.acme, Quotas(concurrent_executions=3, payload_bytes=100))

    await world.quotas.check_concurrency(world.acme, 2)
    with pytest.raises(QuotaExceeded, match="3 concurrent executions"):
        await world.quotas.check_concurrency(world.acme, 3)
    await world.quotas.check_payload(world.acme, 60, 40)
    with pytest.raises(QuotaExceeded, match="100 bytes of payloads"):
        await world.quotas.check_payload(world.acme, 60, 41)


async def test_a_suspended_tenant_starts_nothing(world: World) -> None:
    await world.tenancy.suspend(world.acme, "unpaid")

    with pytest.raises(TenantSuspended, match="unpaid"):
        await world.quotas.check_start(world.acme)


async def test_a_change_is_seen_within_a_second(world: World) -> None:
    await world.quotas.check_start(world.acme)
    await world.tenancy.suspend(world.acme, "unpaid")
    world.clock.pass_by(timedelta(seconds=1))

    with pytest.raises(TenantSuspended):
        await world.quotas.check_start(world.acme)


async def test_there_are_no_quotas_of_nobody(world: World) -> None:
    with pytest.raises(TenantNotFound):
        await world.quotas.check_start(TenantId("nowhere"))
