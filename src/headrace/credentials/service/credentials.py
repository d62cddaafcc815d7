"""Credentials: making, listing, changing, sharing and deleting them. Nothing here returns a secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from headrace.credentials.domain import fields as rules
from headrace.credentials.domain.records import (
    MAX_SHARES,
    Cursor,
    SealedCredential,
    check_name,
    name_key,
    read_cursor,
    write_cursor,
)
from headrace.credentials.errors import BadCredential, CredentialChanged, CredentialInUse
from headrace.credentials.ports import CredentialStore, CredentialTypes, Sealer, Usages
from headrace.credentials.public import Credential, CredentialPage, CredentialQuery, ShownFields, Usage
from headrace.credentials.service.sealing import changed, opened, sealed_anew
from headrace.kernel.errors import NotFound
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId, TenantId, new_id
from headrace.sdk.credentials import CredentialType

MAX_PAGE = 250
MAX_ID = 100


class Credentials:
    """Keeps credentials. Who may do what is decided before it is called."""

    def __init__(
        self,
        store: CredentialStore,
        sealer: Sealer,
        types: CredentialTypes,
        usages: Usages,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._types = types
        self._usages = usages
        self._now = now

    async def create(
        self,
        tenant: TenantId,
        *,
        name: str,
        type_: str,
        fields: Mapping[str, Any],
        by: str,
        project: ProjectId = DEFAULT_PROJECT,
        may_refer: bool = True,
    ) -> Credential:
        """Keep a new credential.

        Args:
            may_refer: Whether who does this may name secrets that are kept elsewhere. What they hold is not theirs.

        Raises:
            ReferenceDenied: a field names one, and they may not.
            UnknownCredentialType: no such type is installed.
            BadCredential: the name or fields cannot be accepted, or a required one is missing.
            CredentialLimit: the tenant has as many as it may.
        """
        declared = self._types.find(type_)
        rules.check_fields(fields, declared)
        if not may_refer:
            rules.check_no_reference(fields)
        given = {field: value for field, value in fields.items() if value is not None}
        missing = rules.missing(given, declared)
        if missing:
            raise BadCredential(*(f'"{one}" has no value' for one in missing))
        return await self._add(tenant, new_id(), name, type_, given, by, project)

    async def bring_in(
        self,
        tenant: TenantId,
        *,
        name: str,
        type_: str,
        fields: Mapping[str, Any],
        by: str,
        project: ProjectId = DEFAULT_PROJECT,
        credential_id: str | None = None,
    ) -> Credential:
        """Keep a credential as another installation had it: of any type, with any fields, and under its id.

        Raises:
            BadCredential: the name or the id cannot be accepted, or the fields are too many bytes.
            CredentialExists: there is one of this id.
            CredentialLimit: the tenant has as many as it may.
        """
        rules.check_fields(fields, None)
        if not type_ or len(type_) > MAX_ID or (credential_id is not None and not 0 < len(credential_id) <= MAX_ID):
            raise BadCredential(f"a credential has a type and an id of 1 to {MAX_ID} characters")
        return await self._add(tenant, credential_id or new_id(), name, type_, fields, by, project)

    async def _add(
        self,
        tenant: TenantId,
        credential_id: str,
        name: str,
        type_: str,
        fields: Mapping[str, Any],
        by: str,
        project: ProjectId,
    ) -> Credential:
        now = self._now()
        record = Credential(
            id=credential_id,
            tenant=tenant,
            project=project,
            name=check_name(name),
            type=type_,
            created_at=now,
            created_by=by,
            updated_at=now,
            updated_by=by,
        )
        await self._store.add(await sealed_anew(self._sealer, record, fields))
        return record

    async def get(self, tenant: TenantId, credential_id: str) -> Credential:
        """Raises: CredentialNotFound"""
        return (await self._store.get(tenant, credential_id)).plain

    async def show(self, tenant: TenantId, credential_id: str) -> tuple[Credential, ShownFields]:
        """Return a credential with those of its fields that are not secret.

        Raises:
            CredentialNotFound
            SealBroken, KeyMissing: what is stored cannot be opened.
        """
        record = await self._store.get(tenant, credential_id)
        return record.plain, rules.shown(await opened(self._sealer, record), self._type(record.type))

    async def list(
        self, tenant: TenantId, query: CredentialQuery, *, cursor: str | None = None, limit: int = 100
    ) -> CredentialPage:
        """Return credentials by name.

        Args:
            limit: At most 250; more is taken for that.

        Raises:
            BadCursor: the cursor was not given out by this list.
        """
        limit = max(1, min(limit, MAX_PAGE))
        after = read_cursor(cursor) if cursor else None
        found = await self._store.find(tenant, query, after=after, limit=limit + 1)
        page = found[:limit]
        more = write_cursor(Cursor(name_key(page[-1].name), page[-1].id)) if len(found) > limit else None
        return CredentialPage(page, more)

    async def change(
        self,
        tenant: TenantId,
        credential_id: str,
        *,
        by: str,
        name: str | None = None,
        fields: Mapping[str, Any] | None = None,
        revision: int | None = None,
        may_refer: bool = True,
    ) -> Credential:
        """Change a credential; what is left out stays, and a field that is None is taken away.

        Args:
            may_refer: As in `create`.
            revision: The one that the change was made on, if that matters.

        Raises:
            CredentialNotFound
            CredentialChanged: it is at another revision.
            BadCredential: the name or a field cannot be accepted.
            ReferenceDenied: a field names a secret that is kept elsewhere, and they may not.
            SecretsNeeded: a field that decides where the secrets go changes, and not all secrets are given.
            SealBroken, KeyMissing: what is stored cannot be opened.
        """
        record = await self._store.get(tenant, credential_id)
        if revision is not None and revision != record.revision:
            raise CredentialChanged(credential_id)
        after = changed(record, by=by, at=self._now(), name=record.name if name is None else check_name(name))
        if fields:
            if not may_refer:
                rules.check_no_reference(fields)
            after = await self._with_fields(record, after, fields)
        await self._store.replace(after, expected=record.revision)
        return after.plain

    async def _with_fields(
        self, record: SealedCredential, after: SealedCredential, change: Mapping[str, Any]
    ) -> SealedCredential:
        declared = self._type(record.type)
        rules.check_fields({name: value for name, value in change.items() if value is not None}, declared)
        merged = rules.merge(await opened(self._sealer, record), change, declared)
        missing = rules.missing(merged, declared) if declared is not None else ()
        if missing:
            raise BadCredential(*(f'"{one}" has no value' for one in missing))
        return await sealed_anew(self._sealer, after, merged)

    async def share(
        self, tenant: TenantId, credential_id: str, projects: Sequence[ProjectId], *, by: str
    ) -> Credential:
        """Let the workflows of exactly these projects, beside its own, use a credential.

        Raises:
            CredentialNotFound, CredentialChanged
            BadCredential: they are too many.
        """
        if len(projects) > MAX_SHARES:
            raise BadCredential(f"a credential is shared with {MAX_SHARES} projects at most")
        record = await self._store.get(tenant, credential_id)
        others = tuple(sorted({one for one in projects if one != record.project}))
        after = changed(record, by=by, at=self._now(), shared_with=others)
        await self._store.replace(after, expected=record.revision)
        return after.plain

    async def move(self, tenant: TenantId, credential_id: str, project: ProjectId, *, by: str) -> Credential:
        """Have a credential belong to another project.

        Raises:
            CredentialNotFound, CredentialChanged
        """
        record = await self._store.get(tenant, credential_id)
        others = tuple(one for one in record.shared_with if one != project)
        after = changed(record, by=by, at=self._now(), project=project, shared_with=others)
        await self._store.replace(after, expected=record.revision)
        return after.plain

    async def usage(self, tenant: TenantId, credential_id: str) -> Sequence[Usage]:
        """Return the workflows that name a credential.

        Raises:
            CredentialNotFound
        """
        return await self._usages.of(tenant, (await self._store.get(tenant, credential_id)).plain)

    async def delete(self, tenant: TenantId, credential_id: str, *, force: bool = False) -> Credential:
        """Delete a credential for good, and return what it was.

        Raises:
            CredentialNotFound
            CredentialInUse: workflows name it, and it is not forced.
        """
        record = (await self._store.get(tenant, credential_id)).plain
        used = [] if force else await self._usages.of(tenant, record)
        if used:
            raise CredentialInUse(record.name, [one.workflow_name for one in used])
        await self._store.remove(tenant, credential_id)
        return record

    def types(self) -> Sequence[CredentialType]:
        return self._types.all()

    def schema(self, type_: str) -> Mapping[str, Any]:
        """Return the JSON schema of a type's fields.

        Raises:
            UnknownCredentialType
        """
        return rules.schema_of(self._types.find(type_))

    def _type(self, name: str) -> CredentialType | None:
        try:
            return self._types.find(name)
        except NotFound:
            return None  # brought in, or of a package that is gone
