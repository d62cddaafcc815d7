"""Every error that callers of webhooks may catch."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound


class RouteTaken(Conflict):
    """Another workflow answers this method and path already."""

    code = "webhook_route_taken"

    def __init__(self, method: str, path: str, workflow_name: str) -> None:
        super().__init__(f'{method} /webhook/{path} is taken by the workflow "{workflow_name}"; choose another path')
        self.method = method
        self.path = path


class BadRoute(Invalid):
    """A node's path or options cannot be served; the message names the node."""

    code = "webhook_bad_route"


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
