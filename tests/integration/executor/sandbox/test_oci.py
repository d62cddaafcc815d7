"""Containers: the same guests under each runtime, what they can reach, and what is left of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import gives_users
from headrace.executor.adapters.launchers.oci import OciLauncher, bundle, runtimes
from headrace.executor.adapters.launchers.oci.container import Bundle, OciSandbox
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import Limits, WorkerDied
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, Guest, GuestOptions
from headrace.executor.sandbox.usage import tree_of
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Unavailable
from headrace.sdk.context import CodeRequest, CodeResult
from headrace.sdk.errors import NodeError
from tests.integration.executor.one_node import OneNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEAP_BYTES = 128 * 1024 * 1024
OPTIONS = GuestOptions(memory_bytes=HEAP_BYTES)
LIMITS = Limits(memory_bytes=HEAP_BYTES)
PATIENT = Limits(wall=timedelta(seconds=30))


@pytest.fixture(scope="module")
def state_dir() -> Iterator[Path]:
    """A folder that other users can pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-oci-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=["crun", "runc", "runsc"])
def launcher(request: pytest.FixtureRequest, state_dir: Path) -> OciLauncher:
    return OciLauncher(OPTIONS, runtime=request.param, state_dir=state_dir)


@pytest.fixture(scope="module")
def canaries(state_dir: Path) -> Iterator[Canaries]:
    file = state_dir / "canary"
    file.write_text("reached")
    file.chmod(0o644)
    os.environ["CANARY"] = "reached"
    unix_path = str(state_dir / "socket")
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as listening_unix:
        listening_unix.bind(unix_path)
        listening_unix.listen()
        yield Canaries(
            files=[str(file), "/etc/passwd", f"/proc/{os.getpid()}/environ"],
            sockets=[("127.0.0.1", listening.getsockname()[1])],
            unix_sockets=[unix_path],
            environment=["CANARY", "PATH", "HOME"],
            processes=[os.getpid()],
        )
    del os.environ["CANARY"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evaluator(launcher: OciLauncher, canaries: Canaries) -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(launcher, PoolSettings(limits=LIMITS), canaries=canaries)
    yield ExpressionEvaluator(pool)
    await pool.close()


async def run(
    evaluator: ExpressionEvaluator, source: str, *, language: str = "javascript", seconds: float = 30
) -> CodeResult:
    request = CodeRequest(source=source, language=language, timeout=timedelta(seconds=seconds))
    return await evaluator.run_code(request, OneNode([{"n": 1}, {"n": 2}]))


async def in_python(evaluator: ExpressionEvaluator, source: str) -> Any:
    """Return what a Python function with this body returns inside."""
    ((item,),) = (await run(evaluator, source, language="python")).values
    return item["json"]["value"]


async def test_expressions_and_code_run(evaluator: ExpressionEvaluator) -> None:
    scope = OneNode([{"n": 1}, {"n": 2}])

    assert await evaluator.resolve(["={{ [$json.n].map((n) => n * 2)[0] }}"], scope, 0, 2) == [[2, 4]]
    assert (await run(evaluator, "return items.map(({json}) => ({json: {n: json.n + 1}}))")).values == [
        [{"json": {"n": 2}}, {"json": {"n": 3}}]
    ]
    result = await run(
        evaluator, "print('a line')\nreturn [{'json': {'n': i.json.n + 1}} for i in _items]", language="python"
    )
    assert result.values == [[{"json": {"n": 2}}, {"json": {"n": 3}}]]
    assert result.console == ["a line"]


async def test_the_tier_names_the_runtime(launcher: OciLauncher, evaluator: ExpressionEvaluator) -> None:
    scope = OneNode()

    await evaluator.resolve(["={{ [1].map((n) => n + 1)[0] }}"], scope, 0, 1)

    assert scope.tiers == {f"javascript/{launcher.tier}"}
    assert launcher.tier in ("oci:crun", "oci:runc", "oci:runsc")


async def test_a_container_has_the_files_that_python_needs_and_no_others(
    launcher: OciLauncher,
) -> None:
    tree = await launcher._tree()

    assert set(os.listdir(tree)) - {"lib64", "usr"} == {"dev", "lib", "proc", "python", "site", "tmp"}
    assert set(os.listdir(tree / "site")) == {"headrace", "py_mini_racer", "tzdata"}
    assert set(os.listdir(tree / "site" / "headrace")) == {"__init__.py", "__pycache__", "executor"}
    assert set(os.listdir(tree / "site" / "headrace" / "executor")) == {"__init__.py", "__pycache__", "guest"}
    assert not os.listdir(tree / "tmp")


async def test_code_is_nobody_and_finds_nothing_of_the_machine(evaluator: ExpressionEvaluator) -> None:
    source = """
        import os
        found = {"user": os.getuid(), "number": os.getppid(), "host": os.uname().nodename, "variables": len(os.environ)}
        return [{"json": {"value": found}}]
    """

    found = await in_python(evaluator, textwrap.dedent(source))

    assert found["user"] == 65534 or not gives_users()
    # The first process of its namespace is the zygote.
    assert (found["number"], found["host"], found["variables"]) == (1, "sandbox", 0)


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/python/bin/python3', 'rb')",
        "open('/dev/shm/file', 'w')",
        "open('/tmp/file', 'w')",
        "open('/proc/1/environ')",
        "import socket; socket.socket().connect(('127.0.0.1', 80))",
        "import os; os.fork()",
        "import os; os.execv('/python/bin/python3', ['python3'])",
        "import os; os.kill(1, 9)",
        "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
    ],
    ids=[
        "file",
        "own file",
        "new file",
        "temporary file",
        "process",
        "connect",
        "fork",
        "exec",
        "kill",
        "ptrace",
        "unshare",
    ],
)
async def test_a_hostile_call_does_not_succeed(evaluator: ExpressionEvaluator, attempt: str) -> None:
    try:
        (outcome,) = (
            await run(evaluator, f"{attempt}\nreturn [{{'json': {{'done': True}}}}]", language="python")
        ).values
    except NodeError:
        # The kernel ended it.
        pass
    else:
        assert "done" not in str(outcome), outcome
    assert await in_python(evaluator, "return [{'json': {'value': 1}}]") == 1


