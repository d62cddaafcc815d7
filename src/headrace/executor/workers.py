"""Sandbox workers as the executor sees them: a pool that owns every deadline, kills and replaces."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from headrace.executor.guest import frames
from headrace.kernel.errors import LimitExceeded, Unavailable

log = logging.getLogger(__name__)

START_TIMEOUT = timedelta(seconds=30)
MAX_ANSWER_BYTES = 256 * 1024 * 1024


class CodeTimeout(LimitExceeded):
    """Code or expressions ran longer than they may; the worker was killed."""

    code = "sandbox_timeout"

    def __init__(self, limit: timedelta) -> None:
        super().__init__(f"the code ran longer than the limit of {limit.total_seconds():g} seconds and was stopped")
        self.limit = limit


class CodeTooLarge(LimitExceeded):
    """Code put out more than it may; the worker was killed."""

    code = "sandbox_output"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the code's output is larger than the limit of {limit_bytes // 1024 // 1024} MiB")
        self.limit_bytes = limit_bytes


class WorkerDied(Unavailable):
    """The worker is gone: it ran out of memory, or was made to crash."""

    code = "sandbox_died"

    def __init__(self) -> None:
        super().__init__("the sandbox died while it ran the code; most often it ran out of memory")


class CodeOutOfMemory(LimitExceeded):
    """The isolate's heap reached its limit."""

    code = "sandbox_memory"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the code needs more memory than the limit of {limit_bytes // 1024 // 1024} MiB")
        self.limit_bytes = limit_bytes


class WorkerRefused(Exception):
    """The worker could not do what it was asked; `kind` is the name of the error there."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Launcher(Protocol):
    """Starts worker processes: as a plain child, in a jail, in a container."""

    async def launch(self) -> asyncio.subprocess.Process: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLauncher:
    """Starts workers as plain child processes: own process, empty environment, no inherited descriptors."""

    jit: bool = False
    heap_bytes: int = 512 * 1024 * 1024

    async def launch(self) -> asyncio.subprocess.Process:
        flags = [f"--heap-bytes={self.heap_bytes}", *(["--jit"] if self.jit else [])]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-m",
            "headrace.executor.guest.worker",
            *flags,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            close_fds=True,
            start_new_session=True,
            limit=1 << 20,
        )


class Worker:
    """One worker process, used by one caller at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.key: str | None = None
        """The execution whose data the worker holds."""

        self.sent: dict[str, int] = {}
        """Keys of the data it holds, with their sizes, least recently used first."""

        self.dead = False

    @classmethod
    async def start(cls, launcher: Launcher) -> Worker:
        """Raises: Unavailable: it did not come up."""
        worker = cls(await launcher.launch())
        try:
            hello = await asyncio.wait_for(worker._read(), START_TIMEOUT.total_seconds())
        except (TimeoutError, WorkerDied, frames.BadFrame) as silent:
            worker.kill()
            raise Unavailable("a sandbox worker could not be started") from silent
        if hello[:1] != [b"hello"] or hello[1:] != [str(frames.VERSION).encode()]:
            worker.kill()
            raise Unavailable("the sandbox worker speaks another version of the protocol")
        return worker

    async def call(self, parts: Sequence[str | bytes], *, timeout: timedelta) -> bytes:
        """Send one request and return the answer.

        Raises:
            CodeTimeout, CodeTooLarge, WorkerDied: the worker was killed.
            WorkerRefused: it answered with an error and lives on.
        """
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                self._write(
                    [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts]
                )
                await self._drain()
                answer = await self._read()
        except TimeoutError as late:
            self.kill()
            raise CodeTimeout(timeout) from late
        except frames.BadFrame as large:
            self.kill()
            raise CodeTooLarge(MAX_ANSWER_BYTES) from large
        except BaseException:
            # Cancelled in the middle of a request: its answer would be taken for the next one's.
            self.kill()
            raise
        if answer[0] != b"ok":
            raise WorkerRefused(answer[1].decode(), answer[2].decode("utf-8", "replace"))
        return answer[1] if len(answer) > 1 else b""

    def tell(self, *parts: str | bytes) -> None:
        """Send a request that has no answer; it goes out with the next call."""
        self._write([part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts])

    def _write(self, parts: Sequence[bytes]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(frames.pack(parts))

    async def _drain(self) -> None:
        assert self._process.stdin is not None
        try:
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as gone:
            raise WorkerDied from gone

    async def _read(self) -> list[bytes]:
        stream = self._process.stdout
        assert stream is not None
        try:
            count = frames.part_count(await stream.readexactly(4))
            lengths = frames.part_lengths(await stream.readexactly(4 * count), MAX_ANSWER_BYTES)
            return [await stream.readexactly(length) for length in lengths]
        except (asyncio.IncompleteReadError, ConnectionResetError) as gone:
            self.dead = True
            raise WorkerDied from gone

    def kill(self) -> None:
        self.dead = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        self.kill()
        await self._process.wait()
        # The transport keeps its pipes open until it is told; at the loop's end it would complain.
        self._process._transport.close()  # type: ignore[attr-defined]


@dataclass
class PoolStatistics:
    started: int = 0
    killed: int = 0
    calls: int = 0
    start_seconds: float = 0.0


@dataclass
class WorkerPool:
    """A few workers and a warm spare.

    An execution gets the worker that already holds its data, if that is idle; one worker serves one execution at a
    time, and an isolate is never used for a second one.
    """

    launcher: Launcher
    size: int = 2
    statistics: PoolStatistics = field(default_factory=PoolStatistics)

    def __post_init__(self) -> None:
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._free = asyncio.Semaphore(self.size)
        self._spare: asyncio.Task[Worker] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False

    @contextlib.asynccontextmanager
    async def worker(self, key: str) -> AsyncIterator[Worker]:
        """Lend a worker for the execution *key*.

        Raises:
            Unavailable: none could be started.
        """
        async with self._free:
            worker = await self._take(key)
            self._busy.add(worker)
            try:
                self.statistics.calls += 1
                yield worker
            finally:
                self._busy.discard(worker)
                if worker.dead or self._closed:
                    self.statistics.killed += 1
                    self._discard(worker)
                else:
                    self._idle.append(worker)

    async def _take(self, key: str) -> Worker:
        for place, worker in enumerate(self._idle):
            if worker.key == key:
                return self._idle.pop(place)
        worker = await self._fresh()
        if worker.key is not None:
            await worker.call(["open", key], timeout=START_TIMEOUT)
            worker.sent.clear()
        worker.key = key
        return worker

    async def _fresh(self) -> Worker:
        free = next((place for place, worker in enumerate(self._idle) if worker.key is None), None)
        if free is not None:
            return self._idle.pop(free)
        if self._spare is not None:
            spare, self._spare = self._spare, None
            worker = await spare
        elif self._idle and len(self._idle) + len(self._busy) >= self.size:
            return self._idle.pop(0)
        else:
            worker = await self._start()
        if not self._closed and self._spare is None:
            self._spare = asyncio.create_task(self._start())
            self._spare.add_done_callback(_note_failure)
        while len(self._idle) + len(self._busy) >= self.size and self._idle:
            self._discard(self._idle.pop(0))
        return worker

    async def _start(self) -> Worker:
        began = time.monotonic()
        worker = await Worker.start(self.launcher)
        self.statistics.started += 1
        self.statistics.start_seconds += time.monotonic() - began
        return worker

    async def forget(self, key: str) -> None:
        """The execution is over: its worker gets a new isolate before it serves another."""
        for worker in self._idle:
            if worker.key == key:
                worker.key = f"{key} (over)"

    def _discard(self, worker: Worker) -> None:
        task = asyncio.create_task(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._closed = True
        if self._spare is not None:
            self._spare.add_done_callback(lambda task: None)
            with contextlib.suppress(Unavailable):
                self._discard(await self._spare)
            self._spare = None
        for worker in (*self._idle, *self._busy):
            self._discard(worker)
        self._idle.clear()
        while self._closing:
            await asyncio.wait(set(self._closing))


def _note_failure(task: asyncio.Task[Worker]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("a spare sandbox worker could not be started: %s", task.exception())
