"""Tenancy and identity in one process: who may do what, over two files in the data directory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from headrace.identity.adapters.argon2 import Argon2Passwords
from headrace.identity.adapters.attempts import MemoryAttempts
from headrace.identity.adapters.sqlite import SqliteIdentity
from headrace.identity.domain.sessions import SessionLife
from headrace.identity.service import ApiKeys, Authentication, Invitations, Logins, Setup, Users
from headrace.kernel.ids import ProjectId, TenantId
from headrace.tenancy.adapters.sqlite import SqliteTenancy
from headrace.tenancy.ports import PayloadUsage, ProjectContents
from headrace.tenancy.service import Members, Projects, QuotaChecks, Tenancy


class People:
    """Every use case of tenancy and identity; make it, `start` it, use it, `close` it."""

    def __init__(
        self, data_dir: Path, *, payloads: PayloadUsage, contents: ProjectContents, now: Callable[[], datetime]
    ) -> None:
        self._tenancy_kept = tenants = SqliteTenancy(data_dir / "tenancy.db")
        self._identity_kept = kept = SqliteIdentity(data_dir / "identity.db")
        self._passwords = Argon2Passwords()
        life = SessionLife()
        self.tenancy = Tenancy(tenants.tenants, tenants.projects, tenants.members, now)
        self.members = Members(tenants.members, self.tenancy, now)
        self.projects = Projects(tenants.projects, contents, now)
        self.quotas = QuotaChecks(tenants.tenants, tenants.starts, payloads, now)
        self.setup = Setup(kept.users, self.members, self._passwords, now)
        self.authentication = Authentication(kept.keys, kept.sessions, self.setup, life, now)
        self.logins = Logins(kept.users, kept.sessions, self._passwords, MemoryAttempts(), life, now)
        self.users = Users(kept.users, self.members, self._passwords, self.logins, now)
        self.keys = ApiKeys(kept.keys, self.tenancy, now)
        self.invitations = Invitations(kept.invitations, self.users, self.members, self.tenancy, now)

    async def start(self) -> None:
        """See to it that there is a default tenant, and that whoever set it up owns it."""
        await self.tenancy.ensure_default()
        await self.setup.resume()

    async def close(self) -> None:
        self._passwords.close()
        await self._identity_kept.close()
        await self._tenancy_kept.close()


class Contents:
    """What projects hold, by those who keep it.

    Args:
        counts: By what is counted, such as "workflows".
    """

    def __init__(self, counts: Mapping[str, Callable[[TenantId, ProjectId], Awaitable[int]]]) -> None:
        self._counts = counts

    async def held(self, tenant: TenantId, project: ProjectId) -> Sequence[str]:
        found = [(await count(tenant, project), what) for what, count in self._counts.items()]
        return [f"{number} {what}" for number, what in found if number]
