"""The one command: `headrace`."""

from headrace.cli.main import main

__all__ = ["main"]
