"""Secrets that are kept elsewhere: which tenant may read which source, and for how long an answer counts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from headrace.credentials.domain.references import SecretReference
from headrace.credentials.errors import SecretUnavailable
from headrace.credentials.ports import SecretSource
from headrace.kernel.ids import TenantId

REMEMBERED = timedelta(seconds=60)
_MOST = 1_000


class ExternalSecrets:
    """`References` to the sources that each tenant has."""

    def __init__(self, sources: Mapping[TenantId, Mapping[str, SecretSource]], now: Callable[[], datetime]) -> None:
        self._sources = sources
        self._now = now
        self._known: OrderedDict[tuple[TenantId, SecretReference], tuple[str, datetime]] = OrderedDict()

    async def resolve(self, tenant: TenantId, reference: SecretReference) -> str:
        now = self._now()
        known = self._known.get((tenant, reference))
        if known is not None and known[1] > now:
            return known[0]
        source = self._sources.get(tenant, {}).get(reference.source)
        if source is None:
            raise SecretUnavailable(f'there is no source of secrets "{reference.source[:60]}" here')
        value = await source.read(reference.path)
        self._known.pop((tenant, reference), None)
        self._known[tenant, reference] = (value, now + REMEMBERED)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return value
