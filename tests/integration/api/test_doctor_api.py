"""The machine is examined over HTTP, for whoever runs the installation."""

from __future__ import annotations

from headrace.tenancy.public import Role
from tests.integration.api.conftest import Api


async def test_the_owner_is_told_which_code_runs_where(api: Api) -> None:
    answer = await api.call("GET", "/installation/doctor")

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["runsIn"]["paths"] == "headrace"
    assert {one["guest"] for one in found["sandboxes"]} == {"javascript", "python"}
    assert found["tier"] in {one["tier"] for one in found["sandboxes"]}


async def test_others_are_not(api: Api) -> None:
    assert (await api.call("GET", "/installation/doctor", key=await api.member(Role.EDITOR))).status_code == 403
