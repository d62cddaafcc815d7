"""Which wall stands around people's code, and what is laid out for guests to fail to reach."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path

from headrace.app.settings import Settings
from headrace.executor.adapters.javascript_modules import read_modules
from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.sandbox.limits import MIB, Limits
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, GuestOptions, Launcher

log = logging.getLogger(__name__)

_VARIABLE = "HEADRACE_CANARY"


def pool_from(settings: Settings, bait: Bait) -> WorkerPool:
    """Return the pool of workers that the settings ask for."""
    if settings.sandbox == "none":
        log.warning(
            "HEADRACE_SANDBOX=none: people's code runs WITHOUT a sandbox, with all that this account may do."
            " Use it for development only; one tenant is served and no other."
        )
    limits = Limits(
        wall=settings.code_timeout,
        cpu=settings.code_cpu,
        memory_bytes=settings.heap_mib * MIB,
        output_bytes=settings.code_output_mib * MIB,
        log_bytes=settings.code_log_kib * 1024,
    )
    modules = read_modules(settings.javascript_modules) if settings.javascript_modules is not None else {}
    pool = PoolSettings(
        size=settings.workers, tenant_size=settings.tenant_workers, limits=limits, javascript_modules=modules
    )
    return WorkerPool(launcher_from(settings), pool, canaries=bait.canaries)


def launcher_from(settings: Settings) -> Launcher:
    options = GuestOptions(
        memory_bytes=settings.heap_mib * MIB, jit=settings.jit, python_packages=settings.python_packages
    )
    match settings.sandbox:
        case "none":
            return ChildLauncher(options)
        case "oci":
            from headrace.executor.adapters.launchers.oci import OciLauncher

            return OciLauncher(
                options,
                runtime=settings.oci_runtime,
                state_dir=settings.data_dir / "sandboxes",
                platforms=settings.oci_platforms,
            )
        case _:
            return JailLauncher(options)


class Bait:
    """Things that guests must not reach, laid out for as long as this process runs."""

    def __init__(self, data_dir: Path) -> None:
        file = data_dir / "canary"
        file.write_text("A sandbox that can read this has a hole.\n", "utf-8")
        # Anybody may read it, so that nothing but the wall keeps a guest from it.
        file.chmod(0o644)
        self._listener = socket.create_server(("127.0.0.1", 0))
        os.environ[_VARIABLE] = "out of reach"
        host, port = self._listener.getsockname()
        self.canaries = Canaries(
            files=[str(file), "/etc/passwd"],
            sockets=[(host, port)],
            environment=[_VARIABLE],
            processes=[os.getpid()],
        )

    def close(self) -> None:
        self._listener.close()
