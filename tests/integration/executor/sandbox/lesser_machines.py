"""Running programs as on a machine that offers less: without root's rights, or without a part of the kernel."""

from __future__ import annotations

import subprocess
import sys

_AS_ANYBODY = """
import contextlib
from headrace.executor.guest.confinement import calls, identity
# Its own files stay readable, but to the kernel it is nobody special; root needs one capability to be mapped at all.
for capability in set(range(64)) - {31}:
    with contextlib.suppress(OSError):
        calls.prctl(calls.PR_CAPBSET_DROP, capability)
with contextlib.suppress(OSError):
    identity.keep_capabilities({31})
"""

_WITHOUT = """
import errno, struct
from headrace.executor.guest.confinement import seccomp
from headrace.executor.guest.confinement.numbers import number_of
calls.prctl(calls.PR_SET_NO_NEW_PRIVS, 1)
refuse, allow = (0x06, 0, 0, 0x50000 | errno.%s), (0x06, 0, 0, 0x7fff0000)
instructions = [(0x20, 0, 0, 0), (0x15, 0, 1, number_of("%s")), refuse, allow]
seccomp.install(b"".join(struct.pack("=HBBI", *each) for each in instructions))
"""


def as_anybody(program: str, *, without: str | None = None, error: str = "EPERM") -> subprocess.CompletedProcess[str]:
    """Run a Python program as an unprivileged user.

    Args:
        without: A system call that answers nothing but *error*.
    """
    lesser = _WITHOUT % (error, without) if without is not None else ""
    return subprocess.run(
        [sys.executable, "-c", f"{_AS_ANYBODY}{lesser}{program}"],
        capture_output=True,
        check=False,
        timeout=60,
        text=True,
    )


def last_line_of(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stdout + done.stderr).strip().rpartition("\n")[2]
