"""The jail as the parent sees it: what comes up, what is kept out, and what is left at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from headrace.executor.adapters.launchers.jail import JailLauncher, JailSandbox, gives_users
from headrace.executor.adapters.launchers.none import ChildLauncher, ChildSandbox
from headrace.executor.sandbox.limits import Limits, WorkerDied
from headrace.executor.sandbox.ports import Canaries, Guest
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Unavailable
from tests.integration.executor.sandbox.lesser_machines import as_anybody, last_line_of

NO_CANARIES = Canaries()


class Pretender(ChildLauncher):
    """No wall, but it says that there is one."""

    tier = "pretender"
    confines = True


class Leaky(Pretender):
    """It hands its own environment on."""

    async def launch(self, guest: Guest) -> ChildSandbox:
        command = [sys.executable, "-I", "-m", "headrace.executor.guest", guest.value]
        return ChildSandbox(
            await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
            )
        )


@pytest.fixture
def canaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, tuple[Canaries, str]]]:
    """Each kind of canary by itself, with the words for it."""
    file = tmp_path / "canary"
    file.write_text("reached")
    monkeypatch.setenv("CANARY", "reached")
    unix_path = str(tmp_path / "socket")
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as listening_unix:
        listening_unix.bind(unix_path)
        listening_unix.listen()
        port = listening.getsockname()[1]
        yield {
            "file": (Canaries(files=[str(file)]), f"the file {file}"),
            "socket": (Canaries(sockets=[("127.0.0.1", port)]), f"the address 127.0.0.1:{port}"),
            "unix socket": (Canaries(unix_sockets=[unix_path]), f"the socket {unix_path}"),
            "environment": (Canaries(environment=["CANARY"]), "the environment variable CANARY"),
            "process": (Canaries(processes=[os.getpid()]), f"process {os.getpid()}, with a signal"),
        }


@pytest.mark.parametrize("kind", ["file", "socket", "unix socket", "environment", "process"])
async def test_a_canary_is_reached_without_a_wall_which_is_refused_but_not_from_the_jail(
    canaries: Mapping[str, tuple[Canaries, str]], kind: str
) -> None:
    canary, words = canaries[kind]

    with pytest.raises(Unavailable, match='tier "pretender" has a hole') as refused:
        await Worker.start(Leaky() if kind == "environment" else Pretender(), Guest.JAVASCRIPT, canary)
    assert words in str(refused.value)

    worker = await Worker.start(JailLauncher(), Guest.JAVASCRIPT, canary)
    await worker.close()


@contextlib.asynccontextmanager
async def jailed() -> AsyncIterator[tuple[Worker, int, int]]:
    """A worker, the process that waits outside, and the guest."""
    worker = await Worker.start(JailLauncher(), Guest.JAVASCRIPT, NO_CANARIES)
    try:
        outside = process_of(worker)
        (inside,) = children_of(outside)
        yield worker, outside, inside
    finally:
        await worker.close()


def process_of(worker: Worker) -> int:
    sandbox = worker._sandbox
    assert isinstance(sandbox, JailSandbox)
    return sandbox._process.pid


def status_of(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def children_of(process: int) -> list[int]:
    found = []
    for each in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            if int(status_of(int(each))["PPid"]) == process:
                found.append(int(each))
    return found


async def test_the_kernel_says_of_a_jailed_process_that_it_has_no_rights() -> None:
    async with jailed() as (_, outside, inside):
        status = status_of(inside)

        assert status["Seccomp"] == "2"
        assert status["NoNewPrivs"] == "1"
        assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
        assert status["NSpid"].split() == [str(inside), "1"]
        assert status["Groups"] == ("" if gives_users() else status_of(os.getpid())["Groups"])
        assert status_of(outside)["NoNewPrivs"] == "1"


async def test_a_root_servers_workers_are_different_users_and_none_of_them_is_root() -> None:
    uids = set()
    for _ in range(2):
        async with jailed() as (_, _, inside):
            uids |= set(status_of(inside)["Uid"].split())

    if gives_users():
        assert len(uids) == 2
        assert min(map(int, uids)) >= 0x70000000
    else:
        assert uids == {str(os.getuid())}


async def test_each_namespace_is_the_workers_own() -> None:
    # Read through the waiting process, which root may look at and its owner too, as far as it shares them.
    async with jailed() as (_, outside, inside):
        looked_at = inside if gives_users() else outside
        own = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("user", "net", "ipc", "uts", "mnt")}
        theirs = {name: os.readlink(f"/proc/{looked_at}/ns/{name}") for name in own}

        assert not set(own.values()) & set(theirs.values())


async def test_no_process_and_no_descriptor_is_left_of_closed_and_killed_workers() -> None:
    async with jailed():
        pass
    descriptors = sorted(os.listdir("/proc/self/fd"))
    processes = children_of(os.getpid())
    for number in range(20):
        async with jailed() as (worker, outside, inside):
            ends = [os.pidfd_open(outside), os.pidfd_open(inside)]
            if number % 2:
                worker.kill()
            elif number % 4:
                os.kill(inside, signal.SIGKILL)
        # Ended, and not merely about to.
        assert not Path(f"/proc/{outside}").exists()
        assert not Path(f"/proc/{inside}").exists()
        for end in ends:
            os.close(end)

    assert children_of(os.getpid()) == processes
    assert sorted(os.listdir("/proc/self/fd")) == descriptors


async def test_a_worker_whose_guest_ends_says_so() -> None:
    async with jailed() as (worker, _, inside):
        os.kill(inside, signal.SIGKILL)

        with pytest.raises(WorkerDied):
            await worker.call(["open", "tenant/1"], limits=Limits())


async def test_a_launch_that_is_not_waited_for_leaves_nothing() -> None:
    processes = children_of(os.getpid())
    for seconds in (0.0, 0.005, 0.02, 0.05):
        launch = asyncio.create_task(JailLauncher().launch(Guest.JAVASCRIPT))
        done, _ = await asyncio.wait({launch}, timeout=seconds)
        assert not done
        launch.cancel()
        with pytest.raises(asyncio.CancelledError):
            await launch

    assert children_of(os.getpid()) == processes


SERVER = """
import asyncio
from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.sandbox.ports import Guest

