"""Opening credentials for those that use them: a node under its execution, a webhook that asks who calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.credentials.domain.records import SealedCredential
from headrace.credentials.errors import CredentialAmbiguous, CredentialNotForNodes, CredentialNotFound
from headrace.credentials.ports import CredentialStore, CredentialTypes, References, Renewal, Sealer
from headrace.credentials.public import Opened
from headrace.credentials.service.referring import resolved
from headrace.credentials.service.sealing import opened
from headrace.kernel.errors import NotFound
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId, TenantId


class CredentialOpener:
    """The one way to a secret. Whether it may be used is decided here, on the credential that was found."""

    def __init__(
        self,
        store: CredentialStore,
        sealer: Sealer,
        references: References,
        renewal: Renewal,
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._references = references
        self._renewal = renewal

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId = DEFAULT_PROJECT
    ) -> Opened:
        """Return the fields of a credential, with references looked up and tokens fresh.

        Args:
            reference: {"id", "name"} as the node has it.
            project: The one of the workflow that runs; never what the workflow says of itself.

        Raises:
            CredentialNotFound: this tenant has no such credential of that type, or the project may not use it.
            CredentialAmbiguous: only a name says which is meant, and several have it.
            SecretUnavailable: it refers to a secret that cannot be had.
            NotConnected, TokenRefused, TokenUnavailable: it has no token that is good.
            SealBroken, KeyMissing: what is stored cannot be opened.
        """
        record = await self._find(tenant, type_, reference, project)
        return await self.open_record(record)

    async def open_record(self, record: SealedCredential) -> Opened:
        """Return the fields of a credential that may be used; raises as `open`."""
        fields = await resolved(self._references, record.tenant, await opened(self._sealer, record))
        return Opened(await self._renewal.fresh(record, fields))

    async def renew(
        self,
        tenant: TenantId,
        type_: str,
        reference: Mapping[str, Any],
        *,
        refused: str,
        project: ProjectId = DEFAULT_PROJECT,
    ) -> Opened | None:
        """Return the fields with another token than the one that a service *refused*; None if there is none.

        Raises:
            CredentialNotFound, CredentialAmbiguous: as `open`.
        """
        record = await self._find(tenant, type_, reference, project)
        fields = await self._renewal.renew(record, refused)
        return None if fields is None else Opened(fields)

    async def _find(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], project: ProjectId
    ) -> SealedCredential:
        id_, name = reference.get("id"), reference.get("name")
        if isinstance(id_, str) and id_:
            try:
                record = await self._store.get(tenant, id_)
            except CredentialNotFound:
                pass  # a workflow from elsewhere has the ids of elsewhere
            else:
                if record.type != type_ or not record.usable_in(project):
                    raise CredentialNotFound(type_, record.name if record.usable_in(project) else id_)
                return record
        if isinstance(name, str) and name:
            found = [one for one in await self._store.named(tenant, type_, name) if one.usable_in(project)]
            if len(found) > 1:
                raise CredentialAmbiguous(type_, name, [one.id for one in found])
            if found:
                return await self._store.get(tenant, found[0].id)
        raise CredentialNotFound(type_, str(name or id_ or type_))


def check_shown(types: CredentialTypes, type_: str) -> None:
    """Raises: CredentialNotForNodes: nodes do not compute with secrets of this type; they name it in requests."""
    try:
        shown = types.find(type_).computed_with
    except NotFound:
        shown = False
    if not shown:
        raise CredentialNotForNodes(type_)
