"""The zygote's side of a call: whatever a child does ends in an answer."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executor.guest import frames
from headrace.executor.guest.python.calls import Calls, Ending, ParentGone, cause_of_death
from headrace.executor.guest.python.parcels import Parcel, blocking, receive, write

Live = Callable[[int, int], Any]


@dataclass
class Executor:
    """The other end of the zygote's pipes."""

    source: int
    to_guest: int
    from_guest: int
    sink: int

    def answer(self, live: Live, *, output_bytes: int = 1000, cpu_seconds: float = 5) -> Sequence[bytes]:
        limits = {"memory_bytes": 1, "cpu_seconds": cpu_seconds, "output_bytes": output_bytes, "log_bytes": 1}
        write(self.to_guest, [b"run", b"code", msgspec.json.encode(limits), b"body"])
        Calls(self.source, self.sink, live).answer(receive(blocking(self.source)))
        return self.read()

    def read(self) -> Sequence[bytes]:
        return parts_of(receive(blocking(self.from_guest)))


def parts_of(parcel: Parcel) -> Sequence[bytes]:
    parts = [bytes(part) for part in parcel.parts]
    parcel.close()
    return parts


@pytest.fixture
def executor() -> Iterator[Executor]:
    source, to_guest = os.pipe()
    from_guest, sink = os.pipe()
    made = Executor(source, to_guest, from_guest, sink)
    yield made
    for descriptor in (source, from_guest, sink):
        os.close(descriptor)
    if made.to_guest >= 0:
        os.close(to_guest)


def echo(requests: int, answers: int) -> None:
    write(answers, [b"ok", parts_of(receive(blocking(requests)))[3]])


def test_a_child_reads_the_request_and_its_answer_is_passed_on(executor: Executor) -> None:
    assert executor.answer(echo) == [b"ok", b"body"]


def test_questions_and_replies_are_passed_on(executor: Executor) -> None:
    def ask(requests: int, answers: int) -> None:
        receive(blocking(requests))
        write(answers, [b"ask", b"1 + 1"])
        write(answers, [b"ok", parts_of(receive(blocking(requests)))[1]])

    write(executor.to_guest, [])
    receive(blocking(executor.source)).close()
    # The reply is there before it is asked for: nobody else answers in this test.
    limits = b'{"memory_bytes":1,"cpu_seconds":1,"output_bytes":99,"log_bytes":1}'
    write(executor.to_guest, [b"run", b"code", limits, b""])
    write(executor.to_guest, [b"reply", b"2"])
    Calls(executor.source, executor.sink, ask).answer(receive(blocking(executor.source)))

    assert executor.read() == [b"ask", b"1 + 1"]
    assert executor.read() == [b"ok", b"2"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda answers: None, b"died"),
        (lambda answers: os.abort(), b"died"),
        (lambda answers: os.kill(os.getpid(), signal.SIGKILL), b"died"),
        (lambda answers: os.kill(os.getpid(), signal.SIGXCPU), b"cpu"),
        (lambda answers: os.close(answers) or time.sleep(60), b"died"),
        (lambda answers: write(answers, [b"ok", b"x" * 1000]), b"output"),
        (lambda answers: write(answers, [b"ask", b"x" * 1000]), b"output"),
        (lambda answers: write(answers, [b"end", b"log"]), b"log"),
        (lambda answers: write(answers, [b"end", b"end"]), b"garbled"),
        (lambda answers: write(answers, []), b"garbled"),
        (lambda answers: write(answers, [b"x"] * 64), b"garbled"),
        (lambda answers: os.write(answers, b"ok"), b"died"),
        (lambda answers: os.write(answers, b"okokokok"), b"garbled"),
    ],
)
def test_a_child_without_an_answer_is_told_by_how_it_ended(
    executor: Executor, answer: Callable[[int], object], kind: bytes
) -> None:
    assert executor.answer(lambda requests, answers: answer(answers)) == [b"error", kind, b""]


def test_a_grandchild_that_holds_the_pipe_does_not_hold_the_zygote(executor: Executor) -> None:
    def leave(requests: int, answers: int) -> None:
        if not os.fork():
            signal.alarm(5)
            signal.pause()

    assert executor.answer(leave) == [b"error", b"died", b""]


def test_a_child_that_answers_and_stays_is_ended(executor: Executor) -> None:
    def stay(requests: int, answers: int) -> None:
        echo(requests, answers)
        time.sleep(60)

    begin = time.monotonic()
    assert executor.answer(stay) == [b"ok", b"body"]
    assert time.monotonic() - begin < 30


def test_a_spare_child_that_has_died_is_replaced(executor: Executor) -> None:
    first = []

    def live(requests: int, answers: int) -> None:
        if not first:
            os.kill(os.getpid(), signal.SIGKILL)
        echo(requests, answers)

    calls = Calls(executor.source, executor.sink, live)
    spare = calls._next.pid
    os.waitid(os.P_PID, spare, os.WEXITED | os.WNOWAIT)
    first.append(spare)
    limits = b'{"memory_bytes":1,"cpu_seconds":1,"output_bytes":99,"log_bytes":1}'
    write(executor.to_guest, [b"run", b"code", limits, b"again"])
    calls.answer(receive(blocking(executor.source)))

    assert executor.read() == [b"ok", b"again"]


def test_when_the_executor_is_gone_the_child_is_ended(executor: Executor) -> None:
    limits = b'{"memory_bytes":1,"cpu_seconds":1,"output_bytes":99,"log_bytes":1}'
    write(executor.to_guest, [b"run", b"code", limits, b""])
    os.close(executor.to_guest)
    executor.to_guest = -1

    def wait(requests: int, answers: int) -> None:
        time.sleep(60)

    calls = Calls(executor.source, executor.sink, wait)
    with pytest.raises(ParentGone):
        calls.answer(receive(blocking(executor.source)))


@pytest.mark.parametrize(
    ("status", "used", "ending"),
    [
        (signal.SIGXCPU, 0.0, Ending.CPU),
        (signal.SIGKILL, 2.0, Ending.CPU),
        (signal.SIGKILL, 0.5, Ending.DIED),
        (signal.SIGSEGV, 2.0, Ending.DIED),
        (signal.SIGSYS, 0.0, Ending.DIED),
        (3 << 8, 2.0, Ending.DIED),
        (0, 0.0, Ending.DIED),
    ],
)
def test_a_death_has_its_cause(status: int, used: float, ending: Ending) -> None:
    assert cause_of_death(status, used, 2.0) is ending


@given(st.lists(st.binary(max_size=100), max_size=frames.MAX_PARTS))
def test_a_frame_is_passed_on_as_it_came(parts: list[bytes]) -> None:
    source, to_source = os.pipe()
    from_sink, sink = os.pipe()
    try:
        write(to_source, parts)
        parcel = receive(blocking(source))
        parcel.send(sink)
        parcel.close()
        assert parts_of(receive(blocking(from_sink))) == parts
    finally:
        for descriptor in (source, to_source, from_sink, sink):
            os.close(descriptor)
