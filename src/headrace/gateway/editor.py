"""The editor's files, as the build of `web/` left them in this package."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(__file__).parent / "editor"
"""Where the build puts them; not there in a checkout whose editor was not built."""

_PACKED = frozenset({".js", ".css", ".html", ".svg", ".json"})
_INDEX = "index.html"
_KINDS = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class EditorFile:
    """A file as it is served."""

    kind: str
    """Media type, with the character set of texts."""

    body: bytes
    packed: bytes | None
    """The body under gzip; None where that gains nothing."""

    tag: str
    """A strong entity tag, with its quotes."""

    lasting: bool
    """The name changes with the content: browsers may keep it for ever."""


class Editor:
    """All files of the editor, read once: a few megabytes, and no path of a request ever touches the disk."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._files: Mapping[str, EditorFile] = (
            {
                found.relative_to(folder).as_posix(): _read(found, folder)
                for found in folder.rglob("*")
                if found.is_file()
            }
            if folder.is_dir()
            else {}
        )

    @property
    def index(self) -> EditorFile | None:
        """The page that all addresses of the editor get; None if it was not built."""
        return self._files.get(_INDEX)

    def file(self, path: str) -> EditorFile | None:
        """Return what lies under *path*, which has no slash in front; None if nothing does."""
        return None if path == _INDEX else self._files.get(path)


def _read(path: Path, folder: Path) -> EditorFile:
    body = path.read_bytes()
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return EditorFile(
        kind=kind,
        body=body,
        packed=gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED else None,
        tag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        lasting=path.relative_to(folder).parts[0] == "assets",
    )
