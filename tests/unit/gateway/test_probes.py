"""Answers to supervisors and monitors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from headrace.app.telemetry.readiness import Readiness
from headrace.gateway.probes import Probes
from headrace.kernel.errors import Unavailable


async def well() -> str | None:
    return None


async def ask(
    probes: Probes, path: str, *, method: str = "GET", client: tuple[str, int] | None = ("127.0.0.1", 9), **headers: str
) -> tuple[int, bytes]:
    sent: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> None:
        raise AssertionError("nothing is read")

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await probes({"method": method, "path": path, "headers": given, "client": client}, receive, send)
    return sent[0]["status"], sent[1]["body"]


def probing(readiness: Readiness, *, token: str | None = None) -> Probes:
    return Probes(readiness.verdict, lambda: b"numbers 1\n", "text/plain", metrics_token=token)


async def test_a_server_is_alive_though_it_is_not_ready() -> None:
    probes = probing(Readiness({}))

    assert (await ask(probes, "/healthz"))[0] == 200
    assert (await ask(probes, "/readyz"))[0] == 503


async def test_a_server_is_ready_when_it_has_begun_and_all_checks_are_well() -> None:
    readiness = Readiness({"journal": well})
    readiness.begin()

    status, body = await ask(probing(readiness), "/readyz")

    assert (status, json.loads(body)) == (200, {"status": "ok", "checks": {"journal": "ok"}})


async def test_what_is_wrong_is_named() -> None:
    async def full() -> str | None:
        raise Unavailable("the disk is full")

    async def off() -> str | None:
        return "no worker comes up"

    readiness = Readiness({"journal": full, "sandbox": off, "other": well})
    readiness.begin()

    status, body = await ask(probing(readiness), "/readyz")

    checks = {"journal": "the disk is full", "sandbox": "no worker comes up", "other": "ok"}
    assert (status, json.loads(body)["checks"]) == (503, checks)


async def test_other_machines_are_not_told_what_is_wrong() -> None:
    async def full() -> str | None:
        return "/var/lib/headrace cannot be written"

    readiness = Readiness({"journal": full})
    readiness.begin()

    for asking in ({"client": ("192.0.2.7", 1)}, {"x_forwarded_for": "192.0.2.7"}):
        status, body = await ask(probing(readiness), "/readyz", **asking)  # type: ignore[arg-type]
        assert (status, json.loads(body)["checks"]) == (503, {"journal": "not ok"})


async def test_a_check_that_hangs_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.app.telemetry.readiness._PATIENCE", timedelta(0))

    async def hang() -> str | None:
        await asyncio.Event().wait()
        return None

    readiness = Readiness({"journal": hang})
    readiness.begin()

    assert "no answer" in (await ask(probing(readiness), "/readyz"))[1].decode()


async def test_who_asks_often_does_not_have_the_journal_written_as_often() -> None:
    asked = 0

    async def count() -> str | None:
        nonlocal asked
        asked += 1
        return None

    readiness = Readiness({"journal": count})
    readiness.begin()
    probes = probing(readiness)

    await asyncio.gather(*(ask(probes, "/readyz") for _ in range(50)))

    assert asked == 1


async def test_a_server_that_is_to_stop_is_not_ready_and_still_alive() -> None:
    readiness = Readiness({"journal": well})
    readiness.begin()
    readiness.drain()

    assert (await ask(probing(readiness), "/readyz"))[0] == 503
    assert (await ask(probing(readiness), "/healthz"))[0] == 200


@pytest.mark.parametrize("client", [("127.0.0.1", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), None])
async def test_metrics_are_for_this_machine(client: tuple[str, int] | None) -> None:
    assert await ask(probing(Readiness({})), "/metrics", client=client) == (200, b"numbers 1\n")


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("192.0.2.7", 1), {}),
        (("odd", 1), {}),
        (("127.0.0.1", 1), {"x_forwarded_for": "127.0.0.1"}),
        (("127.0.0.1", 1), {"forwarded": "for=127.0.0.1"}),
    ],
)
async def test_metrics_are_not_for_other_machines_nor_through_a_proxy(
    client: tuple[str, int], headers: dict[str, str]
) -> None:
    status, body = await ask(probing(Readiness({})), "/metrics", client=client, **headers)

    assert status == 403
    assert b"numbers" not in body


async def test_with_a_token_metrics_are_for_whoever_shows_it() -> None:
    probes = probing(Readiness({}), token="s3cret")

    assert (await ask(probes, "/metrics"))[0] == 401
    assert (await ask(probes, "/metrics", authorization="Bearer wrong"))[0] == 401
    assert (await ask(probes, "/metrics", client=("192.0.2.7", 1), authorization="Bearer s3cret"))[0] == 200


async def test_probes_are_read_only() -> None:
    assert (await ask(probing(Readiness({})), "/healthz", method="POST"))[0] == 405
    assert await ask(probing(Readiness({})), "/healthz", method="HEAD") == (200, b"")
