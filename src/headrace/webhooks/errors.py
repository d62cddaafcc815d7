"""Every error that callers of webhooks may catch."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound


class RouteTaken(Conflict):
    """Another workflow answers this method and path already."""

    code = "webhook_route_taken"

    def __init__(self, method: str, path: str, workflow_name: str | None, *, prefix: str = "webhook") -> None:
        by = f' by the workflow "{workflow_name}"' if workflow_name is not None else ""
        super().__init__(f"{method} /{prefix}/{path} is taken{by}; choose another path")
        self.method = method
        self.path = path


class BadRoute(Invalid):
    """A node's path or options cannot be served; the message names the node."""

    code = "webhook_bad_route"


class BadForm(Invalid):
    """What a form asks makes no sense; the message says what."""

    code = "webhook_bad_form"


class NotAForm(Invalid):
    """What was sent to a form is of a kind that no form sends."""

    code = "webhook_not_a_form"


class NoRoute(NotFound):
    """Nothing answers at this address."""

    code = "webhook_not_found"


class BadCall(Invalid):
    """The request cannot be read: its body is not what its headers say."""

    code = "webhook_bad_call"


class CallTooLarge(LimitExceeded):
    """The request's body, or a part of it, is over a limit."""

    code = "webhook_too_large"

    def __init__(self, what: str, limit_bytes: int) -> None:
        super().__init__(f"{what} is larger than the limit of {limit_bytes} bytes")
        self.limit_bytes = limit_bytes
