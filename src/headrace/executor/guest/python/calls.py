"""One call, from the zygote's side: fork a child, carry its frames to the executor and back, see it end.

Nothing that the child writes is believed. Its frames are passed on as bytes, within the call's limit; whatever is no
frame, and whatever way it dies, becomes one of the `Ending`s.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, Protocol

from headrace.executor.guest import frames
from headrace.executor.guest.python.parcels import Fill, Parcel, blocking, receive, write

_ASIDE_SECONDS = 0.25
"""How often it is looked whether a child that writes nothing is still there."""


class Ending(StrEnum):
    """Ways for a call to end without an answer; the executor has an error for each."""

    CPU = "cpu"
    MEMORY = "memory"
    OUTPUT = "output"
    LOG = "log"
    DIED = "died"
    GARBLED = "garbled"
    UNSETTLED = "unsettled"
    """The child could not be confined, and ran nothing."""


class ParentGone(Exception):
    """Nobody waits for answers any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """What one call may use; the executor sends it along."""

    memory_bytes: int
    cpu_seconds: float
    output_bytes: int
    log_bytes: int

    @classmethod
    def read(cls, text: str) -> CallLimits:
        return cls(**json.loads(text))


class Live(Protocol):
    """What a child does: read a request, run it, answer, end the process."""

    def __call__(self, requests: int, answers: int) -> NoReturn: ...


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    to: int
    """The pipe on which it reads its request, and replies to its questions."""

    out: int
    """The pipe on which it answers."""

    def is_over(self) -> bool:
        """Whether it has ended; it can still be waited for."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def see_off(self) -> tuple[int, resource.struct_rusage]:
        """End it; return its status and use, as `os.wait4` does."""
        os.close(self.to)
        os.close(self.out)
        # Most often it is over already; one that answered has nothing more to do.
        os.kill(self.pid, signal.SIGKILL)
        _, status, used = os.wait4(self.pid, 0)
        return status, used


class Calls:
    """Answers requests, each in a child of its own, which is forked ahead.

    Args:
        source, sink: The pipes from and to the executor.
    """

    def __init__(self, source: int, sink: int, live: Live) -> None:
        self._source = source
        self._sink = sink
        self._live = live
        self._next = self._fork()

    def _fork(self, *others: int) -> _Child:
        """Fork a child that has none of the zygote's descriptors, *others* of them among these."""
        requests, to = os.pipe()
        out, answers = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                for descriptor in (self._source, self._sink, to, out, *others):
                    os.close(descriptor)
                self._live(requests, answers)
            finally:
                os._exit(1)
        os.close(requests)
        os.close(answers)
        return _Child(pid, to, out)

    def answer(self, request: Parcel) -> None:
        """Run one request, [run, operation, limits, body], and write its answer.

        Raises:
            ParentGone: the executor's end of the pipe is closed.
        """
        limits = CallLimits.read(request.text(2))
        if self._next.is_over():
            # The system was short of memory, most likely.
            self._next.see_off()
            self._next = self._fork()
        child = self._next
        answer: Parcel | Ending = Ending.DIED
        try:
            with contextlib.suppress(BrokenPipeError):
                request.send(child.to)
            request.close()
            # While this one works. The next must not be forked from a process that holds anything of a call.
            self._next = self._fork(child.to, child.out)
            answer = self._carry(child, limits)
            if isinstance(answer, Parcel):
                # The executor can go on with it while the child is seen off.
                answer.send(self._sink)
                answer.close()
        finally:
            status, used = child.see_off()
        if answer is Ending.DIED:
            answer = cause_of_death(status, used.ru_utime + used.ru_stime, limits.cpu_seconds)
        if isinstance(answer, Ending):
            write(self._sink, [b"error", answer.encode(), b""])

    def _carry(self, child: _Child, limits: CallLimits) -> Parcel | Ending:
        """Carry questions and replies until there is an answer, or can be none any more."""
        fill = self._from(child)
        while True:
            try:
                frame = receive(fill, limits.output_bytes)
            except EOFError:
                return Ending.DIED
            except frames.FrameTooLarge:
                return Ending.OUTPUT
            except frames.BadFrame:
                return Ending.GARBLED
            kind = bytes(frame.parts[0][:8]) if len(frame.parts) == 2 else b""
            if kind == b"ok":
                return frame
            if kind != b"ask":
                told = bytes(frame.parts[1][:16]) if kind == b"end" else b""
                frame.close()
                return next((ending for ending in Ending if ending.encode() == told), Ending.GARBLED)
            frame.send(self._sink)
            frame.close()
            reply = receive(blocking(self._source))
            # It may be gone, or not want to know.
            with contextlib.suppress(BrokenPipeError):
                reply.send(child.to)
            reply.close()

    def _from(self, child: _Child) -> Fill:
        """Return what fills buffers from the child's pipe, while child and executor are there."""
        poll = select.poll()
        poll.register(child.out, select.POLLIN)
        # Only for the news that it was closed: what comes from there is read when it was asked for.
        poll.register(self._source, 0)

        def fill(buffer: memoryview) -> None:
            filled = 0
            while filled < len(buffer):
                ready = dict(poll.poll(_ASIDE_SECONDS * 1000))
                if self._source in ready:
                    raise ParentGone
                if child.out in ready:
                    count = os.readv(child.out, [buffer[filled:]])
                    if not count:
                        raise EOFError
                    filled += count
                elif child.is_over():
                    # Somebody else holds its pipe open, or it would have ended.
                    raise EOFError

        return fill


def cause_of_death(status: int, cpu_seconds: float, limit_seconds: float) -> Ending:
    """Return what ended a child that left no answer; *status* is as `os.wait4` returns it."""
    if os.WIFSIGNALED(status):
        # Past the limit of processor time comes SIGXCPU, and where that is ignored SIGKILL.
        sent = os.WTERMSIG(status)
        if sent == signal.SIGXCPU or (sent == signal.SIGKILL and cpu_seconds >= limit_seconds):
            return Ending.CPU
    return Ending.DIED
