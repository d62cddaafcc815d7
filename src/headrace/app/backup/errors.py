"""What callers of backup and restore may catch."""

from __future__ import annotations

from pathlib import Path

from headrace.kernel.errors import Conflict, Invalid, Unavailable


class BackupDamaged(Invalid):
    """The file is no backup, or not all of one, or holds what no backup holds. Nothing was restored."""

    code = "backup_damaged"

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be restored: {why}")
        self.file = file


class BackupImpossible(Unavailable):
    """The data directory cannot be read, or the file cannot be written. What was begun is removed."""

    code = "backup_impossible"


class DirectoryInUse(Conflict):
    """There is something in the directory that a backup was to be restored to; nothing was touched."""

    code = "restore_directory_in_use"

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory} is not empty; name another with --data-dir, or let --replace put aside what is in it"
        )
        self.directory = directory
