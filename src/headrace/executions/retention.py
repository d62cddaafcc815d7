"""Which executions are kept, and which go: pure rules over those that have ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from headrace.executions.public import ExecutionSummary, Mode, Status
from headrace.kernel.ids import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """What a server keeps where a workflow does not say otherwise; None: no limit."""

    max_age: timedelta | None = timedelta(days=14)
    """Counted from the end of an execution."""

    max_count: int | None = 10_000
    """Executions of one tenant that have ended."""

    per_workflow: int | None = None
    """Executions of one workflow that have ended."""

    grace: timedelta = timedelta(minutes=1)
    """How long all are kept: whoever waits for an outcome is still to read it."""


def is_saved(summary: ExecutionSummary) -> bool:
    """Whether the workflow's settings want an execution that ended in this way to be kept at all."""
    kept = summary.retention
    if summary.mode == Mode.MANUAL:
        return kept.manual
    return kept.success if summary.status is Status.SUCCESS else kept.error


def expired(
    summaries: Iterable[tuple[TenantId, ExecutionSummary]], policy: RetentionPolicy, now: datetime
) -> set[tuple[TenantId, str]]:
    """Return which executions are to be kept no longer: those past a limit of age or of number, or that are not to be
    saved at all.

    The newest count first. A workflow's own limits, as its latest execution that ended has them for the number, and
    each execution for its age, take the place of the server's; the limit of the tenant's number stands beside them.
    What has not ended, or only just, is never among them.
    """
    ended = [(tenant, one) for tenant, one in summaries if one.status.is_final and one.ended_at is not None]
    ended.sort(key=lambda pair: pair[1].place, reverse=True)
    newer_of_tenant: defaultdict[TenantId, int] = defaultdict(int)
    newer_of_workflow: defaultdict[tuple[TenantId, str], int] = defaultdict(int)
    count_of: dict[tuple[TenantId, str], int | None] = {}
    found: set[tuple[TenantId, str]] = set()
    for tenant, one in ended:
        workflow = tenant, one.workflow_id
        own = one.retention.count
        count = count_of.setdefault(workflow, own if own is not None else policy.per_workflow)
        age = timedelta(days=one.retention.days) if one.retention.days is not None else policy.max_age
        assert one.ended_at is not None
        if now - one.ended_at >= policy.grace and (
            not is_saved(one)
            or (age is not None and now - one.ended_at >= age)
            or (count is not None and newer_of_workflow[workflow] >= count)
            or (policy.max_count is not None and newer_of_tenant[tenant] >= policy.max_count)
        ):
            found.add((tenant, one.id))
        newer_of_tenant[tenant] += 1
        newer_of_workflow[workflow] += 1
    return found
