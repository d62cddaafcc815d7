"""How commands fail: one line that names the thing and the way out, and an exit code for scripts."""

from __future__ import annotations

import sys

EXIT_FAILED = 1
"""The workflow ran and failed."""

EXIT_BAD_INPUT = 2
"""The command could not begin: a file, an option or a name is wrong."""

EXIT_WAITING = 3
"""The workflow waits for a time or a request."""

EXIT_INTERRUPTED = 130


class Failure(Exception):
    """The command cannot go on.

    Args:
        lines: What is wrong; each is shown on a line of its own.
    """

    def __init__(self, *lines: str, code: int = EXIT_BAD_INPUT) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines
        self.code = code


def explain(failure: Failure) -> None:
    for line in failure.lines:
        print(f"headrace: {line}", file=sys.stderr)
