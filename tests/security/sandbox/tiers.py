"""The tiers under attack: pools of real workers, and what can be seen of them from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

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
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import CodeRequest, CodeResult
from headrace.sdk.items import Binary, Item, ItemList
from tests.integration.executor.one_node import OneNode
from tests.security.sandbox.attack import Attack, Language
from tests.security.sandbox.helping import Helping

TIERS = ("none", "jail", "oci:crun", "oci:runc", "oci:runsc")
"""All of them have to work where these tests run."""

LIMITS = Limits(
    wall=timedelta(seconds=20),
    cpu=timedelta(seconds=20),
    memory_bytes=64 * MIB,
    output_bytes=MIB,
    log_bytes=16 * 1024,
)

HASTY_SECONDS = 0.2
"""What attacks on time may take: enough to begin, and no more, because each of them takes it all."""

_MORE_HASTY_SECONDS = {"oci:runsc": 0.5}
"""Where beginning takes longer."""

_QUIET_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that came out of one call."""

    text: str
    error: Exception | None
    seconds: float


class Tier:
    """One tier with workers to attack.

    Args:
        containers: A folder for containers, which tiers may share.
        payloads: The folder of a store of files.
    """

    def __init__(self, name: str, containers: Path, payloads: Path) -> None:
        self.name = name
        self._helping = Helping(payloads)
        self._containers = containers
        # A number like no other: it is on the command line of every process that this tier starts.
        self.limits = replace(LIMITS, memory_bytes=LIMITS.memory_bytes + 4096 + secrets.randbelow(MIB // 2))
        hasty = timedelta(seconds=_MORE_HASTY_SECONDS.get(name, HASTY_SECONDS))
        self._hasty = Limits(wall=hasty, cpu=hasty)
        self._limits_now: Limits | None = None
        self._others = _running()
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
        files: Mapping[str, str] | None = None,
        hasty: bool = False,
        same_execution: bool = False,
    ) -> Outcome:
        """Run a program as an execution of its own, or the one before, with one input item."""
        self._limits_now = self._hasty if hasty else None
        self._calls += not same_execution
        scope = OneNode([data or {}], key=f"{tenant}/{self._calls}")
        binary = {name: Binary(id=id_) for name, id_ in (files or {}).items()}
        scope.inputs = [ItemList([Item(json=dict(data or {}), binary=binary or None)])]
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
        request = CodeRequest(
            source=source, language="python" if language is Language.PYTHON else "javascript", timeout=self.limits.wall
        )
        return await self._evaluator.run_code(request, scope, self._helping.helpers(scope))

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
        if any(not spare.done() for spare in self.pool._spares.values()):
            # Still starting: its processes cannot be told from others.
            return ()
        if self.pool._closing:
            return ["a worker that is being closed"]
        spares = [spare.result() for spare in self.pool._spares.values() if spare.exception() is None]
        running = _running()
        found: list[str] = []
        known: set[int] = set()
        for worker in (*self.pool._idle, *self.pool._busy, *spares):
            tree = _tree(cast("Any", worker._sandbox)._process.pid, running)
            known |= tree
            # A kernel of the container's own shows none.
            if worker._idle.processes and len(tree) > worker._idle.processes:
                found.append(f"{worker.guest} has {len(tree)} processes instead of {worker._idle.processes}")
        return found + [f"process {process} belongs to no worker" for process in self._of_this_tier(running, known)]

    def processes(self) -> Sequence[int]:
        """Return all processes that this tier has started and that still run, whoever their parents are."""
        return self._of_this_tier(_running(), set())

    def _of_this_tier(self, running: Mapping[int, int], known: Set[int]) -> Sequence[int]:
        tags = (f"--memory-bytes={self.limits.memory_bytes}".encode(), os.fsencode(self._containers))
        found: list[int] = []
        for process in running.keys() - known - self._others.keys():
            with contextlib.suppress(OSError), open(f"/proc/{process}/cmdline", "rb") as words:
                command = words.read()
                if any(tag in command for tag in tags):
                    found.append(process)
        return found

    def containers(self) -> Sequence[str]:
        """Return what is left of containers in their folder."""
        folder = self._containers / "containers"
        return os.listdir(folder) if folder.is_dir() else []

    async def close(self) -> None:
        """End all workers, and let go of everything."""
        await self.pool.close()
        await self._helping.close()
        del self.pool, self.launcher, self._evaluator


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


def _running() -> Mapping[int, int]:
    """Return all processes that have not ended, each with its parent."""
    found: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:
                # The name in brackets may hold anything, brackets and blanks too.
                state, parent = stat.read().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    found[int(name)] = int(parent)
    return found


def _tree(root: int, running: Mapping[int, int]) -> set[int]:
    tree = {root} & running.keys()
    while more := {process for process, parent in running.items() if parent in tree} - tree:
        tree |= more
    return tree
