"""Files that are there whole or not at all, even after a power cut."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Write a file under its name at once, with the folders that it needs, and wait until the disk has it.

    Raises:
        OSError
    """
    unfinished = UnfinishedFile(path.parent)
    try:
        unfinished.write(data)
        unfinished.finish(path)
    except BaseException:
        unfinished.discard()
        raise


class UnfinishedFile:
    """A file that grows without a name of its own until it is finished, or discarded.

    Raises:
        OSError: from all of its methods but `discard`.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        handle, self._path = tempfile.mkstemp(dir=folder, prefix=".put-")
        self._file = os.fdopen(handle, "wb")

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def finish(self, path: Path) -> None:
        """Give the file its name, in the same file system, and wait until the disk has it all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())
        Path(self._path).replace(path)
        # The new name has to last, too: without this the file may be gone after a power cut.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Remove it; nothing happens to a finished one."""
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            Path(self._path).unlink()
