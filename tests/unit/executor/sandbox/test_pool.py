"""The pool lends workers fairly, and none to two tenants."""

from __future__ import annotations

import asyncio
import io
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from headrace.executor.guest import frames
from headrace.executor.sandbox.limits import (
    AnswerGarbled,
    CodeCpuTime,
    CodeOutOfMemory,
    CodeTimeout,
    CodeTooLarge,
    CodeTooManyProcesses,
    Limits,
    WorkerDied,
)
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, Guest
from headrace.executor.sandbox.usage import Usage
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import HeadraceError, Unavailable
from headrace.kernel.ids import TenantId

ANNA, BEN = TenantId("anna"), TenantId("ben")

Reply = Callable[[Sequence[bytes]], Sequence[bytes] | None]


def echo(request: Sequence[bytes]) -> Sequence[bytes] | None:
    return [b"ok", request[-1]] if request[0] == b"run" else [b"ok"]


class FakeGuest:
    """A guest in memory: it answers each frame as it was told to."""

    def __init__(self, hello: Sequence[bytes], reply: Reply, reached: bytes) -> None:
        self.reader = asyncio.StreamReader()
        self.writer: Any = self
        self.killed = False
        self.used = Usage(memory_bytes=50, processes=1)
        self.ended_by: int | None = None
        self.requests: list[Sequence[bytes]] = []
        self._reply, self._reached = reply, reached
        self.say(hello)

    def say(self, parts: Sequence[bytes]) -> None:
        self.reader.feed_data(frames.pack(parts))

    def write(self, data: bytes) -> None:
        request = frames.read(io.BytesIO(data))
        assert request is not None
        self.requests.append(request)
        if request[0] == b"probe":
            self.say([b"ok", self._reached])
        elif (answer := self._reply(request)) is not None:
            self.say(answer)

    async def drain(self) -> None: ...

    def usage(self) -> Usage:
        return self.used

    async def last_signal(self) -> int | None:
        return self.ended_by

    def kill(self) -> None:
        if not self.killed:
            self.killed = True
            self.reader.feed_eof()

    async def close(self) -> None:
        self.kill()


class FakeLauncher:
    tier = "fake"
    confines = True

    def __init__(self, reply: Reply = echo, *, reached: bytes = b"[]", version: int = frames.VERSION) -> None:
        self.guests: list[FakeGuest] = []
        self._reply, self._reached, self._version = reply, reached, version

    async def launch(self, guest: Guest) -> FakeGuest:
        made = FakeGuest([b"hello", str(self._version).encode(), guest.encode()], self._reply, self._reached)
        self.guests.append(made)
        return made

    @property
    def running(self) -> int:
        return sum(not guest.killed for guest in self.guests)


async def use(pool: WorkerPool, tenant: TenantId, key: str, guest: Guest = Guest.JAVASCRIPT) -> Worker:
    async with pool.worker(guest, tenant, f"{tenant}/{key}") as worker:
        assert await worker.call(["run", "echo", "{}"], limits=Limits()) == b"{}"
    return worker


async def test_an_execution_gets_the_worker_that_holds_its_data_again() -> None:
    pool = WorkerPool(FakeLauncher(), PoolSettings(size=2))

    first, other, again = await use(pool, ANNA, "1"), await use(pool, BEN, "2"), await use(pool, ANNA, "1")

    assert again is first
    assert other is not first
    await pool.close()


async def test_a_tenants_next_execution_gets_its_worker_with_a_fresh_context() -> None:
    launcher = FakeLauncher()
    pool = WorkerPool(launcher, PoolSettings(size=1))

    first, second = await use(pool, ANNA, "1"), await use(pool, ANNA, "2")

    assert second is first
    assert [request[0] for request in launcher.guests[0].requests] == [b"probe", b"run", b"open", b"run"]
    await pool.close()


async def test_no_worker_ever_serves_two_tenants() -> None:
    launcher = FakeLauncher()
    pool = WorkerPool(launcher, PoolSettings(size=1))

    workers = [await use(pool, tenant, str(turn)) for turn in range(3) for tenant in (ANNA, BEN)]

    assert all(worker.tenant == tenant for worker, tenant in zip(workers, [ANNA, BEN] * 3, strict=True))
    assert len({id(worker) for worker in workers}) == 6
    await pool.close()
    assert launcher.running == 0


async def test_the_two_kinds_of_guest_do_not_stand_in_for_each_other() -> None:
    pool = WorkerPool(FakeLauncher())

    script, snake = await use(pool, ANNA, "1"), await use(pool, ANNA, "1", Guest.PYTHON)

    assert (script.guest, snake.guest) == (Guest.JAVASCRIPT, Guest.PYTHON)
    await pool.close()


async def test_a_busy_tenant_does_not_keep_a_quiet_one_waiting() -> None:
    pool = WorkerPool(FakeLauncher(), PoolSettings(size=1))
    order: list[str] = []

    async def one(tenant: TenantId, number: int) -> None:
        async with pool.worker(Guest.JAVASCRIPT, tenant, f"{tenant}/{number}"):
            order.append(tenant)

    async with asyncio.TaskGroup() as tasks, pool.worker(Guest.JAVASCRIPT, ANNA, "anna/first"):
        for number in range(5):
            tasks.create_task(one(ANNA, number))
        for number in range(2):
            tasks.create_task(one(BEN, number))
        await asyncio.sleep(0)

    assert order == [ANNA, BEN, ANNA, BEN, ANNA, ANNA, ANNA]
    await pool.close()


async def test_a_tenant_keeps_only_its_share_of_workers_busy() -> None:
    pool = WorkerPool(FakeLauncher(), PoolSettings(size=3, tenant_size=1))

    async with pool.worker(Guest.JAVASCRIPT, ANNA, "anna/1"):
        waiting = asyncio.create_task(use(pool, ANNA, "2"))
        await use(pool, BEN, "1")
        assert not waiting.done()

    await waiting
    await pool.close()


