"""Which node a request is for, and who is let in."""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.kernel.ids import TenantId
from headrace.webhooks.domain import (
    Options,
    Rate,
    Route,
    RouteTable,
    basic_matches,
    is_bot,
    may_come_from,
    methods_of,
    options_of,
    path_of,
)
from headrace.webhooks.errors import BadRoute, RouteTaken

ANNA, BEN = TenantId("anna"), TenantId("ben")


def route(path: str, *methods: str, workflow: str = "w", tenant: TenantId = ANNA, node: str = "Webhook") -> Route:
    return Route(
        tenant=tenant,
        workflow_id=workflow,
        workflow_name=workflow.upper(),
        workflow=msgspec.Raw(b"{}"),
        node=node,
        methods=frozenset(methods or ("GET",)),
        path=path,
        options=Options(),
    )


def test_a_route_answers_its_methods_at_its_path() -> None:
    table = RouteTable()
    table.put([route("orders/new", "GET", "POST")])

    found = table.find("POST", "orders/new")

    assert found is not None
    assert (found[0].node, found[1]) == ("Webhook", {})
    assert table.find("PUT", "orders/new") is None
    assert table.find("GET", "orders") is None
    assert table.methods_at("orders/new") == ["GET", "POST"]


def test_parts_of_a_path_are_parameters_and_fixed_parts_go_first() -> None:
    table = RouteTable()
    table.put([route("id/orders/:order/:part", node="any"), route("id/orders/:order/lines", node="lines")])

    found = table.find("GET", "id/orders/7/lines")
    assert found is not None
    assert (found[0].node, found[1]) == ("lines", {"order": "7"})
    other = table.find("GET", "id/orders/7/total")
    assert other is not None
    assert (other[0].node, other[1]) == ("any", {"order": "7", "part": "total"})


def test_a_path_that_another_workflow_has_is_refused_and_nothing_changes() -> None:
    table = RouteTable()
    table.put([route("a", workflow="first")])

    with pytest.raises(RouteTaken, match='GET /webhook/a is taken by the workflow "FIRST"'):
        table.put([route("b", workflow="second"), route("a", workflow="second")])

    assert table.find("GET", "b") is None
    assert len(table) == 1


def test_nobody_is_told_what_another_tenant_calls_its_workflows() -> None:
    table = RouteTable()
    table.put([route("a", workflow="first")])

    with pytest.raises(RouteTaken, match="GET /webhook/a is taken; choose another path"):
        table.put([route("a", workflow="second", tenant=BEN)])


def test_two_nodes_of_one_workflow_cannot_share_a_path() -> None:
    with pytest.raises(RouteTaken):
        RouteTable().put([route("a", node="x"), route("a", node="y")])


def test_a_workflow_served_again_has_only_its_new_routes() -> None:
    table = RouteTable()
    table.put([route("a"), route("id/:x")])

    table.put([route("b")])

    assert table.find("GET", "a") is None
    assert table.find("GET", "id/1") is None
    assert table.find("GET", "b") is not None
    table.remove(ANNA, "w")
    assert len(table) == 0


@pytest.mark.parametrize(
    ("path", "webhook_id", "served"),
    [
        ("orders", None, "orders"),
        ("/orders/new/", "id", "orders/new"),
        ("", "id", "id"),
        (":user/orders", "id", "id/:user/orders"),
    ],
)
def test_a_node_answers_at(path: str, webhook_id: str | None, served: str) -> None:
    assert path_of(path, webhook_id, "Webhook") == served


@pytest.mark.parametrize("path", ["", "a//b", "a/../b", ":a b", "x" * 600, "/".join("a" * 40), "a/:é-"])
def test_a_path_that_cannot_be_served_is_refused(path: str) -> None:
    with pytest.raises(BadRoute, match='node "Webhook"'):
        path_of(path, None, "Webhook")


@pytest.mark.parametrize(
    "parameters",
    [
        {"path": "={{ $json.a }}"},
        {"options": {"ipWhitelist": "not an address"}},
        {"options": {"responseHeaders": {"entries": [{"name": "x", "value": "a\r\nset-cookie: b"}]}}},
        {"options": {"ipWhitelist": "={{ $json.ip }}"}},
    ],
)
def test_options_that_make_no_sense_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(BadRoute, match='node "Webhook"'):
        options_of(parameters, "Webhook")


def test_a_method_is_one_that_there_is() -> None:
    assert methods_of({"httpMethod": ["get", "POST"]}, "W") == {"GET", "POST"}
    with pytest.raises(BadRoute):
        methods_of({"httpMethod": "BREW"}, "W")


@pytest.mark.parametrize(
    ("address", "may"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("2001:db8::1", True), ("nonsense", False)],
)
def test_only_addresses_on_the_list_may_call(address: str, may: bool) -> None:
    allowed = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("2001:db8::/32")]

    assert may_come_from(address, allowed) is may
    assert may_come_from(address, [])


def test_bots_are_known_by_what_they_say() -> None:
    assert is_bot("Mozilla/5.0 (compatible; Googlebot/2.1)")
    assert is_bot("Slackbot-LinkExpanding 1.0")
    assert not is_bot("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    assert not is_bot("curl/8.5.0")


@given(st.text(max_size=40))
def test_no_header_but_the_right_one_opens_the_door(header: str) -> None:
    right = "Basic " + b64encode(b"user:secret").decode()

    assert basic_matches(header, "user", "secret") == (header == right)
    assert basic_matches(right, "user", "secret")


def test_a_rate_lets_through_what_it_says_and_fills_evenly() -> None:
    rate = Rate.full(60, 0.0)

    assert [rate.take(0.0) for _ in range(60)] == [0.0] * 60
    assert rate.take(0.0) == pytest.approx(1.0)
    assert rate.take(1.0) == 0.0
    assert rate.take(1.5) == pytest.approx(0.5)
