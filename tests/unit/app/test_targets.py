"""The table of services, and the document that repeats it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from headrace.app.targets import TARGETS

ROOT = Path(__file__).parents[3]


def test_no_two_services_share_a_port() -> None:
    ports = [port for one in TARGETS.values() for port in (one.http_port, one.grpc_port) if port is not None]

    assert len(ports) == len(set(ports))


def test_every_service_is_a_context() -> None:
    missing = [name for name in TARGETS if importlib.util.find_spec(f"headrace.{name}") is None]

    assert missing == []


def test_the_architecture_document_has_the_same_table() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\d+) \| ([\d–]+) \|", text, re.MULTILINE)

    assert rows == [(one.name, one.title, str(one.http_port), str(one.grpc_port or "–")) for one in TARGETS.values()]
