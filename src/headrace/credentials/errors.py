"""Every error that callers of credentials may catch."""

from __future__ import annotations

from headrace.kernel.errors import Invalid, NotFound


class CredentialNotFound(NotFound):
    """There is no such credential for this tenant."""

    code = "credential_not_found"

    def __init__(self, type_: str, name: str) -> None:
        super().__init__(f'there is no credential "{name}" of type {type_}')
        self.type = type_
        self.name = name


class CredentialsUnreadable(Invalid):
    """The credentials file cannot be used; the message says why, and holds nothing of what is in it."""

    code = "credentials_unreadable"
