"""Errors that untrusted code makes: their texts go into the journal as they are, so they are kept short here."""

from __future__ import annotations

from headrace.sdk.context import CodeFailure
from headrace.sdk.errors import ExpressionError

_MAX_NAME = 200
_MAX_TEXT = 20_000


def code_failure(
    *, message: str, name: str, line: int | None, stack: str, description: str | None = None
) -> CodeFailure:
    """Return the failure of a piece of code, cut to a length that fits the journal."""
    return CodeFailure(
        message=_cut(message, _MAX_TEXT),
        name=_cut(name, _MAX_NAME),
        description=None if description is None else _cut(description, _MAX_TEXT),
        line=line,
        stack=_cut(stack, _MAX_TEXT),
    )


def expression_error(*, message: str, name: str, description: str | None) -> ExpressionError:
    """Return the failure of an expression, cut likewise."""
    return ExpressionError(
        _cut(message, _MAX_TEXT),
        description=None if description is None else _cut(description, _MAX_TEXT),
        context={"kind": _cut(name, _MAX_NAME)},
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters in all)"
