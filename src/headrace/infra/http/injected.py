"""What handlers are given beside the request: instances that are what they are, and need no check."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias, TypeVar

from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

_Kind = TypeVar("_Kind")

Given: TypeAlias = Annotated[NamedDependency[SkipValidation[_Kind]], "given by the application, under this name"]
"""For annotations: `workflows: Given[Workflows]`."""


def provided(instance: object) -> Provide:
    """Return what gives handlers always the same instance."""

    def provide() -> Any:
        return instance

    return Provide(provide, sync_to_thread=False)
