"""The secret of this installation that its addresses, and the ids of what must be started once, are made with."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def lasting_secret(path: Path) -> bytes:
    """Return the bytes of a file that is made where there is none; of several processes at once, one makes it."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
