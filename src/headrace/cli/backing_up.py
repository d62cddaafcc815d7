"""`headrace backup` and `headrace restore`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from headrace.app.backup.manifest import Manifest
from headrace.app.backup.restoring import restore_backup, verify_backup
from headrace.app.backup.taking import take_backup
from headrace.app.settings import Settings
from headrace.cli.failing import Failure
from headrace.kernel.errors import HeadraceError


def backup(file: Path, *, keys: bool, files: bool, data_dir: Path | None) -> int:
    """Raises: Failure: it could not be taken; there is no file then."""
    home = Settings.from_environment(data_dir=data_dir).data_dir
    try:
        manifest = take_backup(home, file, now=datetime.now(UTC), keys=keys, files=files)
    except HeadraceError as failure:
        raise Failure(str(failure)) from failure
    for line in manifest.left_out:
        print(f"headrace: left out: {line}", file=sys.stderr)
    print(f"{file}: {_held(manifest)}, from {home}")
    if manifest.secrets:
        print("headrace: it holds the keys to stored credentials; keep it as you would keep these", file=sys.stderr)
    return 0


def restore(file: Path, *, check: bool, replace: bool, data_dir: Path | None) -> int:
    """Raises: Failure: the file is not right, or the directory is not empty; nothing was changed then."""
    home = Settings.from_environment(data_dir=data_dir).data_dir
    try:
        if check:
            manifest = verify_backup(file)
        else:
            manifest = restore_backup(file, home, now=datetime.now(UTC), replace=replace)
    except (HeadraceError, OSError) as failure:
        raise Failure(str(failure)) from failure
    print(f"{file}: {_held(manifest)}, taken at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC by {manifest.headrace}")
    if check:
        print("every byte is as it was written")
        return 0
    print(f"restored to {home}")
    if not manifest.secrets:
        print("headrace: it holds no keys; credentials that were stored need the key file of then", file=sys.stderr)
    return 0


def _held(manifest: Manifest) -> str:
    return f"{len(manifest.entries)} files, {manifest.bytes / 1_000_000:.1f} MB"
