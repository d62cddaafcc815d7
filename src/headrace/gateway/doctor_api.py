"""The machine, looked at from a browser: what `headrace doctor` says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from litestar import Controller, get

from headrace.infra.http.injected import Given
from headrace.tenancy.public import Action, Caller


class RuntimeShape(msgspec.Struct):
    name: str
    version: str


class PartShape(msgspec.Struct, omit_defaults=True):
    name: str
    problem: str | None = None
    """Why it does not work here."""


class SandboxShape(msgspec.Struct, omit_defaults=True):
    """A try to start one kind of guest in one tier, with canaries that it must not reach."""

    tier: str
    guest: str
    confines: bool
    milliseconds: int
    problem: str | None = None


class DoctorShape(msgspec.Struct, rename="camel"):
    """What this machine offers to sandboxes."""

    works: bool
    tier: str
    system: str
    kernel: str
    architecture: str
    own_users: bool
    landlock_version: int
    cgroups_version: int
    runtimes: list[RuntimeShape]
    parts: list[PartShape]
    sandboxes: list[SandboxShape]
    runs_in: dict[str, str | None]
    """Each kind of code with the tier that it gets; null where it cannot run."""

    advice: list[str]


class Doctor:
    """Examines the machine, once at a time: guests that start beside each other would be told each other's times."""

    def __init__(self, examine: Callable[[], Coroutine[Any, Any, DoctorShape]]) -> None:
        self._examine = examine
        self._lock = asyncio.Lock()

    async def examine(self) -> DoctorShape:
        async with self._lock:
            return await self._examine()


class DoctorApi(Controller):
    path = "/installation/doctor"
    tags = ("installation",)

    @get("/", operation_id="getDoctor", summary="Say what this machine offers to sandboxes")
    async def examine(self, caller: Given[Caller], doctor: Given[Doctor]) -> DoctorShape:
        """For whoever runs the installation. Every kind of sandbox is started once: it takes some seconds."""
        await caller.must(Action.TENANT_CREATE)
        return await doctor.examine()