@pytest.mark.parametrize(
    ("language", "source"),
    [("javascript", "while (true) {}"), ("python", "while True: pass")],
    ids=["javascript", "python"],
)
async def test_code_past_its_deadline_is_stopped_and_the_next_call_works(
    evaluator: ExpressionEvaluator, language: str, source: str
) -> None:
    with pytest.raises(NodeError, match=r"the limit of 0\.5 seconds"):
        await run(evaluator, source, language=language, seconds=0.5)

    assert (await run(evaluator, "return [{json: {n: 1}}]")).values == [[{"json": {"n": 1}}]]
    assert await in_python(evaluator, "return [{'json': {'value': 1}}]") == 1


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "const all = []; while (true) all.push(new Array(1e5).fill(1.5 + all.length));"),
        ("javascript", "const all = []; while (true) all.push(new Uint8Array(1 << 26).fill(1));"),
        ("python", "parts = []\nwhile True: parts.append(b'x' * (1 << 24))"),
    ],
    ids=["heap", "array buffers", "python"],
)
async def test_code_that_needs_too_much_memory_is_told_the_limit(
    evaluator: ExpressionEvaluator, language: str, source: str
) -> None:
    with pytest.raises(NodeError, match="the limit of 128 MiB"):
        await run(evaluator, source, language=language)


async def test_the_use_of_processor_and_memory_is_seen_from_outside(launcher: OciLauncher) -> None:
    worker = await Worker.start(launcher, Guest.PYTHON, Canaries())
    try:
        before = worker._sandbox.usage()
        source = "x = bytearray(64 << 20)\nwhile True: pass"
        with contextlib.suppress(Exception):
            async with asyncio.timeout(1.5):
                busy = asyncio.create_task(worker.call(python_request(source), limits=PATIENT))
                await asyncio.sleep(1)
                during = worker._sandbox.usage()
                await busy

        assert during.cpu_seconds > before.cpu_seconds + 0.1
        assert during.memory_bytes > before.memory_bytes + (48 << 20)
        if launcher.tier == "oci:runsc":
            assert (before.processes, during.processes) == (0, 0)
        else:
            assert during.processes == before.processes + 1
    finally:
        await worker.close()


