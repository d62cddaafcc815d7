"""A person's code as a function, and what is told of it when it fails."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType
from typing import Any

FILE = "<code>"
"""What the code's file is called in tracebacks."""

_NAME = "<code>"
"""Of the function: no name that code could use itself."""

_MAX_MESSAGE = 10_000
_MAX_STACK = 4_000
_SHOWN_FRAMES = 8
"""At each end of a long traceback."""

_MAX_CAUSES = 5


class Program:
    """The body of a function, with its names.

    Args:
        names: What the code sees by name, and its globals; may be changed between calls.

    Raises:
        SyntaxError, ValueError: it cannot be compiled.
    """

    def __init__(self, source: str, names: dict[str, Any]) -> None:
        self.names = names
        # For whoever formats a traceback inside the code.
        linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
        module = ast.parse(source, FILE)
        self._taken: Sequence[str] = ()
        self._function = self._compile(module)
        code: CodeType = self._function.__code__
        # A name that the code also assigns to is a local one, which it would find unset; it becomes an argument.
        self._taken = [name for name in (*code.co_varnames, *code.co_cellvars) if name in names]
        if self._taken:
            self._function = self._compile(ast.parse(source, FILE))

    def _compile(self, module: ast.Module) -> FunctionType:
        body = module.body
        first = next((place for place, part in enumerate(body) if not _is_future(part)), len(body))
        made = ast.AsyncFunctionDef if _awaits(body) else ast.FunctionDef
        function = made(
            name=_NAME,
            args=ast.arguments(
                posonlyargs=[],
                args=[ast.arg(name) for name in self._taken],
                kwonlyargs=[],
                kw_defaults=[],
                defaults=[],
            ),
            body=body[first:] or [ast.Pass()],
            decorator_list=[],
            returns=None,
        )
        function.lineno, function.col_offset = 1, 0
        module.body = [*body[:first], function]
        ast.fix_missing_locations(module)
        exec(compile(module, FILE, "exec", dont_inherit=True), self.names)  # noqa: S102 - what the sandbox is for
        compiled = self.names.pop(_NAME)
        assert isinstance(compiled, FunctionType)
        return compiled

    def call(self) -> Any:
        """Run it once; what it returns may be a coroutine or a generator."""
        return self._function(*(self.names[name] for name in self._taken))


def failure(error: BaseException, source: str) -> dict[str, Any]:
    """Return what is told of *error*: name, message, description, line of the source, and the traceback."""
    lines = source.splitlines()
    name = type(error).__name__
    places = list(_places(error))
    if isinstance(error, SyntaxError) and error.filename == FILE:
        message = error.msg
    else:
        message = _text(error)
    if not message or isinstance(error, LookupError | StopIteration):
        # A key alone, or nothing, says too little.
        message = f"{name}: {message}" if message else name
    return {
        "name": name,
        "message": message[:_MAX_MESSAGE],
        "line": places[-1][0] if places else None,
        "stack": "\n\n".join(_stacks(error, lines))[-_MAX_STACK:],
    }


def _stacks(error: BaseException, lines: Sequence[str]) -> list[str]:
    """Return the traceback of *error* and those of its causes, the first cause first."""
    stacks: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(stacks) < _MAX_CAUSES:
        told = ["Traceback (most recent call last):"]
        places = list(_places(cause))
        for number, (line, function) in enumerate(places):
            if _SHOWN_FRAMES <= number < len(places) - _SHOWN_FRAMES:
                if number == _SHOWN_FRAMES:
                    told.append(f"  [{len(places) - 2 * _SHOWN_FRAMES} more]")
                continue
            told.append(f'  File "{FILE}", line {line}' + (f", in {function}" if function != _NAME else ""))
            if 0 < line <= len(lines):
                told.append(f"    {lines[line - 1].strip()}")
        text = cause.msg if isinstance(cause, SyntaxError) else _text(cause)
        told.append(f"{type(cause).__name__}: {text}" if text else type(cause).__name__)
        stacks.insert(0, "\n".join(told))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return stacks


def _places(error: BaseException) -> Iterator[tuple[int, str]]:
    """Yield line and function of the code's own frames, the innermost last."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            yield trace.tb_lineno, trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == FILE and error.lineno:
        yield error.lineno, _NAME


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error that cannot even be told is still one
        return ""


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _awaits(body: Sequence[ast.stmt]) -> bool:
    """Whether the code awaits, outside of functions of its own."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False
