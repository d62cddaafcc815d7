"""When somebody is told of failures, and what. Pure rules; the time arrives as an argument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from headrace.insights.alerts.errors import BadAlertRule
from headrace.kernel.ids import ExecutionId, TenantId, WorkflowId

KINDS = ("failed", "timed_out")
MOST_PENDING = 1_000
"""Failures that one rule remembers at once; of more, the oldest are forgotten."""

_TOLD = 20
_ERROR_LENGTH = 300
_MAX_NAME, _MAX_RECIPIENTS, _MAX_WORKFLOWS, _MAX_URL = 120, 20, 200, 2_000
_LONGEST = timedelta(days=7)
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,250}")
_TRIES = 12
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)


class WebhookChannel(msgspec.Struct, frozen=True, tag="webhook", tag_field="type"):
    """A POST of JSON."""

    url: str


class EmailChannel(msgspec.Struct, frozen=True, tag="email", tag_field="type"):
    """A mail to each address."""

    to: tuple[str, ...]


Channel = WebhookChannel | EmailChannel


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Which failures somebody is told of."""

    id: str
    tenant: TenantId
    name: str
    channel: Channel
    created_at: datetime
    workflows: tuple[WorkflowId, ...] = ()
    """None: all of the tenant."""

    kinds: tuple[str, ...] = KINDS
    error: str = ""
    """A part of the error's text, however capitalised; empty: whatever it says."""

    count: int = 1
    """So many failures..."""

    within: timedelta = timedelta(minutes=5)
    """...in so long make a notification."""

    quiet: timedelta = timedelta(minutes=15)
    """After one, failures are gathered for so long, and told in one."""

    enabled: bool = True


class Failure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An execution that failed."""

    execution_id: ExecutionId
    workflow_id: str
    workflow_name: str
    at: datetime
    kind: str
    error: str
    node: str | None = None


class Notification(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is sent. The same failure may be told twice, under the same id, if an answer was lost."""

    id: str
    tenant: TenantId
    rule_id: str
    rule: str
    count: int
    first_at: datetime
    last_at: datetime
    failures: tuple[Failure, ...]
    """The latest of them."""


class Verdict(msgspec.Struct, frozen=True):
    """What is to become of a rule's pending failures."""

    notify: bool = False
    """All of them are told now."""

    forget_before: datetime | None = None
    """Those before this moment can no longer be part of any notification."""


def checked(rule: Rule) -> Rule:
    """Raises: BadAlertRule: something about it makes no sense."""
    if not rule.name.strip() or len(rule.name) > _MAX_NAME or not rule.name.isprintable():
        raise BadAlertRule(f"a rule's name has 1 to {_MAX_NAME} printable characters")
    if not 1 <= rule.count <= MOST_PENDING:
        raise BadAlertRule(f"the count is {rule.count}; it is 1 to {MOST_PENDING}")
    for name, value in (("within", rule.within), ("quiet", rule.quiet)):
        if not timedelta(0) <= value <= _LONGEST:
            raise BadAlertRule(f"{name!r} is 0 seconds to 7 days")
    if not rule.kinds or not set(rule.kinds) <= set(KINDS):
        raise BadAlertRule(f"the kinds are one or both of {', '.join(KINDS)}")
    if len(rule.workflows) > _MAX_WORKFLOWS:
        raise BadAlertRule(f"a rule names at most {_MAX_WORKFLOWS} workflows; none stands for all")
    match rule.channel:
        case WebhookChannel(url):
            _check_url(url)
        case EmailChannel(to):
            if not 1 <= len(to) <= _MAX_RECIPIENTS:
                raise BadAlertRule(f"a mail goes to 1 to {_MAX_RECIPIENTS} addresses")
            for address in to:
                if not _ADDRESS.fullmatch(address):
                    raise BadAlertRule(f"{address[:80]!r} is no e-mail address")
    return rule


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as wrong:
        raise BadAlertRule("the webhook's URL is none") from wrong
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _MAX_URL or not url.isprintable():
        raise BadAlertRule("the webhook's URL begins with http:// or https:// and names a host")


def matches(rule: Rule, failure: Failure) -> bool:
    """Whether a rule is about a failure."""
    return (
        rule.enabled
        and failure.kind in rule.kinds
        and (not rule.workflows or failure.workflow_id in rule.workflows)
        and rule.error.casefold() in failure.error.casefold()
    )


def is_breached(moments: Sequence[datetime], count: int, within: timedelta) -> bool:
    """Whether anywhere among *moments*, in order, there are *count* that lie *within* each other."""
    return any(later - earlier <= within for earlier, later in zip(moments, moments[count - 1 :], strict=False))


def decide(rule: Rule, pending: Sequence[Failure], notified_at: datetime | None, now: datetime) -> Verdict:
    """Decide about a rule's failures that nobody was told of, oldest first."""
    if is_breached([failure.at for failure in pending], rule.count, rule.within):
        return Verdict(notify=notified_at is None or now - notified_at >= rule.quiet)
    return Verdict(forget_before=now - rule.within)


def notification(id_: str, rule: Rule, pending: Sequence[Failure]) -> Notification:
    """Return what is told of these failures, oldest first; of many, the latest by name and the others by number."""
    return Notification(
        id=id_,
        tenant=rule.tenant,
        rule_id=rule.id,
        rule=rule.name,
        count=len(pending),
        first_at=pending[0].at,
        last_at=pending[-1].at,
        failures=tuple(pending[-_TOLD:]),
    )


def as_failure(
    execution_id: ExecutionId, workflow_id: str, workflow_name: str, at: datetime, kind: str, error: str,
    node: str | None = None,
) -> Failure:  # fmt: skip
    shortened = error if len(error) <= _ERROR_LENGTH else f"{error[:_ERROR_LENGTH]}…"
    return Failure(
        execution_id=execution_id,
        workflow_id=workflow_id,
        workflow_name=workflow_name,
        at=at,
        kind=kind,
        error=shortened,
        node=node,
    )


def subject_of(told: Notification) -> str:
    names = {failure.workflow_name for failure in told.failures}
    what = f'"{next(iter(names))}"' if len(names) == 1 else f"{len(names)} workflows"
    plural = "execution" if told.count == 1 else "executions"
    line = f"[Headrace] {told.rule}: {told.count} failed {plural} of {what}"
    # A workflow's name may hold anything; a subject is one line.
    return "".join(letter if letter.isprintable() else " " for letter in line)[:200]


def text_of(told: Notification) -> str:
    """Return a notification for people."""
    lines = [
        f'{told.count} failures match the rule "{told.rule}",',
        f"from {told.first_at:%Y-%m-%d %H:%M:%S} to {told.last_at:%Y-%m-%d %H:%M:%S} UTC.",
        "",
    ]
    if told.count > len(told.failures):
        lines += [f"The latest {len(told.failures)}:", ""]
    for failure in told.failures:
        where = f" at {failure.node}" if failure.node else ""
        lines.append(f"{failure.at:%H:%M:%S}  {failure.workflow_name}  {failure.execution_id}{where}")
        lines.append(f"          {failure.error}")
    return "\n".join(lines) + "\n"


def pause_after(attempt: int) -> timedelta | None:
    """Return how long to wait after failed *attempt* (1-based) to deliver; None: it was the last."""
    if attempt >= _TRIES:
        return None
    factor: int = 3 ** (attempt - 1)
    return min(_FIRST_PAUSE * factor, _LONGEST_PAUSE)
