"""Files that workflows may use: those under an allowed folder, whatever their names say."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import glob
import os
import stat
from pathlib import Path

from headrace.sdk.errors import NodeError

MAX_BYTES = 512 * 1024 * 1024
_MAX_FOUND = 10_000


class ConfinedFiles:
    """The `Files` of a node, in one folder.

    A path is opened one part at a time, from the folder's own descriptor on, and no part may be a symbolic link: what
    is checked is what is opened, so there is no moment in which the one can be swapped for the other.
    """

    def __init__(self, root: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._root = root
        self._max_bytes = max_bytes

    async def read(self, path: str) -> bytes:
        return await asyncio.to_thread(self._read, path)

    async def write(self, path: str, data: bytes, *, append: bool = False) -> None:
        await asyncio.to_thread(self._write, path, data, append=append)

    async def find(self, pattern: str) -> list[str]:
        return await asyncio.to_thread(self._find, pattern)

    def _parts(self, path: str) -> list[str]:
        """Return the path's parts below the allowed folder.

        Raises:
            NodeError: it lies elsewhere.
        """
        if "\0" in path or not path:
            raise self._refused(path)
        root = os.path.realpath(self._root)
        given = path if os.path.isabs(path) else os.path.join(root, path)
        normal = os.path.normpath(given)
        for base in (root, os.path.normpath(os.path.abspath(self._root))):
            if normal == base or normal.startswith(base + os.sep):
                parts = normal[len(base) :].strip(os.sep).split(os.sep)
                return [part for part in parts if part]
        raise self._refused(path)

    def _refused(self, path: str) -> NodeError:
        return NodeError(
            f'Access to the file "{path[:200]}" is not allowed.',
            description=f"Workflows may use files in {self._root}. The setting HEADRACE_FILES_DIR names that folder.",
        )

    def _folder(self, parts: list[str], path: str, *, create: bool) -> int:
        self._root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts:
            try:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, dir_fd=handle)
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            except OSError as failure:
                raise self._failed(path, failure) from failure
            finally:
                os.close(handle)
            handle = inner
        return handle

    def _failed(self, path: str, failure: OSError) -> NodeError:
        if failure.errno in (errno.ELOOP, errno.ENOTDIR):
            return self._refused(path)
        if failure.errno == errno.ENOENT:
            return NodeError(f'The file "{path[:200]}" could not be accessed.', description="There is no such file.")
        return NodeError(f'The file "{path[:200]}" could not be accessed.', description=failure.strerror)

    def _open(self, path: str, flags: int, *, create: bool) -> int:
        parts = self._parts(path)
        if not parts:
            raise self._refused(path)
        folder = self._folder(parts[:-1], path, create=create)
        try:
            handle = os.open(parts[-1], flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644, dir_fd=folder)
        except OSError as failure:
            raise self._failed(path, failure) from failure
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise self._refused(path)
        return handle

    def _read(self, path: str) -> bytes:
        with os.fdopen(self._open(path, os.O_RDONLY, create=False), "rb") as file:
            data = file.read(self._max_bytes + 1)
        if len(data) > self._max_bytes:
            raise NodeError(f'The file "{path}" is larger than the limit of {self._max_bytes // 1024 // 1024} MiB')
        return data

    def _write(self, path: str, data: bytes, *, append: bool) -> None:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
        with os.fdopen(self._open(path, flags, create=True), "ab" if append else "wb") as file:
            file.write(data)

    def _find(self, pattern: str) -> list[str]:
        try:
            parts = self._parts(pattern)
        except NodeError:
            return []  # nothing outside the folder is there to be found
        root = os.path.realpath(self._root)
        relative = os.path.join(*parts) if parts else "*"
        found: list[str] = []
        for name in glob.iglob(relative, root_dir=root, recursive=True, include_hidden=False):
            full = os.path.join(root, name)
            # A link may lead out of the folder; what it leads to is not the folder's to give.
            if os.path.isfile(full) and os.path.realpath(full) == full:
                found.append(full if os.path.isabs(pattern) else name)
            if len(found) > _MAX_FOUND:
                raise NodeError(f'"{pattern}" matches more than the limit of {_MAX_FOUND} files')
        return sorted(found)
