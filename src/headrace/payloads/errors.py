"""Every error that callers of payloads may catch."""

from __future__ import annotations

from headrace.kernel.errors import Invalid, NotFound


class PayloadNotFound(NotFound):
    """There is no such payload for this tenant."""

    code = "payload_not_found"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no payload {key}")
        self.key = key


class PayloadDamaged(Invalid):
    """The stored bytes are not those that were put there."""

    code = "payload_damaged"

    def __init__(self, key: str) -> None:
        super().__init__(f"payload {key} is damaged: its bytes do not match its key")
        self.key = key


class BadKey(Invalid):
    """The key is none that this store makes."""

    code = "payload_bad_key"

    def __init__(self, key: str) -> None:
        super().__init__(f"{key[:100]!r} is not a payload key")
        self.key = key
