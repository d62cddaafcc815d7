"""What one call of untrusted code may use, and the error for each breach."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

from headrace.kernel.errors import LimitExceeded, Unavailable

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one call. The server has some, a tenant may have tighter ones, and so may a call."""

    wall: timedelta = timedelta(seconds=60)
    """From request to answer, helpers that the code waits for included."""

    cpu: timedelta = timedelta(seconds=60)
    """Processor time of the worker during the call."""

    memory_bytes: int = 512 * MIB
    """JavaScript: V8's heap. Python: what the process may write to beyond what it starts with."""

    processes: int = 1
    """Processes at once; 1 is the code's own."""

    output_bytes: int = 256 * MIB
    log_bytes: int = MIB
    """Of printed lines, as UTF-8."""

    def within(self, other: Limits) -> Limits:
        """Return the tighter of both, limit by limit."""
        return Limits(**{each.name: min(getattr(self, each.name), getattr(other, each.name)) for each in fields(self)})


class CodeTimeout(LimitExceeded):
    """Code or expressions ran longer than they may; the worker was killed."""

    code = "sandbox_timeout"

    def __init__(self, limit: timedelta) -> None:
        super().__init__(f"the code ran longer than the limit of {limit.total_seconds():g} seconds and was stopped")
        self.limit = limit


class CodeCpuTime(LimitExceeded):
    """Code used more processor time than it may; the worker was killed."""

    code = "sandbox_cpu"

    def __init__(self, limit: timedelta) -> None:
        super().__init__(
            f"the code used more processor time than the limit of {limit.total_seconds():g} seconds and was stopped"
        )
        self.limit = limit


class CodeOutOfMemory(LimitExceeded):
    """Code needed more memory than it may have."""

    code = "sandbox_memory"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the code needs more memory than the limit of {limit_bytes // MIB} MiB")
        self.limit_bytes = limit_bytes


class CodeTooManyProcesses(LimitExceeded):
    """Code started processes beyond its limit; the worker was killed."""

    code = "sandbox_processes"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the code started more processes than the limit of {limit} and was stopped")
        self.limit = limit


class CodeTooLarge(LimitExceeded):
    """Code put out more than it may; the worker was killed."""

    code = "sandbox_output"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the code's output is larger than the limit of {_size(limit_bytes)}")
        self.limit_bytes = limit_bytes


class CodeLogsTooLarge(LimitExceeded):
    """Code printed more than it may."""

    code = "sandbox_log"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the code printed more than the limit of {_size(limit_bytes)}")
        self.limit_bytes = limit_bytes


class WorkerDied(Unavailable):
    """The worker is gone: it ran out of memory, or was made to crash."""

    code = "sandbox_died"

    def __init__(self) -> None:
        super().__init__("the sandbox died while it ran the code; most often it ran out of memory")


class AnswerGarbled(Unavailable):
    """What came back was no answer at all; the worker was killed."""

    code = "sandbox_garbled"

    def __init__(self) -> None:
        super().__init__("the sandbox's answer made no sense; the code may have tampered with it, and it was stopped")


class WorkerRefused(Exception):
    """The worker could not do what it was asked; `kind` is the name of the error there."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _size(limit_bytes: int) -> str:
    if limit_bytes >= MIB:
        return f"{limit_bytes // MIB} MiB"
    return f"{limit_bytes // 1024} KiB" if limit_bytes >= 1024 else f"{limit_bytes} bytes"
