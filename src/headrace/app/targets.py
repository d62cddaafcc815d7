"""The one table of services: each context that can run alone, and its ports.

Documents and configuration that repeat the table are tested against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A service: one context, runnable alone."""

    name: str
    """The folder of the context."""

    title: str
    http_port: int
    grpc_port: int | None
    """None when it serves HTTP only."""


_ALL = (
    Target(name="gateway", title="API gateway and editor", http_port=8000, grpc_port=None),
    Target(name="identity", title="Identity", http_port=8001, grpc_port=9001),
    Target(name="tenancy", title="Tenant Service", http_port=8003, grpc_port=9003),
    Target(name="workflows", title="Workflow Service", http_port=8004, grpc_port=9004),
    Target(name="executions", title="Execution Service", http_port=8005, grpc_port=9005),
    Target(name="nodes", title="Node Service", http_port=8006, grpc_port=9006),
    Target(name="executor", title="Executor Service", http_port=8007, grpc_port=9007),
    Target(name="webhooks", title="Webhook Service", http_port=8008, grpc_port=9008),
    Target(name="schedules", title="Schedule Service", http_port=8009, grpc_port=9009),
    Target(name="credentials", title="Credential Service", http_port=8010, grpc_port=9010),
    Target(name="insights", title="Insights Service", http_port=8013, grpc_port=9013),
    Target(name="payloads", title="Storage Service", http_port=8015, grpc_port=9015),
)

TARGETS: Mapping[str, Target] = MappingProxyType({target.name: target for target in _ALL})
