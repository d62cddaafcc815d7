"""What a workflow's settings say about its executions: which are kept, and which may run beside each other.

n8n's own settings keep their names; ours stand under `settings.headrace`, which n8n leaves alone. What makes no sense
there is ignored when a workflow runs (an accepted call must not be lost to a typing error) and named by `problems`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar

import msgspec

MAX_PRIORITY = 100


class Retention(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """How long executions of a workflow are kept, where it differs from what the server does."""

    success: bool = True
    """Whether those that succeed are kept at all."""

    error: bool = True
    """The same of those that fail or are canceled."""

    manual: bool = True
    """The same of those that people start; the two above do not apply to these."""

    days: float | None = None
    count: int | None = None
    """How many of the workflow's executions are kept."""


class _Concurrency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    key: str = ""


class _Dedup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: Annotated[str, msgspec.Meta(min_length=1)]
    seconds: Annotated[float, msgspec.Meta(gt=0, le=366 * 86_400)] = 86_400


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] | None = None
    count: Annotated[int, msgspec.Meta(ge=0)] | None = None


_Priority = Annotated[int, msgspec.Meta(ge=-MAX_PRIORITY, le=MAX_PRIORITY)]


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`settings.headrace` of a workflow: `{"concurrency": {"limit", "key"}, "priority", "dedup": {"key", "seconds"},
    "retention": {"days", "count"}}`, all of it optional."""

    concurrency_limit: int | None = None
    """How many executions with one key run at once."""

    concurrency_key: str = ""
    """An expression over the first item that starts a run; empty: all have one key."""

    priority: int = 0
    """-100 to 100; higher goes first, within its tenant."""

    dedup_key: str = ""
    """An expression over the first item; of runs with one value within `dedup_window` only the first takes place."""

    dedup_window: timedelta = timedelta(0)
    kept: Retention = Retention()
    problems: tuple[str, ...] = ()
    """What of it makes no sense and is ignored, a sentence each."""

    NONE: ClassVar[RunSettings]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> RunSettings:
        """Read a workflow's settings."""
        problems: list[str] = []
        ours = settings.get("headrace", {})
        if not isinstance(ours, Mapping):
            ours, problems = {}, ["settings.headrace is no object"]
        concurrency = _read(ours, "concurrency", _Concurrency, problems)
        dedup = _read(ours, "dedup", _Dedup, problems)
        kept = _read(ours, "retention", _Kept, problems)
        priority = _read(ours, "priority", _Priority, problems)
        known = ("concurrency", "dedup", "retention", "priority")
        problems += [f"settings.headrace.{name} is not known" for name in ours if name not in known]
        return cls(
            concurrency_limit=concurrency.limit if concurrency else None,
            concurrency_key=concurrency.key if concurrency else "",
            priority=priority or 0,
            dedup_key=dedup.key if dedup else "",
            dedup_window=timedelta(seconds=dedup.seconds if dedup else 0),
            kept=Retention(
                success=settings.get("saveDataSuccessExecution") != "none",
                error=settings.get("saveDataErrorExecution") != "none",
                manual=settings.get("saveManualExecutions") is not False,
                days=kept.days if kept else None,
                count=kept.count if kept else None,
            ),
            problems=tuple(problems),
        )


RunSettings.NONE = RunSettings()


class _Settings(msgspec.Struct):
    settings: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(_Settings)


def run_settings(workflow: msgspec.Raw | bytes) -> RunSettings:
    """Read the settings of a workflow's JSON; a workflow that is none has none."""
    try:
        return RunSettings.of(_decoder.decode(workflow).settings)
    except msgspec.MsgspecError:
        return RunSettings.NONE


def _read(ours: Mapping[str, Any], name: str, type_: Any, problems: list[str]) -> Any:
    value = ours.get(name)
    if value is None:
        return None
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as wrong:
        problems.append(f"settings.headrace.{name}: {wrong}")
        return None
