"""Logs: each line with what it belongs to, as JSON or for people, and without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO, TypeAlias

import structlog

from headrace.kernel.correlation import correlation

LogFormat: TypeAlias = Literal["console", "json"]
LEVELS = ("debug", "info", "warning", "error")
_Line: TypeAlias = MutableMapping[str, Any]

_HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)?|secret|token|authorization|cookie|credential|(api|private|encryption)_?-?key|session_?id",
    re.IGNORECASE,
)
_SECRET_TEXTS = (
    # What follows a scheme, wherever a header was put into a message.
    re.compile(r"(?i)(\b(?:bearer|basic|digest)\s+)[A-Za-z0-9+/=._~-]{8,}"),
    # name=value and "name": "value", as in queries, forms and JSON.
    re.compile(
        r"(?i)([\"']?\b[\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization|client_secret)[\"']?\s*[=:]\s*[\"']?)"
        r"[^\s\"'&,;}]{3,}"
    ),
    # user:password@host
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)"),
)
_THEIRS = ("uvicorn.error", "asyncio", "aiohttp", "opentelemetry", "urllib3", "litestar", "concurrent")
_CHATTY = ("uvicorn.access", "aiohttp.access")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up_logs(level: str, format_: LogFormat, *, stream: TextIO = sys.stderr) -> None:
    """Have everything that is logged written to *stream*, from *level* on.

    Args:
        level: One of `LEVELS`.
    """
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _belonging,
        _extra,
        structlog.processors.format_exc_info,
        scrubbed,
    ]
    shown: list[structlog.types.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if format_ == "json":
        shown += [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(default=str)]
    else:
        shown.append(structlog.dev.ConsoleRenderer(colors=stream.isatty()))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=shown))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _THEIRS:
        # What others tell below a warning is for those who work on them.
        logging.getLogger(name).setLevel(max(logging.getLevelName(level.upper()), logging.WARNING))
    for name in _CHATTY:
        logging.getLogger(name).disabled = True


def _belonging(_: Any, __: str, line: _Line) -> _Line:
    for name, value in correlation().items():
        line.setdefault(name, value)
    return line


def _extra(_: Any, __: str, line: _Line) -> _Line:
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):
        for name, value in vars(record).items():
            if name not in _STANDARD and not name.startswith("_"):
                line[name] = value
    return line


def scrubbed(_: Any, __: str, line: _Line) -> _Line:
    """Hide what looks like a secret: a last resort, for nothing of the kind should get this far."""
    for name, value in line.items():
        if name.startswith("_"):
            continue
        line[name] = _HIDDEN if _SECRET_NAMES.search(name) else _scrubbed(value)
    return line


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        for pattern in _SECRET_TEXTS:
            value = pattern.sub(rf"\g<1>{_HIDDEN}", value)
        return value
    if isinstance(value, dict):
        return {key: _HIDDEN if _SECRET_NAMES.search(str(key)) else _scrubbed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(one) for one in value]
    return value
