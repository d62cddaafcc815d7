"""Hostile Python code meets a limit or an error that is named; the next call works, most often in the same worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import (
    MIB,
    AnswerGarbled,
    CodeCpuTime,
    CodeLogsTooLarge,
    CodeOutOfMemory,
    CodeTimeout,
    CodeTooLarge,
    Limits,
    WorkerDied,
)
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import CodeFailure, CodeRequest, CodeResult
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Items
from tests.integration.executor.one_node import OneNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMITS = Limits(
    cpu=timedelta(seconds=1),
    memory_bytes=128 * MIB,
    output_bytes=4 * MIB,
    log_bytes=64 * 1024,
    wall=timedelta(seconds=20),
)

ANSWER_PIPE = """
import os, struct, sys, gc
for pipe in range(3, 30):
    try:
        os.write(pipe, b"")
        break
    except OSError:
        pass
def frame(*parts):
    return struct.pack(f">{len(parts) + 1}I", len(parts), *map(len, parts)) + b"".join(parts)
"""
"""What hostile code does first: find the pipe on which its child will answer."""

FORGED = '{"values":[{"value":["forged"]}],"static":{"global":{},"node":{}},"custom":{},"lines":[]}'


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=[ChildLauncher, JailLauncher])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(request.param(), PoolSettings(limits=LIMITS))
    yield pool
    await pool.close()


@pytest.fixture
def evaluator(pool: WorkerPool) -> ExpressionEvaluator:
    return ExpressionEvaluator(pool)


async def run(evaluator: ExpressionEvaluator, source: str, *, seconds: float = 20) -> CodeResult:
    request = CodeRequest(source=source, language="python", timeout=timedelta(seconds=seconds))
    return await evaluator.run_code(request, OneNode([{"a": 1}]))


async def stopped(evaluator: ExpressionEvaluator, source: str, *, seconds: float = 20) -> HeadraceError:
    """Return what stopped the code, having seen that the next call works."""
    with pytest.raises(NodeError) as error:
        await run(evaluator, source, seconds=seconds)
    assert (await run(evaluator, "return _items")).values == [[{"json": {"a": 1}, "pairedItem": 0}]]
    assert isinstance(error.value.__cause__, HeadraceError)
    assert str(error.value.__cause__) == error.value.message
    return error.value.__cause__


async def ended(evaluator: ExpressionEvaluator, source: str) -> CodeResult | BaseException | None:
    """Return how it ended: with a result, or the cause of an error."""
    try:
        return await run(evaluator, source)
    except NodeError as error:
        return error.__cause__


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
        "return [9 ** 9 ** 9]",
        "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        "import threading\nfor _ in range(4): threading.Thread(target=exec, args=['while 1: 0']).start()\nwhile 1: 0",
        "def f(): f()\nwhile True:\n  try: f()\n  except RecursionError: pass",
    ],
)
async def test_code_without_end_is_told_its_limit_of_processor_time(
    evaluator: ExpressionEvaluator, source: str
) -> None:
    # The kernel counts whole seconds, the executor more finely: whichever is first.
    error = await stopped(evaluator, source)

    assert type(error) is CodeCpuTime
    assert "more processor time than the limit of 1 seconds" in str(error)


@pytest.mark.parametrize(
    ("source", "breach", "message"),
    [
        ("x = []\nwhile True: x.append(bytearray(1 << 20))", CodeOutOfMemory, "the limit of 128 MiB"),
        ("return [b'x' * (1 << 30)]", CodeOutOfMemory, "the limit of 128 MiB"),
        ("return ['x' * (5 << 20)]", CodeTooLarge, "larger than the limit of 4 MiB"),
        ("print('x' * (1 << 20))", CodeLogsTooLarge, "printed more than the limit of 64 KiB"),
        ("try:\n  while True: print('x' * 1000)\nexcept BaseException: pass\nreturn []", CodeLogsTooLarge, "of 64 KiB"),
        ("import os\nos._exit(0)", WorkerDied, "died"),
        ("import os\nos.abort()", WorkerDied, "died"),
        ("import os\nos.kill(os.getpid(), 9)", WorkerDied, "died"),
        ("import ctypes\nctypes.string_at(1)", WorkerDied, "died"),
    ],
)  # fmt: skip
async def test_code_past_a_limit_is_told_which_and_the_worker_lives_on(
    pool: WorkerPool, evaluator: ExpressionEvaluator, source: str, breach: type[HeadraceError], message: str
) -> None:
    killed = pool.statistics.killed

    error = await stopped(evaluator, source)

    assert type(error) is breach
    assert message in str(error)
    assert pool.statistics.killed == killed


@pytest.mark.parametrize(
    "source",
    [
        "import mmap\nmmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        "import sys\nsys.setrecursionlimit(1 << 30)\nclass A:\n  def __repr__(self): return repr(self)\nrepr(A())",
        "import gc\nfor each in gc.get_objects():\n  if type(each) is list: each.clear()",
        "import sys\nfor name in list(sys.modules): del sys.modules[name]",
        "import builtins\nfor name in dir(builtins): delattr(builtins, name)",
        "import sys\nsys.modules['os'].write = None",
    ],
)
async def test_code_that_breaks_its_own_interpreter_breaks_no_other(
    pool: WorkerPool, evaluator: ExpressionEvaluator, source: str
) -> None:
    killed = pool.statistics.killed

    outcome = await ended(evaluator, source)

    # How it ends differs from one version of Python to the next.
    assert isinstance(outcome, CodeResult | WorkerDied | AnswerGarbled | CodeOutOfMemory)
    assert (await run(evaluator, "return [_items[0].json.a]")).values == [[1]]
    assert pool.statistics.killed == killed


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.sleep(60)",
        "import threading\nthreading.Event().wait()",
        f"{ANSWER_PIPE}\nos.close(pipe)\nimport time\nwhile True:\n  time.sleep(1)",
        f"{ANSWER_PIPE}\nos.write(pipe, struct.pack('>III', 2, 2, 10) + b'ok12')\nimport time\ntime.sleep(60)",
    ],
)
async def test_code_that_waits_is_stopped_in_time(evaluator: ExpressionEvaluator, source: str) -> None:
    error = await stopped(evaluator, source, seconds=0.5)

    # One that has closed its pipe cannot answer any more, and is not waited for.
    assert type(error) is (WorkerDied if "close(pipe)" in source else CodeTimeout)


@pytest.mark.parametrize(
    ("game", "outcome"),
    [
        ("os.write(pipe, os.urandom(100_000))", AnswerGarbled),
        ("os.write(pipe, b'\\xff' * 8)", AnswerGarbled),
        ("os.write(pipe, struct.pack('>III', 2, 2, 0xFFFFFFF0))", CodeTooLarge),
        ("os.write(pipe, struct.pack('>III', 2, 2, 10) + b'ok1')\nos._exit(0)", WorkerDied),
        ("os.write(pipe, struct.pack('>I', 0))", AnswerGarbled),
        ("os.write(pipe, frame(b'ok'))", AnswerGarbled),
        ("os.write(pipe, frame(b'hello', b'1', b'python'))", AnswerGarbled),
        ("os.write(pipe, frame(b'error', b'cpu', b''))", AnswerGarbled),
        ("os.write(pipe, frame(b'end', b'nothing'))", AnswerGarbled),
        ("os.write(pipe, frame(b'end', b'x' * 100_000))", AnswerGarbled),
        ("os.write(pipe, frame(b'end', b'memory'))", CodeOutOfMemory),
        ("os.write(pipe, frame(b'ok', b'{'))", AnswerGarbled),
        ("os.write(pipe, frame(b'ok', b'[' * 100_000))", AnswerGarbled),
        ("os.write(pipe, frame(b'ok', b'null'))", AnswerGarbled),
        ("os.write(pipe, frame(b'ok', forged.replace('[{', '[{},{').encode()))", AnswerGarbled),
        ("os.write(pipe, frame(b'ok', forged.replace('\"node\":{}', '\"node\":7').encode()))", AnswerGarbled),
        ("lines = '\"lines\":[\"' + 'x' * 70_000\n"
         "os.write(pipe, frame(b'ok', forged.replace('\"lines\":[', f'{lines}\"').encode()))", CodeLogsTooLarge),
        ("os.write(pipe, frame(b'ok', forged.encode()))", ["forged"]),
        ("os.write(pipe, frame(b'ok', forged.encode()) * 3)\nimport time\ntime.sleep(60)", ["forged"]),
        ("os.write(pipe, frame(b'ok', forged.encode()) + os.urandom(1000))", ["forged"]),
        ("for each in range(3, 256):\n  try: os.close(each)\n  except OSError: pass", WorkerDied),
    ],
)  # fmt: skip
async def test_whatever_code_writes_to_its_pipe_concerns_itself_only(
    pool: WorkerPool, evaluator: ExpressionEvaluator, game: str, outcome: Any
) -> None:
    killed = pool.statistics.killed
    source = f"{ANSWER_PIPE}\nforged = {FORGED!r}\n{game}\nreturn ['played']"

    if isinstance(outcome, list):
        assert (await run(evaluator, source)).values == [outcome]
    else:
        assert type(await stopped(evaluator, source)) is outcome
    assert (await run(evaluator, "return _items[0].json.a")).values == [1]
    assert pool.statistics.killed == killed


@pytest.mark.parametrize(
    "question",
    [
        "frame(b'ask', b'{')",
        "frame(b'ask', b'{\"method\": 1, \"args\": {}}')",
        'frame(b\'ask\', b\'{"method": "output", "args": ["Nowhere", 0, 0]}\')',
        'frame(b\'ask\', b\'{"method": "output", "args": ["Source", 1e99, []]}\')',
        'frame(b\'ask\', b\'{"method": "__class__", "args": []}\')',
        "frame(b'ask', b'{\"method\": \"x\", \"args\": [' + b'[' * 100_000 + b']}')",
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_and_the_code_goes_on(
    evaluator: ExpressionEvaluator, question: str
) -> None:
    source = (
        f"{ANSWER_PIPE}\nos.write(pipe, {question})\n"
        "for each in range(3, 30):\n  try:\n    reply = os.read(each, 4096)\n    break\n  except OSError:\n    pass\n"
        "return [reply.partition(b'{')[2].decode()]"
    )

    ((reply,),) = (await run(evaluator, source)).values

    assert reply.startswith('"error":"this helper is not available in the sandbox')


async def test_questions_without_end_are_ended(evaluator: ExpressionEvaluator) -> None:
    source = "while True:\n  try: _('Source').all(0, 0) and _helpers.httpRequest()\n  except Exception: pass"

    error = await stopped(evaluator, source)

    assert type(error) in (CodeCpuTime, AnswerGarbled)


async def test_replies_that_are_never_read_are_a_matter_of_time(evaluator: ExpressionEvaluator) -> None:
    source = f"{ANSWER_PIPE}\nask = frame(b'ask', b'x')\nwhile True: os.write(pipe, ask)"

    error = await stopped(evaluator, source, seconds=2)

    assert type(error) in (CodeTimeout, CodeCpuTime, AnswerGarbled)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.fork()",
        "import os\nos.execv('/bin/true', ['true'])",
        "import subprocess\nsubprocess.run(['/bin/true'])",
        "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        "import os\nos.kill(os.getppid(), 9)",
        "import os\nos.killpg(0, 9)",
        "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=1)",
        "open('written', 'w')",
        "import os\nos.memfd_create('x')",
        "import os, signal\nos.setsid()",
    ],
)
async def test_what_code_may_not_do_is_refused(pool: WorkerPool, evaluator: ExpressionEvaluator, source: str) -> None:
    killed = pool.statistics.killed

    (value,) = (await run(evaluator, source)).values

    assert isinstance(value, CodeFailure)
    assert value.name in ("PermissionError", "ModuleNotFoundError", "BlockingIOError", "FileNotFoundError")
    assert (await run(evaluator, "return [1]")).values == [[1]]
    assert pool.statistics.killed == killed


class Asked(OneNode):
    """Tells when code asks for data of another node."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    def items_of(self, node: str, output: int, run: int) -> Items:
        self.asked.set()
        return super().items_of(node, output, run)


async def test_a_call_that_is_given_up_takes_its_worker_along(pool: WorkerPool, evaluator: ExpressionEvaluator) -> None:
    killed, scope = pool.statistics.killed, Asked()
    source = "_('So' + 'urce').all()\nimport time\ntime.sleep(60)"
    call = asyncio.create_task(evaluator.run_code(CodeRequest(source=source, language="python"), scope))
    async with asyncio.timeout(10):
        await scope.asked.wait()

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    assert pool.statistics.killed == killed + 1
    assert (await run(evaluator, "return [1]")).values == [[1]]
