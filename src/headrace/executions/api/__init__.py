"""Executions over HTTP."""

from headrace.executions.api.executions import ExecutionsApi
from headrace.executions.api.queues import DeadLettersApi, QueueApi

__all__ = ["DeadLettersApi", "ExecutionsApi", "QueueApi"]
