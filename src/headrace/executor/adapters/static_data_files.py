"""Static data as JSON files: `root/tenant/<hash of the workflow's id>.json`."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from headrace.infra.files import write_durably
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import TenantId
from headrace.sdk.values import encode_special

_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")


class FileStaticData:
    """A `StaticData` in a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def read(self, tenant: TenantId, workflow_id: str) -> Mapping[str, Any]:
        path = self._path(tenant, workflow_id)
        try:
            data: dict[str, Any] = msgspec.json.decode(await asyncio.to_thread(path.read_bytes), type=dict)
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError as damaged:
            raise Unavailable(f"what the workflow remembered cannot be read: {path} is damaged") from damaged
        return data

    async def write(self, tenant: TenantId, workflow_id: str, data: Mapping[str, Any]) -> None:
        await asyncio.to_thread(write_durably, self._path(tenant, workflow_id), _encoder.encode(data))

    def _path(self, tenant: TenantId, workflow_id: str) -> Path:
        # Ids come from outside: a hash of one is a file name, whatever the id holds.
        owner = re.sub(r"[^0-9A-Za-z_-]", "_", tenant)
        return self._root / owner / f"{hashlib.sha256(workflow_id.encode()).hexdigest()[:40]}.json"
