"""Secrets in the environment of this process: only variables of one prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headrace.credentials.errors import SecretUnavailable

PREFIX = "HEADRACE_SECRET_"


class EnvironmentSecrets:
    """A `SecretSource`: `$secrets.env.SHOP_KEY` is the variable HEADRACE_SECRET_SHOP_KEY."""

    def __init__(self, environment: Mapping[str, str], prefix: str = PREFIX) -> None:
        self._environment = environment
        self._prefix = prefix

    async def read(self, path: Sequence[str]) -> str:
        name = f"{self._prefix}{'_'.join(path)}"
        value = self._environment.get(name) if len(path) == 1 else None
        if not value:
            raise SecretUnavailable(f"there is no variable {name[:200]} in the environment")
        return value
