"""Every error that callers of schedules may catch."""

from __future__ import annotations

from headrace.kernel.errors import Invalid


class BadSchedule(Invalid):
    """A schedule that never fires, or cannot be read; the message names the node."""

    code = "schedule_invalid"
