"""The commands `headrace alert`, and their help."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

alerts = App(name="alert", help="Who is told of executions that fail, and when.")

DataDir = Annotated[
    Path | None, Parameter(help="Where executions are kept. Default: $HEADRACE_DATA_DIR or ~/.headrace.")
]
Tenant = Annotated[str, Parameter(help="Id of the tenant.")]


@alerts.command(name="list")
def list_rules(
    *,
    json: Annotated[bool, Parameter(help="Print JSON.", negative=())] = False,
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> int:
    """List alert rules."""
    from headrace.cli import alerting

    return asyncio.run(alerting.list_rules(tenant, as_json=json, data_dir=data_dir))


@alerts.command(name="add")
def add_rule(
    name: str,
    /,
    *,
    webhook: Annotated[str | None, Parameter(help="URL to POST to.")] = None,
    email: Annotated[list[str] | None, Parameter(help="Address to send mail to.", negative=())] = None,
    workflow: Annotated[list[str] | None, Parameter(help="Id of a workflow; all without it.", negative=())] = None,
    error: Annotated[str, Parameter(help="Only failures with these words in their error.")] = "",
    count: Annotated[int, Parameter(help="So many failures...")] = 1,
    within: Annotated[int, Parameter(help="...in so many seconds make a notification.")] = 300,
    quiet: Annotated[int, Parameter(help="Seconds for which further failures are gathered into one.")] = 900,
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> int:
    """Have somebody told of failures. A server that runs already takes notice.

    Examples:
        headrace alert add "Anything" --email ops@example.com
        headrace alert add "Orders" --workflow orders --count 3 --within 600 --webhook https://chat.example.com/hook
    """
    from headrace.cli import alerting

    fields = alerting.RuleFields(
        name=name,
        webhook=webhook,
        email=tuple(email or ()),
        workflows=tuple(workflow or ()),
        error=error,
        count=count,
        within=within,
        quiet=quiet,
    )
    return asyncio.run(alerting.add_rule(tenant, fields, data_dir=data_dir))


@alerts.command(name="remove")
def remove_rule(rule: str, /, *, tenant: Tenant = "default", data_dir: DataDir = None) -> int:
    """Remove an alert rule, by its id."""
    from headrace.cli import alerting

    return asyncio.run(alerting.remove_rule(tenant, rule, data_dir=data_dir))


@alerts.command(name="test")
def try_rule(rule: str, /, *, tenant: Tenant = "default", data_dir: DataDir = None) -> int:
    """Send what an alert rule would send, of a failure that is made up."""
    from headrace.cli import alerting

    return asyncio.run(alerting.try_rule(tenant, rule, data_dir=data_dir))
