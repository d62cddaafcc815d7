"""Errors that a node raises for the person who drew the workflow."""

from __future__ import annotations

from typing import Any


class NodeError(Exception):
    """A node could not do its work.

    Args:
        message: What went wrong, in one sentence, for the person who drew the workflow.
        description: More detail, or the way out.
        item_index: Index of the input item it happened with, None when it is not about one.
        context: Further facts to keep with the run; no secrets.
    """

    name = "NodeOperationError"
    """The class name that n8n workflows see in an error item or an error workflow."""

    def __init__(
        self,
        message: str,
        *,
        description: str | None = None,
        item_index: int | None = None,
        context: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.description = description
        self.item_index = item_index
        self.context: dict[str, Any] = dict(context or {})


class NodeApiError(NodeError):
    """A service outside answered with an error."""

    name = "NodeApiError"

    def __init__(
        self,
        message: str,
        *,
        http_code: str | None = None,
        description: str | None = None,
        item_index: int | None = None,
        context: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, description=description, item_index=item_index, context=context)
        self.http_code = http_code


class ExpressionError(NodeError):
    """An expression in one of the node's parameters failed."""

    name = "ExpressionError"
