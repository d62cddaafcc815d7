"""Starts a guest: `python -I -m headrace.executor.guest KIND [flags]`."""

from __future__ import annotations

import sys
from importlib import import_module

from headrace.executor.guest.confinement import enter

_GUESTS = {
    "javascript": "headrace.executor.guest.javascript",
    "python": "headrace.executor.guest.python.zygote",
}


def main() -> None:
    kind, *flags = sys.argv[1:]
    enter(flags)
    import_module(_GUESTS[kind]).run(flags)


if __name__ == "__main__":
    main()
