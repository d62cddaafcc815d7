"""Folders that last as long as the process that holds them: whoever comes later can tell which are left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def hold(folder: Path, *, shared: bool = False) -> int | None:
    """Lock *folder* for as long as the returned descriptor is open; None if it is not there, or somebody else's.

    Args:
        shared: Whether others may hold it too. Then this waits for one who holds it alone.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it before may have removed it.
        if os.path.samestat(os.fstat(descriptor), os.stat(folder)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def left_behind(parent: Path) -> Mapping[Path, int]:
    """Return the folders in *parent* that nobody held until now, with the descriptors that now do."""
    return {path: held for path in sorted(parent.iterdir()) if path.is_dir() and (held := hold(path)) is not None}


def remove_left_behind(parent: Path) -> None:
    """Remove the folders in *parent* that nobody holds."""
    for folder, held in left_behind(parent).items():
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)
