"""Identity and tenancy in one process: who calls, and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from headrace.app.credentials import LocalCredentials
from headrace.app.library import Library
from headrace.credentials.public import CredentialQuery
from headrace.identity.adapters.argon2 import Argon2Passwords
from headrace.identity.adapters.attempts import MemoryAttempts
from headrace.identity.adapters.sqlite import SqliteIdentity
from headrace.identity.domain.sessions import SessionLife
from headrace.identity.service import ApiKeys, Authentication, Invitations, Logins, Setup, Users
from headrace.kernel.ids import ProjectId, TenantId
from headrace.tenancy.adapters.sqlite import SqliteTenancy
from headrace.tenancy.ports import PayloadUsage
from headrace.tenancy.service import Members, Projects, QuotaChecks, Tenancy
from headrace.workflows.public import WorkflowQuery


class Access:
    """Every use case of users and tenants, over two files; make it, `prepare` it, use it, `close` it."""

    def __init__(
        self,
        data_dir: Path,
        library: Library,
        credentials: LocalCredentials,
        payloads: PayloadUsage,
        now: Callable[[], datetime],
    ) -> None:
        self._tenants = tenants = SqliteTenancy(data_dir / "tenancy.db")
        self._kept = kept = SqliteIdentity(data_dir / "identity.db")
        self._passwords = Argon2Passwords()
        life = SessionLife()
        self.tenancy = Tenancy(tenants.tenants, tenants.projects, tenants.members, now)
        self.members = Members(tenants.members, self.tenancy, now)
        self.projects = Projects(tenants.projects, _Contents(library, credentials), now)
        self.quotas = QuotaChecks(tenants.tenants, tenants.starts, payloads, now)
        self.setup = Setup(kept.users, self.members, self._passwords, now)
        self.authentication = Authentication(kept.keys, kept.sessions, self.setup, life, now)
        self.logins = Logins(kept.users, kept.sessions, self._passwords, MemoryAttempts(), life, now)
        self.users = Users(kept.users, self.members, self._passwords, self.logins, now)
        self.keys = ApiKeys(kept.keys, self.tenancy, now)
        self.invitations = Invitations(kept.invitations, self.users, self.members, self.tenancy, now)

    async def prepare(self) -> None:
        """See to it that there is a default tenant, and that whoever set it up owns it."""
        await self.tenancy.ensure_default()
        await self.setup.resume()

    async def close(self) -> None:
        self._passwords.close()
        await self._kept.close()
        await self._tenants.close()


class _Contents:
    """The `ProjectContents` of tenancy: what still lies in a project."""

    def __init__(self, library: Library, credentials: LocalCredentials) -> None:
        self._library = library
        self._credentials = credentials

    async def held(self, tenant: TenantId, project: ProjectId) -> Sequence[str]:
        drawn = await self._library.workflows.list(tenant, WorkflowQuery(project=project, archived=None), limit=100)
        found = [_counted(len(drawn.workflows), drawn.next_cursor, "workflows")]
        kept = await self._credentials.credentials.list(tenant, CredentialQuery(project=project), limit=100)
        own = [one for one in kept.credentials if one.project == project]
        return [*filter(None, [*found, _counted(len(own), kept.next_cursor, "credentials")])]


def _counted(number: int, more: str | None, things: str) -> str:
    return f"{number}{'+' if more else ''} {things}" if number or more else ""
