"""The tiers under attack: pools of real workers, and what can be seen of them from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.adapters.launchers.oci import OciLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import (
    MIB,
    CodeCpuTime,
    CodeLogsTooLarge,
    CodeOutOfMemory,
    CodeTimeout,
    CodeTooLarge,
    CodeTooManyProcesses,
    Limits,
    WorkerDied,
)
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import GuestOptions, Launcher
from headrace.executor.sandbox.usage import tree_of
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import CodeRequest, CodeResult
from tests.integration.executor.one_node import OneNode
from tests.security.sandbox.attack import Attack, Language

TIERS = ("none", "jail", "oci:crun", "oci:runc", "oci:runsc")
"""All of them have to work where these tests run."""

_HASTY_SECONDS = {"oci:runsc": 1.0}
"""What attacks on time may take: enough to begin, and no more, because each of them takes it all."""

_USUAL_HASTY_SECONDS = 0.3
_QUIET_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that came out of one call."""

    text: str
    error: Exception | None
    seconds: float

    @property
    def reason(self) -> str:
        return str(self.error) if self.error is not None else ""


class Tier:
    """One tier with workers to attack.

    Args:
        containers: A folder for containers, which tiers may share.
    """

    def __init__(self, name: str, containers: Path) -> None:
        self.name = name
        self._containers = containers
        # A number like no other: it is on the command line of every process that this tier starts.
        self.limits = Limits(
            wall=timedelta(seconds=20),
            cpu=timedelta(seconds=20),
            memory_bytes=64 * MIB + 4096 + secrets.randbelow(MIB // 2),
            output_bytes=MIB,
            log_bytes=16 * 1024,
        )
        hasty = timedelta(seconds=_HASTY_SECONDS.get(name, _USUAL_HASTY_SECONDS))
        self._hasty = Limits(wall=hasty, cpu=hasty)
        self._limits_now: Limits | None = None
        self.launcher = _launcher(name, GuestOptions(memory_bytes=self.limits.memory_bytes), containers)
        self.pool = WorkerPool(
            self.launcher,
            PoolSettings(
                size=6,
                limits=self.limits,
                tenant_limits=lambda tenant: self._limits_now,
            ),
        )
        self._evaluator = ExpressionEvaluator(self.pool)
        self._calls = 0

    async def run(
        self,
        language: Language,
        source: str,
        *,
        tenant: str = "tenant",
        data: Mapping[str, Any] | None = None,
        hasty: bool = False,
    ) -> Outcome:
        """Run a program as an execution of its own."""
        self._limits_now = self._hasty if hasty else None
        self._calls += 1
        scope = OneNode([data or {}], key=f"{tenant}/{self._calls}")
        began = time.monotonic()
        error: Exception | None = None
        text = ""
        try:
            result = await self._result(language, source, scope)
            text = repr(result)
            if not isinstance(result, CodeResult) and isinstance(result[0][0], Exception):
                error = result[0][0]
        except Exception as failed:  # noqa: BLE001 - whatever it is, it is looked at
            error = failed
        return Outcome(text=f"{text}{error or ''}", error=error, seconds=time.monotonic() - began)

    async def _result(self, language: Language, source: str, scope: OneNode) -> Any:
        if language is Language.EXPRESSION:
            text = source if source.startswith("=") else f"={{{{ {source} }}}}"
            return await self._evaluator.resolve([text], scope, 0, 1)
        request = CodeRequest(source=source, language=language.value, timeout=self.limits.wall)
        return await self._evaluator.run_code(request, scope)

    async def still_works(self, language: Language) -> str | None:
        """Make an innocent call; return what is wrong with it, None when it is right."""
        source, right = {
            Language.EXPRESSION: ("[1, 2, 3].map((n) => n * $json.n)", "[2, 4, 6]"),
            Language.JAVASCRIPT: ("return [1, 2, 3].map((n) => n * $json.n)", "[2, 4, 6]"),
            Language.PYTHON: ("return [n * _json['n'] for n in (1, 2, 3)]", "[2, 4, 6]"),
        }[language]
        outcome = await self.run(language, source, data={"n": 2})
        return None if outcome.error is None and right in outcome.text else outcome.text

    def limits_of(self, attack: Attack) -> Limits:
        return self.limits.within(self._hasty) if is_hasty(attack) else self.limits

    def named_limits(self, attack: Attack) -> Sequence[str]:
        """Return what errors may say that stop *attack*: each names its limit and the value."""
        limits = self.limits_of(attack)
        known: Mapping[str, HeadraceError] = {
            error.code: error
            for error in (
                CodeTimeout(limits.wall),
                CodeCpuTime(limits.cpu),
                CodeOutOfMemory(limits.memory_bytes),
                CodeTooManyProcesses(limits.processes),
                CodeTooLarge(limits.output_bytes),
                CodeLogsTooLarge(limits.log_bytes),
                WorkerDied(),
            )
        }
        return [str(known[code]) for code in attack.stopped_by]

    async def strays(self) -> Sequence[str]:
        """Return processes that belong to no worker, or to an idle one that had no such process when it started."""
        patience = time.monotonic() + _QUIET_SECONDS
        while (found := self._strays()) and time.monotonic() < patience:
            await asyncio.sleep(0.02)
        return found

    def _strays(self) -> Sequence[str]:
        workers = [*self.pool._idle, *self.pool._busy]
        for spare in self.pool._spares.values():
            if not spare.done():
                # Still starting: its processes cannot be told from others.
                return ()
            if spare.exception() is None:
                workers.append(spare.result())
        if self.pool._closing:
            return ["a worker that is being closed"]
        found = [
            f"{worker.guest} has {used} processes instead of {worker._idle.processes}"
            for worker in workers
            if (used := worker._sandbox.usage().processes) > worker._idle.processes
        ]
        known = {process for worker in workers for process in tree_of(worker._sandbox._process.pid)}
        return found + [
            f"process {process} belongs to no worker" for process in self.processes() if process not in known
        ]

    def processes(self) -> Sequence[int]:
        """Return all processes that this tier has started, whoever their parents are."""
        tags = {f"--memory-bytes={self.limits.memory_bytes}".encode(), os.fsencode(self._containers)}
        found: list[int] = []
        for name in filter(str.isdecimal, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if any(tag in Path(f"/proc/{name}/cmdline").read_bytes() for tag in tags):
                    found.append(int(name))
        return found

    def containers(self) -> Sequence[str]:
        """Return what is left of containers in their folder."""
        folder = self._containers / "containers"
        return os.listdir(folder) if folder.is_dir() else []

    async def close(self) -> None:
        await self.pool.close()


def is_hasty(attack: Attack) -> bool:
    """Whether an attack is on time, and so runs under short deadlines."""
    return "sandbox_timeout" in attack.stopped_by


def _launcher(tier: str, options: GuestOptions, containers: Path) -> Launcher:
    name, _, runtime = tier.partition(":")
    match name:
        case "none":
            return ChildLauncher(options)
        case "jail":
            return JailLauncher(options)
    return OciLauncher(options, runtime=runtime, state_dir=containers)
