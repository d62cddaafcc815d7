"""The same delivery twice: what tells that two calls are one, and the run's id that follows from it. No I/O."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from headrace.kernel.ids import ExecutionId, TenantId, id_at
from headrace.sdk.paths import get_path
from headrace.webhooks.errors import BadRoute

DEFAULT_WINDOW = timedelta(minutes=60)
_MAX_WINDOW = timedelta(days=365)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_STEP = r"(?:\.[A-Za-z_]\w*|\[(?:\d{1,6}|\"[^\"\\]*\"|'[^'\\]*')\])"
_PATH = re.compile(rf"=?\s*\{{\{{\s*\$json((?:{_STEP})+)\s*\}}\}}\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """Where a call says which delivery it is: in a header, or at a path in its item."""

    header: str | None = None
    """Lower case."""

    path: str | None = None

    @property
    def needs_body(self) -> bool:
        return self.path is not None


def source_of(text: str, node: str) -> KeySource | None:
    """Read the option; None: it is empty.

    Raises:
        BadRoute: it is neither a header's name nor a plain path.
    """
    if not text.strip():
        return None
    path = _PATH.fullmatch(text.strip())
    if path is not None:
        return KeySource(path=path[1].removeprefix("."))
    if _HEADER.fullmatch(text.strip()):
        return KeySource(header=text.strip().lower())
    raise BadRoute(
        f'node "{node}": the option "deduplicateBy" is the name of a header,'
        " or a plain path such as {{ $json.body.id }}"
    )


def window_of(minutes: Any, node: str) -> timedelta:
    """Raises: BadRoute: it is no number of minutes above 0."""
    if minutes is None:
        return DEFAULT_WINDOW
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not minutes > 0:
        raise BadRoute(f'node "{node}": the option "deduplicateFor" is a number of minutes above 0')
    return max(timedelta(seconds=1), timedelta(minutes=min(minutes, _MAX_WINDOW.total_seconds() / 60)))


def key_of(source: KeySource, headers: Mapping[str, str], json: Mapping[str, Any]) -> bytes | None:
    """Return what two calls have in common that are one delivery; None: this one does not say."""
    value = headers.get(source.header) if source.header is not None else get_path(dict(json), source.path or "")
    if value in (None, "", [], {}):
        return None
    return msgspec.json.encode(value, order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery, within windows of time of a fixed length."""

    tenant: TenantId
    workflow_id: str
    node: str
    key: bytes
    within: timedelta
    secret: bytes
    """Ids of executions cannot be guessed, and keys of deliveries can: only together they make an id."""

    def execution_id(self, at: datetime) -> ExecutionId:
        """Return the id of the run that this delivery starts if it comes at this moment."""
        return self._id(self._window(at))

    def earlier_id(self, at: datetime) -> ExecutionId:
        """Return the id that it had in the window before: a repetition may come just after a window's end."""
        return self._id(self._window(at) - 1)

    def _window(self, at: datetime) -> int:
        return int(at.timestamp() // self.within.total_seconds())

    def _id(self, window: int) -> ExecutionId:
        named = msgspec.json.encode([self.tenant, self.workflow_id, self.node, self.key, window])
        start = datetime.fromtimestamp(window * self.within.total_seconds(), UTC)
        return ExecutionId(id_at(start, hmac.digest(self.secret, named, "sha256")))
