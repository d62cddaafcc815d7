"""What other contexts may know of tenants, projects and members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from headrace.kernel.errors import Denied, NotFound
from headrace.kernel.ids import ProjectId, TenantId, UserId


class Role(StrEnum):
    """What somebody is in a tenant or in a project; each may do all that those below it may."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Action(StrEnum):
    """What somebody may be allowed to do. The names are the scopes of API keys too."""

    WORKFLOW_READ = "workflow.read"
    WORKFLOW_EDIT = "workflow.edit"
    """Folders too."""

    WORKFLOW_PUBLISH = "workflow.publish"
    WORKFLOW_DELETE = "workflow.delete"
    EXECUTION_READ = "execution.read"
    EXECUTION_START = "execution.start"
    """Run or retry a workflow as it is stored. One that comes with the call takes `WORKFLOW_EDIT` as well, or else
    whoever may only run would run what they like."""

    EXECUTION_STOP = "execution.stop"
    EXECUTION_DELETE = "execution.delete"
    CREDENTIAL_READ = "credential.read"
    """Names and types; secrets are read by nobody."""

    CREDENTIAL_USE = "credential.use"
    """Name one in a workflow, test it, ask the service behind it."""

    CREDENTIAL_EDIT = "credential.edit"
    CREDENTIAL_REFER = "credential.refer"
    """Have a credential refer to a secret that is kept outside, in the owner's Vault, files or environment."""

    VARIABLE_READ = "variable.read"
    VARIABLE_EDIT = "variable.edit"
    DATATABLE_READ = "datatable.read"
    DATATABLE_EDIT = "datatable.edit"
    TAG_READ = "tag.read"
    TAG_EDIT = "tag.edit"
    PROJECT_READ = "project.read"
    PROJECT_CREATE = "project.create"
    PROJECT_EDIT = "project.edit"
    PROJECT_DELETE = "project.delete"
    MEMBER_READ = "member.read"
    MEMBER_EDIT = "member.edit"
    """Change and remove those who are members; `Members` says of whom."""

    MEMBER_INVITE = "member.invite"
    """Let somebody in who is no member yet."""

    APIKEY_OWN = "apikey.own"
    """Make, list and revoke one's own keys."""

    APIKEY_MANAGE = "apikey.manage"
    """List and revoke everybody's keys."""

    AUDIT_READ = "audit.read"
    TENANT_READ = "tenant.read"
    TENANT_EDIT = "tenant.edit"
    TENANT_CREATE = "tenant.create"
    TENANT_SUSPEND = "tenant.suspend"
    TENANT_QUOTAS = "tenant.quotas"
    USER_MANAGE = "user.manage"
    """List and disable the users of the installation, whatever tenant they belong to."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, and what the way they came in by leaves of what they may do."""

    user: UserId
    tenant: TenantId | None = None
    """The only tenant they may act in; None: every one that they are a member of."""

    scopes: frozenset[Action] | None = None
    """All that they may do, where their roles allow it; None: whatever their roles allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """How much a tenant may use; None: as much as the server has."""

    executions_per_minute: int | None = None
    """Starts in any sixty seconds."""

    concurrent_executions: int | None = None
    payload_bytes: int | None = None
    """Of all payloads that are kept at one time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Whose the data is."""

    id: TenantId
    name: str
    created_at: datetime
    quotas: Quotas = Quotas()
    suspended_at: datetime | None = None
    """None: it is not suspended."""

    suspended_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What workflows and credentials of a tenant belong to."""

    tenant: TenantId
    id: ProjectId
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A role of a user; a user has one in the tenant at most, and one in each project."""

    tenant: TenantId
    user: UserId
    project: ProjectId | None
    """None: in the tenant, and so in all its projects."""

    role: Role
    since: datetime


class Authority(Protocol):
    """Who says what an actor may do: the tenancy's use cases."""

    async def authorise(
        self, tenant: TenantId, actor: Actor, action: Action, project: ProjectId | None = None
    ) -> object: ...

    async def projects_for(self, tenant: TenantId, actor: Actor, action: Action) -> Sequence[Project]: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """An actor in the tenant that a request is about; every API asks it before it does anything."""

    actor: Actor
    tenant: TenantId
    authority: Authority

    @property
    def by(self) -> str:
        """Who it is, for the record."""
        return self.actor.user

    async def must(self, action: Action, project: str | None = None) -> None:
        """Raises: NotFound, Denied: the caller may not do this in the project, or without one in the whole tenant."""
        await self.authority.authorise(self.tenant, self.actor, action, None if project is None else ProjectId(project))

    async def may(self, action: Action, project: str | None = None) -> bool:
        """Return whether `must` would raise nothing."""
        try:
            await self.must(action, project)
        except (NotFound, Denied):
            return False
        return True

    async def places(self, action: Action) -> Sequence[str]:
        """Return the ids of the projects in which the caller may do this."""
        return [project.id for project in await self.authority.projects_for(self.tenant, self.actor, action)]
