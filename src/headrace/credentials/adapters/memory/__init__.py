"""Credentials in memory."""

from __future__ import annotations

from headrace.credentials.adapters.memory.authorizations import MemoryAuthorizations
from headrace.credentials.adapters.memory.credentials import MemoryCredentials
from headrace.credentials.adapters.memory.data_keys import MemoryDataKeys


class MemorySafe:
    """Every store of the Credential Service, in one memory."""

    def __init__(self) -> None:
        self.credentials = MemoryCredentials()
        self.authorizations = MemoryAuthorizations()
        self.keys = MemoryDataKeys(self.credentials)

    async def close(self) -> None:
        """Nothing is open."""