async def test_the_kernel_says_of_a_guest_that_it_has_no_rights(launcher: OciLauncher) -> None:
    sandbox = await launcher.launch(Guest.JAVASCRIPT)
    try:
        guests = [status_of(process) for process in members_of(sandbox)]
        if launcher.tier == "oci:runsc":
            # gVisor's kernel; its helper for files is root's, in an empty folder.
            (guest, *_) = [status for status in guests if status["Uid"].split()[0] != "0"]
        else:
            (guest,) = guests
            assert guest["NSpid"].split()[1:] == ["1"]
            assert {guest[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
            if gives_users():
                assert int(guest["Uid"].split()[0]) >= 0x70000000
        assert guest["NoNewPrivs"] == "1"
        assert guest["Seccomp"] == "2"
        assert guest["Groups"] == ""
    finally:
        await sandbox.close()


async def test_the_kernel_limits_the_whole_container_where_there_are_cgroups(launcher: OciLauncher) -> None:
    sandbox = await launcher.launch(Guest.JAVASCRIPT)
    try:
        assert sandbox._bundle is not None
        limits = {
            int(file.read_text())
            for pattern in ("memory/{}/memory.limit_in_bytes", "{}/memory.max")
            for file in Path("/sys/fs/cgroup").glob(pattern.format(sandbox._bundle.name))
        }

        assert limits == ({HEAP_BYTES + (1536 << 20)} if runtimes.cgroups_offered() else set())
    finally:
        await sandbox.close()


async def test_nothing_is_left_of_closed_killed_and_failed_containers(
    launcher: OciLauncher, state_dir: Path, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await launcher._tree()
    before = everything(state_dir, names)

    for way in ("closed", "killed", "busy", "closed at once", "not started"):
        if way == "not started":
            monkeypatch.setattr(bundle, "PYTHON", "python/bin/nothing")
            with pytest.raises(Unavailable, match=f'the sandbox tier "{launcher.tier}" does not work here: .*nothing'):
                await launcher.launch(Guest.JAVASCRIPT)
            continue
        sandbox = await launcher.launch(Guest.JAVASCRIPT)
        if way != "closed at once":
            await sandbox.reader.readexactly(4)
        if way == "killed":
            sandbox.kill()
            sandbox.kill()
        if way == "busy":
            # Its pipe is full.
            sandbox.writer.write(bytes(1 << 24))
        await sandbox.close()
        await sandbox.close()

    assert everything(state_dir, names) == before


async def test_a_start_that_is_called_off_leaves_nothing(
    launcher: OciLauncher, state_dir: Path, names: list[str]
) -> None:
    await launcher._tree()
    before = everything(state_dir, names)

    for seconds in (0.001, 0.02, 0.05):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await (await launcher.launch(Guest.JAVASCRIPT)).close()

    assert everything(state_dir, names) == before


async def test_a_killed_guest_is_told_from_a_slow_one(launcher: OciLauncher) -> None:
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())
    worker.kill()

    with pytest.raises(WorkerDied):
        await worker.call(["open", "tenant/1"], limits=PATIENT)

    await worker.close()


CRASHING = """
import asyncio, os, sys
from pathlib import Path
from headrace.executor.adapters.launchers.oci import OciLauncher
from headrace.executor.sandbox.ports import Canaries, Guest
from headrace.executor.sandbox.usage import tree_of
from headrace.executor.sandbox.worker import Worker
from tests.integration.executor.sandbox.test_oci import OPTIONS, PATIENT, python_request

async def main():
    launcher = OciLauncher(OPTIONS, runtime=sys.argv[1], state_dir=Path(sys.argv[2]))
    worker = await Worker.start(launcher, Guest.PYTHON, Canaries())
    busy = asyncio.create_task(worker.call(python_request("while True: pass"), limits=PATIENT))
    await asyncio.sleep(0.3)
    print(*tree_of(worker._sandbox._process.pid), flush=True)
    await busy

asyncio.run(main())
"""


async def test_what_a_crashed_server_left_behind_is_removed_by_the_next(launcher: OciLauncher, state_dir: Path) -> None:
    runtime = launcher.tier.partition(":")[2]
    crashing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CRASHING, runtime, str(state_dir)), stdout=subprocess.PIPE, cwd=_ROOT
    )
    assert crashing.stdout is not None
    left = [int(number) for number in (await crashing.stdout.readline()).split()]
    running = {process: os.pidfd_open(process) for process in left}
    others = {folder.name for folder in (state_dir / "containers").iterdir()}
    crashing.kill()
    await crashing.wait()

    successor = OciLauncher(OPTIONS, runtime=runtime, state_dir=state_dir)
    sandbox = await successor.launch(Guest.JAVASCRIPT)
    await sandbox.close()

    try:
        for descriptor in running.values():
            # Readable when the process has ended.
            await asyncio.wait_for(_readable(descriptor), 10)
    finally:
        for descriptor in running.values():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            os.close(descriptor)
    assert {folder.name for folder in (state_dir / "containers").iterdir()} < others


