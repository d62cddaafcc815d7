"""Use cases: run executions and end their waits, command them from outside, read what happened, and forget it."""

from headrace.executions.service.running import ClaimedRun, Executions, RunView

__all__ = ["ClaimedRun", "Executions", "RunView"]