async def test_who_gives_up_waiting_keeps_nobody_out() -> None:
    pool = WorkerPool(FakeLauncher(), PoolSettings(size=1))

    async with pool.worker(Guest.JAVASCRIPT, ANNA, "anna/1"):
        waiting = asyncio.create_task(use(pool, ANNA, "2"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])

    await asyncio.wait_for(use(pool, BEN, "1"), 1)
    await pool.close()


async def test_a_worker_whose_wall_has_a_hole_is_refused_with_what_it_reached() -> None:
    launcher = FakeLauncher(reached=b'["the file /etc/secret"]')
    pool = WorkerPool(launcher, canaries=Canaries(files=["/etc/secret"]))

    with pytest.raises(Unavailable, match=r'tier "fake" has a hole .* the file /etc/secret'):
        await use(pool, ANNA, "1")

    assert launcher.running == 0
    assert pool.statistics.refused == 1
    await pool.close()


async def test_without_a_wall_a_second_tenant_is_refused() -> None:
    launcher = FakeLauncher()
    launcher.confines = False
    pool = WorkerPool(launcher)
    await use(pool, ANNA, "1")

    with pytest.raises(Unavailable, match="serves one tenant only; set HEADRACE_SANDBOX"):
        await use(pool, BEN, "1")

    await use(pool, ANNA, "2")
    await pool.close()


async def test_a_worker_that_speaks_another_version_is_refused() -> None:
    pool = WorkerPool(FakeLauncher(version=frames.VERSION + 1))

    with pytest.raises(Unavailable, match="another version"):
        await use(pool, ANNA, "1")
    await pool.close()


def silent(request: Sequence[bytes]) -> None:
    return None


@pytest.mark.parametrize(
    ("used", "limits", "error", "words"),
    [
        (Usage(memory_bytes=50), Limits(wall=timedelta(seconds=0.2)), CodeTimeout, "0.2 seconds"),
        (Usage(9.0, 50, 1), Limits(cpu=timedelta(seconds=0.05)), CodeCpuTime, "processor time .* 0.05 seconds"),
        (Usage(0.0, 2 << 30, 1), Limits(memory_bytes=64 << 20), CodeOutOfMemory, "64 MiB"),
        (Usage(0.0, 50, 9), Limits(processes=3), CodeTooManyProcesses, "limit of 3"),
    ],
)
async def test_a_call_past_a_limit_ends_with_its_name_and_the_worker_with_it(
    used: Usage, limits: Limits, error: type[HeadraceError], words: str
) -> None:
    launcher = FakeLauncher(silent)
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())
    launcher.guests[0].used = used

    with pytest.raises(error, match=words):
        await worker.call(["run", "spin"], limits=limits)

    assert worker.dead
    assert launcher.running == 0


async def test_an_answer_over_the_limit_is_refused_before_it_is_read() -> None:
    launcher = FakeLauncher(lambda request: [b"ok", b"x" * 2000])
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())

    with pytest.raises(CodeTooLarge, match="1000 bytes"):
        await worker.call(["run"], limits=Limits(output_bytes=1000))

    assert launcher.running == 0


@pytest.mark.parametrize("answer", [[], [b"hello"], [b"error"], [b"ask"], [b"ok\0"]])
async def test_a_frame_that_is_no_answer_ends_the_worker(answer: Sequence[bytes]) -> None:
    launcher = FakeLauncher(lambda request: answer if request[0] == b"run" else echo(request))
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())

    with pytest.raises(AnswerGarbled):
        await worker.call(["run"], limits=Limits())

    assert launcher.running == 0


async def test_code_may_ask_the_parent_in_the_middle_of_a_call() -> None:
    def curious(request: Sequence[bytes]) -> Sequence[bytes]:
        return [b"ask", b'{"method": "time"}'] if request[0] == b"run" else [b"ok", request[1]]

    async def answer(question: bytes) -> bytes:
        return question.replace(b"method", b"value")

    worker = await Worker.start(FakeLauncher(curious), Guest.JAVASCRIPT, Canaries())

    assert await worker.call(["run"], limits=Limits(), ask=answer) == b'{"value": "time"}'
    assert b"no help" in await worker.call(["run"], limits=Limits())


async def test_a_worker_that_is_gone_says_so() -> None:
    worker = await Worker.start(FakeLauncher(silent), Guest.JAVASCRIPT, Canaries())
    worker.kill()

    with pytest.raises(WorkerDied):
        await worker.call(["run"], limits=Limits())


@pytest.mark.parametrize("number", [signal.SIGTRAP, signal.SIGABRT])
async def test_an_engine_that_ends_itself_for_want_of_memory_is_named_so(number: signal.Signals) -> None:
    launcher = FakeLauncher(silent)
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())
    launcher.guests[0].ended_by = number
    launcher.guests[0].kill()

    with pytest.raises(CodeOutOfMemory, match="512 MiB"):
        await worker.call(["run"], limits=Limits())


def test_the_tightest_of_server_tenant_and_call_holds() -> None:
    tenant = Limits(memory_bytes=100, wall=timedelta(seconds=50))
    pool = WorkerPool(
        FakeLauncher(),
        PoolSettings(limits=Limits(memory_bytes=200, processes=4), tenant_limits={ANNA: tenant}.get),
    )

    mine = pool.limits(ANNA, Limits(wall=timedelta(seconds=90), memory_bytes=150))

    assert (mine.memory_bytes, mine.processes, mine.wall) == (100, 1, timedelta(seconds=50))
    assert pool.limits(BEN).memory_bytes == 200
