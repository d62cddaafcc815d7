"""What the sandbox needs from outside: something that starts guests behind a wall."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from headrace.executor.sandbox.limits import MIB
from headrace.executor.sandbox.usage import Usage


class Guest(StrEnum):
    """The kinds of worker."""

    JAVASCRIPT = "javascript"
    PYTHON = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestOptions:
    """What guests are started with; all of it is decided by the server's owner, none by a tenant."""

    memory_bytes: int = 512 * MIB
    """The most that any call may use: V8's heap, or a Python call's memory."""

    jit: bool = False
    """Whether V8 may compile to machine code: faster, and more to attack."""

    python_packages: Sequence[str] = ()
    """Importable names beyond the standard library, loaded before the wall closes."""


class Sandbox(Protocol):
    """A started guest: its two pipes, and its end."""

    @property
    def writer(self) -> asyncio.StreamWriter:
        """To the guest's standard input."""
        ...

    @property
    def reader(self) -> asyncio.StreamReader:
        """From the guest's standard output."""
        ...

    def usage(self) -> Usage:
        """Return what the guest and all that it started use now."""
        ...

    def kill(self) -> None:
        """End the guest and all that it started, without waiting; no error if it is gone."""
        ...

    async def last_signal(self) -> int | None:
        """Return the signal that the guest ended by; None when it ended otherwise, or does not end in a moment."""
        ...

    async def close(self) -> None:
        """End it and wait until nothing is left: no process, descriptor, file or mount."""
        ...


class Launcher(Protocol):
    """Starts guests: in a jail, in a container, or as plain child processes."""

    @property
    def tier(self) -> str:
        """Name that is recorded with every run of a node: "jail", "oci:runsc", "none", ..."""
        ...

    @property
    def confines(self) -> bool:
        """Whether guests are kept from the machine; their canaries must be out of reach then."""
        ...

    async def launch(self, guest: Guest) -> Sandbox:
        """Start a guest; it says hello when it is ready.

        Raises:
            Unavailable: it cannot be started here; the message says what is missing.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """Things that must be out of a guest's reach. A guest that reaches one is refused."""

    files: Sequence[str] = ()
    sockets: Sequence[tuple[str, int]] = ()
    """Addresses on which somebody listens."""

    unix_sockets: Sequence[str] = ()
    environment: Sequence[str] = ()
    """Names of variables that this process has set."""

    processes: Sequence[int] = ()
    """Processes whose memory and environment hold secrets, such as this one."""
