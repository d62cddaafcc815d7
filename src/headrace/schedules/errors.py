"""Every error that callers of schedules may catch."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid, Unavailable


class BadSchedule(Invalid):
    """A schedule that never fires, or cannot be read; the message names the node."""

    code = "schedule_invalid"


class AnotherLooked(Conflict):
    """Another server looked for the news of a polling trigger first, or the trigger is gone. Nothing was written."""

    code = "poll_looked_already"

    def __init__(self, node: str) -> None:
        super().__init__(f'node "{node}": another look came first')


class PollFailed(Unavailable):
    """A polling trigger could not look for news; the message says why."""

    code = "poll_failed"