async def serve():
    sandbox = await JailLauncher().launch(Guest.JAVASCRIPT)
    print(sandbox._process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


def test_workers_end_with_a_server_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        outside = int(server.stdout.readline())
        (inside,) = children_of(outside)
        ends = [os.pidfd_open(outside), os.pidfd_open(inside)]
        server.kill()

    for end in ends:
        readable, _, _ = select.select([end], [], [], 10)
        os.close(end)
        assert readable


START = """
import asyncio
from headrace.executor.adapters.launchers.jail import JailLauncher, gives_users
from headrace.executor.sandbox.ports import Canaries, Guest
from headrace.executor.sandbox.worker import Worker

async def main():
    worker = await Worker.start(JailLauncher(), Guest.JAVASCRIPT, Canaries(files=["/etc/passwd"]))
    await worker.close()
    print("started", "as root" if gives_users() else "as anybody")

asyncio.run(main())
"""

SURVEY = """
import json
from headrace.executor.adapters.launchers import survey
found = survey.survey()
print(json.dumps([found.jail, {part: why for part, why in found.parts.items() if why}, survey.advice(found)]))
"""


def test_nobody_has_to_be_root() -> None:
    assert last_line_of(as_anybody(START)) == "started as anybody"


@pytest.mark.parametrize(
    ("call", "error", "part"),
    [
        ("unshare", "EPERM", "user namespaces: the kernel refuses them (Operation not permitted)"),
        ("unshare", "ENOSPC", "user namespaces: the kernel refuses them (No space left on device)"),
        ("mount", "EPERM", "capabilities in namespaces: mount: Operation not permitted"),
        ("pivot_root", "EINVAL", "an empty root: pivot_root: Invalid argument"),
        ("landlock_create_ruleset", "ENOSYS", "Landlock: this kernel has none"),
        ("landlock_create_ruleset", "EOPNOTSUPP", "Landlock: this kernel was started without it"),
        ("seccomp", "EINVAL", "seccomp filters: Invalid argument"),
    ],
)
def test_a_part_that_the_machine_lacks_is_named_and_nothing_is_started(call: str, error: str, part: str) -> None:
    last = last_line_of(as_anybody(START, without=call, error=error))

    assert last.endswith(f"this machine lacks a part of the wall, see `headrace doctor`: {part}")


def test_a_survey_of_such_a_machine_names_it_too_and_what_to_do() -> None:
    jail, missing, advice = json.loads(
        last_line_of(as_anybody(SURVEY, without="landlock_create_ruleset", error="EOPNOTSUPP"))
    )

    assert not jail
    assert missing == {"Landlock": "this kernel was started without it"}
    assert "lsm=" in advice[0]
