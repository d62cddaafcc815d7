"""Alert rules, over HTTP. They tell of all workflows of a tenant, so it takes whoever may change the tenant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Page
from headrace.insights.alerts.domain import KINDS, Channel, Rule
from headrace.insights.alerts.service import Alerts
from headrace.kernel.ids import TenantId, WorkflowId, new_id
from headrace.tenancy.public import Action, Caller

_Who = Given[Caller]
_Alerts = Given[Alerts]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=7 * 24 * 3600)]


class AlertRuleFields(msgspec.Struct, rename="camel", kw_only=True):
    """Which failures somebody is told of, and how."""

    name: str
    channel: Channel
    workflow_ids: list[str] = []
    """None: of all workflows."""

    kinds: tuple[str, ...] = KINDS
    """"failed", "timed_out"."""

    error: str = ""
    """Only failures with these words in their error."""

    count: int = 1
    within_seconds: _Seconds = 300
    quiet_seconds: _Seconds = 900
    enabled: bool = True


class AlertRuleShape(AlertRuleFields, rename="camel", kw_only=True):
    id: str
    created_at: datetime


def _shape(rule: Rule) -> AlertRuleShape:
    return AlertRuleShape(
        id=rule.id,
        created_at=rule.created_at,
        name=rule.name,
        channel=rule.channel,
        workflow_ids=list(rule.workflows),
        kinds=rule.kinds,
        error=rule.error,
        count=rule.count,
        within_seconds=int(rule.within.total_seconds()),
        quiet_seconds=int(rule.quiet.total_seconds()),
        enabled=rule.enabled,
    )


def _rule(tenant: TenantId, id_: str, created_at: datetime, fields: AlertRuleFields) -> Rule:
    return Rule(
        id=id_,
        tenant=tenant,
        created_at=created_at,
        name=fields.name,
        channel=fields.channel,
        workflows=tuple(map(WorkflowId, fields.workflow_ids)),
        kinds=fields.kinds,
        error=fields.error,
        count=fields.count,
        within=timedelta(seconds=fields.within_seconds),
        quiet=timedelta(seconds=fields.quiet_seconds),
        enabled=fields.enabled,
    )


class AlertsApi(Controller):
    path = "/alerts/rules"
    tags = ("alerts",)

    @get("/", operation_id="listAlertRules", summary="List alert rules")
    async def find(self, caller: _Who, alerts: _Alerts) -> Page[AlertRuleShape]:
        await caller.must(Action.TENANT_EDIT)
        return Page([_shape(one) for one in await alerts.list(caller.tenant)])

    @post("/", operation_id="createAlertRule", summary="Make an alert rule", status_code=201)
    async def create(self, caller: _Who, alerts: _Alerts, data: JSONBody[AlertRuleFields]) -> AlertRuleShape:
        await caller.must(Action.TENANT_EDIT)
        return _shape(await alerts.keep(_rule(caller.tenant, new_id(), alerts.now(), data)))

    @get("/{rule_id:str}", operation_id="getAlertRule", summary="Get an alert rule")
    async def show(self, caller: _Who, alerts: _Alerts, rule_id: FromPath[str]) -> AlertRuleShape:
        await caller.must(Action.TENANT_EDIT)
        return _shape(await alerts.get(caller.tenant, rule_id))

    @put("/{rule_id:str}", operation_id="updateAlertRule", summary="Change an alert rule")
    async def change(
        self, caller: _Who, alerts: _Alerts, rule_id: FromPath[str], data: JSONBody[AlertRuleFields]
    ) -> AlertRuleShape:
        await caller.must(Action.TENANT_EDIT)
        known = await alerts.get(caller.tenant, rule_id)
        return _shape(await alerts.keep(_rule(caller.tenant, known.id, known.created_at, data)))

    @delete("/{rule_id:str}", operation_id="deleteAlertRule", summary="Remove an alert rule")
    async def remove(self, caller: _Who, alerts: _Alerts, rule_id: FromPath[str]) -> None:
        await caller.must(Action.TENANT_EDIT)
        await alerts.delete(caller.tenant, rule_id)

    @post(
        "/{rule_id:str}/test",
        operation_id="testAlertRule",
        summary="Send what an alert rule would send",
        description="Of a failure that is made up. 503 says why it did not arrive.",
        status_code=204,
    )
    async def test(self, caller: _Who, alerts: _Alerts, rule_id: FromPath[str]) -> None:
        await caller.must(Action.TENANT_EDIT)
        await alerts.test(caller.tenant, rule_id)
