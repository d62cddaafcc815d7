"""Alert rules through the whole API."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.kernel.ids import UserId
from headrace.tenancy.public import Role
from tests.integration.api.conftest import Api

RULE: dict[str, Any] = {"name": "Anything", "channel": {"type": "webhook", "url": "https://chat.example.com/hook"}}
PATH = "/alerts/rules"


async def made(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.call("POST", PATH, json=RULE | changes)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_rule_is_made_changed_listed_and_removed(api: Api) -> None:
    rule = await made(api, count=3, withinSeconds=600)
    path = f"{PATH}/{rule['id']}"
    assert (rule["count"], rule["withinSeconds"], rule["quietSeconds"], rule["kinds"]) == (
        3,
        600,
        900,
        ["failed", "timed_out"],
    )

    mail = {"type": "email", "to": ["ops@example.com"]}
    changed = (await api.call("PUT", path, json=RULE | {"channel": mail})).json()

    assert (changed["channel"], changed["count"], changed["createdAt"]) == (mail, 1, rule["createdAt"])
    assert (await api.call("GET", path)).json() == changed
    assert [one["id"] for one in (await api.call("GET", PATH)).json()["data"]] == [rule["id"]]
    assert (await api.call("DELETE", path)).status_code == 204
    assert (await api.call("GET", path)).json()["code"] == "alert_rule_not_found"


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0},
        {"count": "many"},
        {"channel": {"type": "pigeon"}},
        {"channel": {"type": "email", "to": []}},
        {"channel": {"type": "webhook", "url": "file:///etc/passwd"}},
        {"withinSeconds": -1},
        {"withinSeconds": 10**30},
        {"name": "x" * 121},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(api: Api, changes: dict[str, Any]) -> None:
    assert (await api.call("POST", PATH, json=RULE | changes)).status_code == 400


async def test_a_rule_that_cannot_be_delivered_says_why_when_it_is_tried(api: Api) -> None:
    inside = await made(api, channel={"type": "webhook", "url": "http://169.254.169.254/latest/meta-data"})
    mail = await made(api, channel={"type": "email", "to": ["ops@example.com"]})

    blocked = await api.call("POST", f"{PATH}/{inside['id']}/test")
    unset = await api.call("POST", f"{PATH}/{mail['id']}/test")

    assert (blocked.status_code, "may not reach" in blocked.json()["detail"]) == (503, True)
    assert (unset.status_code, "HEADRACE_SMTP_URL" in unset.json()["detail"]) == (503, True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR])
async def test_who_may_not_change_the_tenant_neither_sees_nor_makes_rules(api: Api, role: Role) -> None:
    key = await api.member(role)

    assert (await api.call("GET", PATH, key=key)).status_code == 403
    assert (await api.call("POST", PATH, key=key, json=RULE)).status_code == 403


async def test_another_tenant_sees_nothing(api: Api) -> None:
    rule = await made(api)
    other = await api.headrace.access.tenancy.create("Other", UserId("somebody"))
    stranger = await api.member(Role.OWNER, other.id)

    assert (await api.call("GET", PATH, key=stranger)).json()["data"] == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test")):
        answer = await api.call(method, f"{PATH}/{rule['id']}{path}", key=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "alert_rule_not_found")
