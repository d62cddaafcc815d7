"""The wall as seen from inside, by somebody who may run any Python behind it."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from headrace.executor.guest.confinement import policies
from headrace.executor.guest.confinement.numbers import has
from tests.integration.executor.sandbox.prison import ask

KINDS = ("javascript", "python", "child")

REFUSED = (
    "open('/etc/passwd')",
    "open('/proc/self/environ')",
    "open('/new', 'w')",
    "os.listdir('/')",
    "os.stat('/')",
    "os.readlink('/proc/self/exe')",
    "os.mkdir('/new')",
    "os.symlink('/', '/new')",
    "os.chdir('/')",
    "os.memfd_create('new')",
    "os.mkfifo('/new')",
    "socket.socket()",
    "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "socket.socket(socket.AF_UNIX)",
    "socket.socket(socket.AF_NETLINK)",
    "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "socket.sethostname('new')",
    "os.execv('/bin/true', ['true'])",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "os.setuid(0)",
    "os.setgroups([0])",
    "os.setsid()",
    "os.nice(-1)",
    "os.sched_setaffinity(0, {0})",
    "os.splice(0, 1, 1)",
    "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "calls.prctl(calls.PR_SET_DUMPABLE, 1)",
    "calls.prctl(calls.PR_CAP_AMBIENT, calls.PR_CAP_AMBIENT_CLEAR_ALL)",
    "resource.prlimit(2, resource.RLIMIT_NOFILE)",
    "mmap.mmap(-1, 4096).madvise(mmap.MADV_MERGEABLE)",
    "calls.call('futex', bytes(8), 6, 0, None)",
    "signal.setitimer(signal.ITIMER_REAL, 1)",
)
NO_SECOND_PROCESS = ("os.fork()", "os.kill(3, 0)", "os.kill(-1, 0)", "os.waitpid(-1, 0)", "os.pipe()")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outside_the_process_can_be_asked_for(kind: str) -> None:
    lines = REFUSED if kind == "python" else REFUSED + NO_SECOND_PROCESS

    answers = ask(*lines, kind=kind)

    assert dict(zip(lines, answers, strict=True)) == dict.fromkeys(lines, "EPERM")


@pytest.mark.parametrize("kind", KINDS)
def test_what_guests_need_still_works(kind: str) -> None:
    assert ask("started_thread()", "len(os.urandom(16))", "len('x' * 2**24)", "os.kill(os.getpid(), 0)", kind=kind) == [
        True,
        16,
        2**24,
        None,
    ]


def test_a_pair_of_sockets_carries_bytes_but_no_descriptor() -> None:
    answers = ask(
        "globals().update(pair=socket.socketpair())",
        "pair[0].send(b'x')",
        "len(pair[1].recv(9))",
        "socket.send_fds(pair[0], [b'x'], [0])",
        kind="child",
    )

    assert answers == [None, 1, 1, "EPERM"]


def test_python_forks_in_its_guest_but_not_in_a_child_of_it() -> None:
    fork = "os.waitpid(os.fork() or os._exit(7), 0)[1] >> 8"

    assert ask(fork, kind="python") == [7]
    assert ask(fork, kind="child") == ["EPERM"]


@pytest.mark.parametrize("flags", [[], ["--jit"]], ids=["jitless", "jit"])
def test_only_a_jit_may_make_new_machine_code(flags: list[str]) -> None:
    (answer,) = ask("len(mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC))", flags=flags)

    assert answer == (4096 if flags else "EPERM")


def test_a_hostile_call_ends_the_process_that_makes_it() -> None:
    names = [name for name in policies.HOSTILE if has(name)]

    answers = ask(*(f"end_of_child({name!r})" for name in names), kind="python")

    assert dict(zip(names, answers, strict=True)) == dict.fromkeys(names, signal.SIGSYS)


def test_a_call_by_a_second_number_as_x86_has_them_ends_the_process() -> None:
    assert ask("ctypes.CDLL(None).syscall(0x40000000 + number_of('getpid'))", "'alive'") == []


def test_threads_are_started_the_way_that_can_be_checked() -> None:
    assert ask("calls.call('clone3', None, 0)") == ["ENOSYS"]


def test_a_wall_that_stands_cannot_be_taken_down() -> None:
    assert ask("calls.prctl(calls.PR_SET_SECCOMP, 0)", "calls.call('seccomp', 1, 0, None)") == ["EPERM", "EPERM"]


def test_descriptors_are_closed_whatever_their_number() -> None:
    with open("/etc/hostname", "rb") as low:
        high = os.dup2(low.fileno(), 280)
        try:
            (javascript,) = ask("open_descriptors()", pass_fds=[low.fileno(), high])
            (child,) = ask("open_descriptors()", kind="child", pass_fds=[low.fileno(), high])
        finally:
            os.close(high)

    assert javascript == [0, 1, 2]
    assert child == [0, 1, 2]


def test_the_environment_is_empty() -> None:
    assert ask("dict(os.environ)", environment={"SECRET": "canary"}) == [{}]


def test_a_guest_knows_neither_the_machines_name_nor_its_own_user() -> None:
    assert ask("socket.gethostname()", "os.getuid()", "os.getgid()", "os.getgroups()", without={"seccomp"}) == [
        "sandbox",
        65534,
        65534,
        [],
    ]


@pytest.mark.parametrize("without", [{"seccomp", "landlock"}, {"seccomp", "root"}, {"landlock", "root"}], ids=str)
def test_each_layer_alone_keeps_files_away(without: set[str], tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("reached")

    assert canary.read_text() == "reached"
    (answer,) = ask(f"open({str(canary)!r}).read()", without=without)
    assert answer in ("EPERM", "EACCES", "ENOENT")


def test_without_the_filter_there_is_still_no_network_and_no_other_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass

        connected, signalled, capable = ask(
            f"socket.create_connection(('127.0.0.1', {port}), timeout=1)",
            f"os.kill({os.getpid()}, 0)",
            "calls.call('unshare', 0x40000000)",
            without={"seccomp"},
        )

    assert connected in ("EACCES", "ENETUNREACH", "ECONNREFUSED")
    assert signalled == "ESRCH"
    assert capable == "EPERM"


def test_a_child_has_the_memory_and_time_it_was_given() -> None:
    fits, more, seconds = ask(
        "len(bytearray(48 << 20))", "len(bytearray(96 << 20))", "resource.getrlimit(resource.RLIMIT_CPU)", kind="child"
    )

    assert (fits, more, seconds) == (48 << 20, "MemoryError", [5, 6])


def test_threads_are_counted() -> None:
    started, more = ask(
        "[threading.Thread(target=threading.Event().wait, daemon=True).start() for _ in range(20)] and 20",
        "[threading.Thread(target=threading.Event().wait, daemon=True).start() for _ in range(100)]",
    )

    assert (started, more) == (20, "RuntimeError")
