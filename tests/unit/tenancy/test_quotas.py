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


async def test_one_start_too_many_says_when_there_is_room(world: World) -> None:
    await world.tenancy.set_quotas(world.acme, Quotas(executions_per_minute=2))
    for _ in range(2):
        await world.quotas.check_start(world.acme)

    with pytest.raises(QuotaExceeded, match="2 executions per minute") as refused:
        await world.quotas.check_start(world.acme)

    assert refused.value.retry_after is not None
    world.clock.pass_by(refused.value.retry_after)
    await world.quotas.check_start(world.acme)


async def test_whoever_keeps_too_much_starts_nothing_until_some_of_it_is_gone(world: World) -> None:
    await world.tenancy.set_quotas(world.acme, Quotas(payload_bytes=100))
    world.usage.kept = 100

    for _ in range(5):
        with pytest.raises(QuotaExceeded, match="100 bytes of payloads"):
            await world.quotas.check_start(world.acme)
    assert world.usage.asked == 1

    world.usage.kept = 99
    world.clock.pass_by(timedelta(seconds=30))
    await world.quotas.check_start(world.acme)


async def test_what_is_refused_for_its_payloads_is_not_counted_as_a_start(world: World) -> None:
    await world.tenancy.set_quotas(world.acme, Quotas(payload_bytes=100, executions_per_minute=1))
    world.usage.kept = 100
    with pytest.raises(QuotaExceeded, match="bytes"):
        await world.quotas.check_start(world.acme)

    await world.tenancy.set_quotas(world.acme, Quotas(executions_per_minute=1))
    world.clock.pass_by(timedelta(seconds=1))
    await world.quotas.check_start(world.acme)


async def test_a_suspended_tenant_runs_nothing_at_once_and_others_what_they_may(world: World) -> None:
    assert await world.quotas.concurrency(world.acme) is None
    await world.tenancy.set_quotas(world.acme, Quotas(concurrent_executions=3))
    world.clock.pass_by(timedelta(seconds=1))
    assert await world.quotas.concurrency(world.acme) == 3
    await world.tenancy.suspend(world.acme, "unpaid")
    world.clock.pass_by(timedelta(seconds=1))
    assert await world.quotas.concurrency(world.acme) == 0


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
