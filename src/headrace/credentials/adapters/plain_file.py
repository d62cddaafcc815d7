"""Credentials as they stand in a file, not sealed: for runs from the command line."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from headrace.credentials.errors import CredentialNotFound, CredentialsUnreadable
from headrace.credentials.public import Opened
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId


class PlainCredentials:
    """Credentials of one tenant: {type: fields}, or a list of {type, id?, name?, data}."""

    def __init__(self, held: Any = (), tenant: TenantId = DEFAULT_TENANT) -> None:
        self._tenant = tenant
        self._named: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._by_type: dict[str, Mapping[str, Any]] = {}
        if isinstance(held, Mapping):
            self._by_type = {type_: fields for type_, fields in held.items() if isinstance(fields, Mapping)}
        else:
            for one in held:
                for key in ("id", "name"):
                    if one.get(key) is not None:
                        self._named[str(one["type"]), str(one[key])] = one.get("data") or {}

    @classmethod
    def from_file(cls, path: Path) -> PlainCredentials:
        """Read a credentials file.

        Raises:
            CredentialsUnreadable: no such file, others may read it, or it is not JSON of that form.
        """
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise CredentialsUnreadable(f"others may read the credentials file {path}; run: chmod 600 {path}")
            held = msgspec.json.decode(path.read_bytes())
        except OSError as failure:
            raise CredentialsUnreadable(f"the credentials file {path} cannot be read: {failure.strerror}") from failure
        except msgspec.DecodeError:
            # The decoder's message may quote the file.
            raise CredentialsUnreadable(f"the credentials file {path} is not valid JSON") from None
        try:
            return cls(held)
        except (AttributeError, KeyError, TypeError):
            raise CredentialsUnreadable(
                f"the credentials file {path} is neither an object by type nor a list of credentials"
            ) from None

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId = DEFAULT_PROJECT
    ) -> Opened:
        """Return the fields of a credential, whatever the project.

        Raises:
            CredentialNotFound: the file has none, or it is not this tenant's.
        """
        if tenant == self._tenant:
            for key in ("id", "name"):
                found = self._named.get((type_, str(reference.get(key))))
                if found is not None:
                    return Opened(found)
            if type_ in self._by_type:
                return Opened(self._by_type[type_])
        raise CredentialNotFound(type_, str(reference.get("name") or reference.get("id") or type_))

    async def renew(
        self,
        tenant: TenantId,
        type_: str,
        reference: Mapping[str, Any],
        *,
        refused: str,
        project: ProjectId = DEFAULT_PROJECT,
    ) -> None:
        """Nothing in a file is renewed."""

    def check_shown(self, type_: str) -> None:
        """Whoever wrote the file says what is in it."""
