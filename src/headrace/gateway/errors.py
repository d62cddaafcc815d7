"""Every error of the API's entrance that callers may meet."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid


class BadIdempotencyKey(Invalid):
    """The header `Idempotency-Key` cannot be kept."""

    code = "idempotency_key_invalid"

    def __init__(self) -> None:
        super().__init__("an Idempotency-Key is 1 to 255 visible ASCII characters")


class IdempotencyKeyReused(Conflict):
    """The key was sent with another body before."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key was sent with another body before; make a new one for a new request")


class StillAtWork(Conflict):
    """The same request is being carried out at this moment."""

    code = "idempotent_request_in_progress"

    def __init__(self) -> None:
        super().__init__("a request with this Idempotency-Key is being carried out; send it again in a moment")
