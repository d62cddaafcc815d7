"""Secrets in files, as Docker and Kubernetes mount them: a file for each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from headrace.credentials.errors import SecretUnavailable

MAX_BYTES = 64 * 1024

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", re.ASCII)


class FileSecrets:
    """A `SecretSource`: `$secrets.file.shop.password` is the file `shop/password` in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def read(self, path: Sequence[str]) -> str:
        return await asyncio.to_thread(self._read, path)

    def _read(self, path: Sequence[str]) -> str:
        shown = "/".join(path)[:200]
        if not path or not all(_NAME.fullmatch(part) for part in path):
            raise SecretUnavailable(f'"{shown}" is no name of a secret file')
        try:
            # Kubernetes mounts secrets through links, so it is where they lead that has to lie in the folder.
            found = self._root.joinpath(*path).resolve(strict=True)
            if not found.is_relative_to(self._root.resolve()) or not found.is_file():
                raise SecretUnavailable(f'there is no secret file "{shown}"')
            with found.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, RuntimeError) as failure:
            raise SecretUnavailable(f'the secret file "{shown}" cannot be read') from failure
        if len(data) > MAX_BYTES:
            raise SecretUnavailable(f'the secret file "{shown}" is larger than {MAX_BYTES} bytes')
        try:
            # Editors end files with a line break that is no part of the secret.
            return data.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise SecretUnavailable(f'the secret file "{shown}" is no text') from None
