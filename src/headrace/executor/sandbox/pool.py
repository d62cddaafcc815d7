"""The pool: a few workers with warm spares, lent fairly, each to one tenant for all its life."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from headrace.executor.sandbox.limits import Limits
from headrace.executor.sandbox.ports import Canaries, Guest, Launcher
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import TenantId

log = logging.getLogger(__name__)


@dataclass
class PoolStatistics:
    """Counts and times since the start."""

    started: Counter[Guest] = field(default_factory=Counter)
    start_seconds: float = 0.0
    refused: int = 0
    """Workers that did not come up, or whose wall had a hole."""

    last_refusal: str | None = None
    """Why the last worker that was to be started was not; None: it was."""

    calls: Counter[Guest] = field(default_factory=Counter)
    call_seconds: float = 0.0
    waited_seconds: float = 0.0
    killed: int = 0
    """Workers that went past a limit, died or were interrupted."""


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """How it stands at one moment."""

    busy: int
    idle: int
    waiting: int
    """Who waits for a worker."""


@dataclass(kw_only=True)
class PoolSettings:
    """How many workers there are, and what their calls may use."""

    size: int = 2
    """Workers that may be busy at once."""

    tenant_size: int | None = None
    """Workers that one tenant may keep busy at once; None for all."""

    limits: Limits = field(default_factory=Limits)
    """Of the server: no tenant and no call goes beyond them."""

    javascript_modules: Mapping[str, str] = field(default_factory=dict)
    """Sources of what JavaScript code may `require`, by name, each a bundled CommonJS text."""

    tenant_limits: Callable[[TenantId], Limits | None] = lambda tenant: None


class WorkerPool:
    """Lends workers.

    An execution gets the worker that holds its data already, if that is idle; else a worker of its tenant; else a
    spare. A worker never serves a second tenant, and within a tenant a new execution gets a context of its own.
    Who has to wait is served tenant by tenant in turn, so that a busy tenant does not keep a quiet one waiting.
    """

    OPENING: ClassVar[Limits] = Limits()

    def __init__(self, launcher: Launcher, settings: PoolSettings | None = None, *, canaries: Canaries | None = None):
        self.launcher = launcher
        self.settings = settings or PoolSettings()
        self.statistics = PoolStatistics()
        self._canaries = canaries or Canaries()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._in_use: Counter[TenantId] = Counter()
        self._waiting: OrderedDict[TenantId, deque[asyncio.Future[None]]] = OrderedDict()
        self._spares: dict[Guest, asyncio.Task[Worker]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False
        self._only_tenant: TenantId | None = None
        """Where there is no wall, code of a second tenant must not run in the same place."""

    def limits(self, tenant: TenantId, call: Limits | None = None) -> Limits:
        """Return the tightest of the server's, the tenant's and the call's limits."""
        tightest = self.settings.limits
        for other in (self.settings.tenant_limits(tenant), call):
            if other is not None:
                tightest = tightest.within(other)
        return tightest

    @contextlib.asynccontextmanager
    async def worker(self, guest: Guest, tenant: TenantId, key: str) -> AsyncIterator[Worker]:
        """Lend a worker for the execution *key* of *tenant*.

        Raises:
            Unavailable: none could be started, or there is no wall and another tenant was here before.
        """
        if not self.launcher.confines and self._only_tenant not in (None, tenant):
            raise Unavailable(
                f'the sandbox tier "{self.launcher.tier}" keeps nothing in and serves one tenant only;'
                " set HEADRACE_SANDBOX to jail or oci"
            )
        self._only_tenant = tenant
        began = time.monotonic()
        await self._enter(tenant)
        try:
            worker = await self._take(guest, tenant, key)
            self._busy.add(worker)
            lent = time.monotonic()
            self.statistics.waited_seconds += lent - began
            self.statistics.calls[guest] += 1
            try:
                yield worker
            finally:
                self.statistics.call_seconds += time.monotonic() - lent
                self._busy.discard(worker)
                if worker.dead:
                    self.statistics.killed += 1
                if worker.dead or self._closed:
                    self._discard(worker)
                else:
                    self._idle.append(worker)
        finally:
            self._leave(tenant)

    @property
    def load(self) -> PoolLoad:
        waiting = sum(map(len, self._waiting.values()))
        return PoolLoad(busy=len(self._busy), idle=len(self._idle), waiting=waiting)

    async def forget(self, key: str) -> None:
        """The execution is over: its worker gets a new context before it serves another."""
        for worker in self._idle:
            if worker.key == key:
                worker.key = f"{key} (over)"

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._closed = True
        for spare in self._spares.values():
            with contextlib.suppress(Unavailable):
                self._discard(await spare)
        self._spares.clear()
        for worker in (*self._idle, *self._busy):
            self._discard(worker)
        self._idle.clear()
        while self._closing:
            await asyncio.wait(set(self._closing))

    # Places: who may use a worker now.

    def _may_enter(self, tenant: TenantId) -> bool:
        most = self.settings.tenant_size
        return self._in_use.total() < self.settings.size and (most is None or self._in_use[tenant] < most)

    async def _enter(self, tenant: TenantId) -> None:
        if not self._waiting.get(tenant) and self._may_enter(tenant):
            self._in_use[tenant] += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(tenant)
            raise

    def _leave(self, tenant: TenantId) -> None:
        self._in_use[tenant] -= 1
        if not self._in_use[tenant]:
            del self._in_use[tenant]
        for name in list(self._waiting):
            queue = self._waiting[name]
            while queue and self._may_enter(name):
                turn = queue.popleft()
                if turn.cancelled():
                    continue
                self._in_use[name] += 1
                turn.set_result(None)
                # The next place goes to the next tenant.
                self._waiting.move_to_end(name)
                break
            if not queue:
                del self._waiting[name]

    # Workers: which one it is.

    async def _take(self, guest: Guest, tenant: TenantId, key: str) -> Worker:
        mine = [worker for worker in self._idle if worker.guest is guest and worker.tenant == tenant]
        worker = next((worker for worker in mine if worker.key == key), mine[0] if mine else None)
        if worker is not None:
            self._idle.remove(worker)
        else:
            worker = await self._fresh(guest)
            worker.tenant = tenant
        if worker.key != key:
            try:
                if worker.key is not None:
                    await worker.call(["open", key], limits=self.OPENING)
            except BaseException:
                self._discard(worker)
                raise
            worker.sent.clear()
            worker.key = key
        return worker

    async def _fresh(self, guest: Guest) -> Worker:
        spare = self._spares.pop(guest, None)
        try:
            worker = await (asyncio.shield(spare) if spare is not None else self._start(guest))
        except asyncio.CancelledError:
            if spare is not None:
                # Not needed here any more, but by whoever comes next.
                self._spares[guest] = spare
            raise
        except Unavailable:
            if spare is None:
                raise
            worker = await self._start(guest)
        if not self._closed and guest not in self._spares:
            self._spares[guest] = asyncio.create_task(self._start(guest))
            self._spares[guest].add_done_callback(_note_failure)
        while self._idle and len(self._idle) + len(self._busy) >= self.settings.size:
            self._discard(self._idle.pop(0))
        return worker

    async def _start(self, guest: Guest) -> Worker:
        began = time.monotonic()
        try:
            modules = self.settings.javascript_modules if guest is Guest.JAVASCRIPT else None
            worker = await Worker.start(self.launcher, guest, self._canaries, modules)
        except Unavailable as refusal:
            self.statistics.refused += 1
            self.statistics.last_refusal = str(refusal)
            raise
        self.statistics.last_refusal = None
        self.statistics.started[guest] += 1
        self.statistics.start_seconds += time.monotonic() - began
        return worker

    def _discard(self, worker: Worker) -> None:
        task = asyncio.create_task(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _note_failure(task: asyncio.Task[Worker]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("a spare sandbox worker could not be started: %s", task.exception())
