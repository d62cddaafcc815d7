"""One worker: a guest behind its wall, used by one caller at a time, under that call's limits."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

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
    WorkerRefused,
)
from headrace.executor.sandbox.ports import Canaries, Guest, Launcher, Sandbox
from headrace.executor.sandbox.usage import Usage
from headrace.kernel.errors import HeadraceError, Unavailable

START_TIMEOUT = timedelta(seconds=30)
_FIRST_LOOK = 0.1
"""Seconds after which a call's use of processor, memory and processes is looked at for the first time."""

_OFTEN = 0.25
_BEYOND_BYTES = 256 * 1024 * 1024
"""Memory beyond a call's limit for what is not the code's: request and answer, and what the guest itself grows by."""

_MAX_ASKS = 10_000
"""Requests for help in one call; code that asks more often is in a loop."""

_OUT_OF_MEMORY = (signal.SIGTRAP, signal.SIGABRT)
"""V8 ends its own process by these where it cannot stop code in an orderly way: nearly always because it gets no more
memory, or may not have as much at once."""

Ask = Callable[[bytes], Awaitable[bytes]]
"""Answers what code asks of the parent in the middle of a call: a JSON text for a JSON text. It never raises."""


class Worker:
    """A worker process."""

    def __init__(self, guest: Guest, sandbox: Sandbox) -> None:
        self.guest = guest
        self.tenant: str | None = None
        """The tenant it works for until it ends; None while it is a spare."""

        self.key: str | None = None
        """The execution whose data it holds."""

        self.sent: dict[str, int] = {}
        """Keys of the data it holds, with their sizes, least recently used first."""

        self.dead = False
        self._sandbox = sandbox
        self._idle = Usage()
        """What it uses before any code has run."""

        self._breach: HeadraceError | None = None

    @classmethod
    async def start(
        cls, launcher: Launcher, guest: Guest, canaries: Canaries, modules: Mapping[str, str] | None = None
    ) -> Worker:
        """Start a guest and have it try to reach the canaries.

        Args:
            modules: For JavaScript: what code may `require`, by name, each a bundled CommonJS text.

        Raises:
            Unavailable: it did not come up, or its wall has a hole.
        """
        worker = cls(guest, await launcher.launch(guest))
        try:
            async with asyncio.timeout(START_TIMEOUT.total_seconds()):
                hello = await worker._read(1 << 16)
                if hello != [b"hello", str(frames.VERSION).encode(), guest.encode()]:
                    raise Unavailable("the sandbox worker speaks another version of the protocol")
                if launcher.confines:
                    worker.tell("probe", msgspec.json.encode(canaries))
                    reached = msgspec.json.decode((await worker._answer(1 << 16, None))[1], type=list[str])
                    if reached:
                        raise Unavailable(
                            f'a sandbox of tier "{launcher.tier}" has a hole and is not used: it can reach'
                            f" {', '.join(reached)}"
                        )
        except (TimeoutError, WorkerDied, WorkerRefused, frames.BadFrame, msgspec.MsgspecError) as silent:
            await worker.close()
            raise Unavailable(f'a sandbox worker of tier "{launcher.tier}" could not be started') from silent
        except BaseException:
            await worker.close()
            raise
        for name, source in (modules or {}).items():
            worker.tell("module", name, source)
        worker._idle = worker._sandbox.usage()
        return worker

    async def call(self, parts: Sequence[str | bytes], *, limits: Limits, ask: Ask | None = None) -> bytes:
        """Send one request and return the answer.

        Args:
            ask: Answers the code's requests for help; without it they are refused.

        Raises:
            CodeTimeout, CodeCpuTime, CodeOutOfMemory, CodeTooManyProcesses, CodeTooLarge, WorkerDied: the worker was
                killed.
            WorkerRefused: it answered with an error and lives on.
        """
        try:
            async with asyncio.timeout(limits.wall.total_seconds()):
                with self._watched(limits):
                    self.tell(*parts)
                    answer = await self._answer(limits.output_bytes, ask)
        except TimeoutError as late:
            self.kill()
            raise CodeTimeout(limits.wall) from late
        except frames.FrameTooLarge as large:
            self.kill()
            raise CodeTooLarge(limits.output_bytes) from large
        except frames.BadFrame as garbled:
            self.kill()
            raise AnswerGarbled from garbled
        except WorkerDied:
            breach = self._breach or await self._why_it_gave_up(limits)
            self.kill()
            if breach is not None:
                raise breach from None
            raise
        except BaseException:
            # Cancelled in the middle of a request: its answer would be taken for the next one's.
            self.kill()
            raise
        if answer[0] != b"ok":
            raise WorkerRefused(answer[1].decode(), answer[2].decode("utf-8", "replace"))
        return answer[1] if len(answer) > 1 else b""

    def tell(self, *parts: str | bytes) -> None:
        """Send a request that has no answer; it goes out with the next call."""
        self._sandbox.writer.write(
            frames.pack([part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts])
        )

    async def _answer(self, limit_bytes: int, ask: Ask | None) -> list[bytes]:
        await self._drain()
        asked = 0
        while True:
            answer = await self._read(limit_bytes)
            if not answer or answer[0] not in (b"ok", b"error", b"ask") or (answer[0] == b"error" and len(answer) != 3):
                raise frames.BadFrame("no answer")
            if answer[0] != b"ask":
                return answer
            asked += 1
            if len(answer) != 2 or asked > _MAX_ASKS:
                raise frames.BadFrame("no request for help")
            self.tell("reply", await ask(answer[1]) if ask is not None else b'{"error":"no help here"}')
            await self._drain()

    @contextlib.contextmanager
    def _watched(self, limits: Limits) -> Iterator[None]:
        """Look now and then at what the worker uses, and kill it over a limit."""
        loop = asyncio.get_running_loop()
        start = time.monotonic()
        cpu_before: float | None = None
        handle: asyncio.TimerHandle
        self._breach = None

        def look() -> None:
            nonlocal cpu_before, handle
            usage = self._sandbox.usage()
            if cpu_before is None:
                # Nobody looked when the call began; it cannot have used more than has passed.
                cpu_before = max(0.0, usage.cpu_seconds - (time.monotonic() - start))
            used = replace(usage, cpu_seconds=usage.cpu_seconds - cpu_before)
            self._breach = self._breach_of(limits, used)
            if self._breach is not None:
                self.kill()
                return
            spare = limits.cpu.total_seconds() - used.cpu_seconds
            handle = loop.call_later(min(_OFTEN, max(0.02, spare)), look)

        handle = loop.call_later(_FIRST_LOOK, look)
        try:
            yield
        finally:
            handle.cancel()

    def _breach_of(self, limits: Limits, used: Usage) -> HeadraceError | None:
        if used.cpu_seconds > limits.cpu.total_seconds():
            return CodeCpuTime(limits.cpu)
        if used.memory_bytes > self._idle.memory_bytes + limits.memory_bytes + _BEYOND_BYTES:
            return CodeOutOfMemory(limits.memory_bytes)
        # A Python call is a process of its own.
        if used.processes > self._idle.processes + limits.processes:
            return CodeTooManyProcesses(limits.processes)
        return None

    async def _why_it_gave_up(self, limits: Limits) -> HeadraceError | None:
        if self.guest is Guest.JAVASCRIPT and await self._sandbox.last_signal() in _OUT_OF_MEMORY:
            return CodeOutOfMemory(limits.memory_bytes)
        return None

    async def _drain(self) -> None:
        try:
            await self._sandbox.writer.drain()
        except (BrokenPipeError, ConnectionResetError) as gone:
            raise WorkerDied from gone

    async def _read(self, limit_bytes: int) -> list[bytes]:
        stream = self._sandbox.reader
        try:
            count = frames.part_count(await stream.readexactly(4))
            lengths = frames.part_lengths(await stream.readexactly(4 * count), limit_bytes)
            return [await stream.readexactly(length) for length in lengths]
        except (asyncio.IncompleteReadError, ConnectionResetError) as gone:
            self.dead = True
            raise WorkerDied from gone

    def kill(self) -> None:
        self.dead = True
        self._sandbox.kill()

    async def close(self) -> None:
        self.dead = True
        await self._sandbox.close()