async def test_anybody_can_start_containers(launcher: OciLauncher, state_dir: Path) -> None:
    runtime = launcher.tier.partition(":")[2]
    starting = """
import asyncio, os, sys
from pathlib import Path
from headrace.executor.adapters.launchers.oci import OciLauncher
from headrace.executor.sandbox.ports import Canaries, Guest
from headrace.executor.sandbox.worker import Worker

async def main():
    launcher = OciLauncher(runtime=sys.argv[1], state_dir=Path(sys.argv[2]))
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries(files=["/etc/passwd"], processes=[os.getpid()]))
    await worker.close()
    print("started as", "root" if os.geteuid() == 0 else "anybody", *os.listdir(Path(sys.argv[2]) / "containers"))

asyncio.run(main())
"""
    own = state_dir / f"anybody-{runtime}"
    own.mkdir()
    lesser = []
    if os.geteuid() == 0:
        shutil.chown(own, "nobody")
        # Python itself may be in a folder of root's.
        read = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
        lesser = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *read]

    done = await asyncio.create_subprocess_exec(
        *(*lesser, sys.executable, "-c", starting, runtime, str(own)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        said, errors = await done.communicate()

    assert said == b"started as anybody\n", errors.decode()


def python_request(source: str) -> list[str]:
    limits = {"memory_bytes": HEAP_BYTES, "cpu_seconds": 30.0, "output_bytes": 1 << 20, "log_bytes": 1 << 20}
    body: dict[str, Any] = {
        **{name: {} for name in ("vars", "binaries", "context", "nodes", "links", "outputs")},
        "source": source,
        "style": "all",
        "items": [],
        "zone": "UTC",
        "static": {"global": {}, "node": {}},
        "names": [],
    }
    return ["run", "code", json.dumps(limits), json.dumps(body)]


def members_of(sandbox: OciSandbox) -> list[int]:
    """Return the container's processes, without those that only start it and wait."""
    command = sandbox._process.pid
    return [process for process in tree_of(command) if process != command]


def status_of(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all containers that a test makes."""
    made: list[str] = []
    create = Bundle.create

    def noted(*arguments: Any) -> Bundle:
        bundle = create(*arguments)
        made.append(bundle.name)
        return bundle

    monkeypatch.setattr(Bundle, "create", noted)
    return made


def everything(state_dir: Path, names: list[str]) -> dict[str, Any]:
    """Return what containers could leave behind."""
    return {
        "processes": {process for process, stat in tree_of(os.getpid()).items() if stat[0] != b"Z"},
        "containers": sorted(folder.name for folder in (state_dir / "containers").iterdir()),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "cgroups": [folder for name in names for folder in Path("/sys/fs/cgroup").glob(f"**/{name}")],
        "descriptors": len(os.listdir("/proc/self/fd")),
    }


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


_ROOT = Path(__file__).parents[4]
