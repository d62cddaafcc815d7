"""What tenants, projects and memberships may be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime

from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId, UserId
from headrace.tenancy.domain.permissions import at_least
from headrace.tenancy.errors import BadName, BadQuota, DefaultStays, LastOwner, TooManyProjects
from headrace.tenancy.public import Membership, Project, Quotas, Role, Tenant

MAX_NAME = 128
"""Characters of the name of a tenant or a project."""

MAX_PROJECTS = 1_000
"""Of one tenant."""

_MAX_REASON = 500


def checked_name(kind: str, name: str) -> str:
    """Return *name* without blanks around it.

    Raises:
        BadName: it is empty, too long, or holds what cannot be shown in a line.
    """
    stripped = name.strip()
    if not 0 < len(stripped) <= MAX_NAME:
        raise BadName(f"the name of a {kind} has 1 to {MAX_NAME} characters; this one has {len(stripped)}")
    if not stripped.isprintable():
        raise BadName(f"the name of a {kind} cannot hold control characters")
    return stripped


def check_quotas(quotas: Quotas) -> None:
    """Raises: BadQuota: one is less than 1."""
    for field in fields(quotas):
        value = getattr(quotas, field.name)
        if value is not None and value < 1:
            raise BadQuota(field.name.replace("_", " "), value)


def default_tenant(at: datetime) -> Tenant:
    return Tenant(id=DEFAULT_TENANT, name="Default", created_at=at)


def default_project(tenant: TenantId, at: datetime) -> Project:
    return Project(tenant=tenant, id=DEFAULT_PROJECT, name="Default", created_at=at)


def suspended(tenant: Tenant, why: str, at: datetime) -> Tenant:
    """Return the tenant suspended; one that is so already stays so from when it was.

    Raises:
        DefaultStays: it is the default tenant, whose owners alone could resume it.
    """
    if tenant.id == DEFAULT_TENANT:
        raise DefaultStays("the default tenant cannot be suspended: it belongs to whoever runs this server")
    return replace(tenant, suspended_at=tenant.suspended_at or at, suspended_why=why.strip()[:_MAX_REASON])


def resumed(tenant: Tenant) -> Tenant:
    return replace(tenant, suspended_at=None, suspended_why="")


def check_deletable(project: ProjectId) -> None:
    """Raises: DefaultStays: it is a default project."""
    if project == DEFAULT_PROJECT:
        raise DefaultStays("the default project cannot be deleted")


def check_project_count(projects: int) -> None:
    """Raises: TooManyProjects: a tenant that has *projects* may have no more."""
    if projects >= MAX_PROJECTS:
        raise TooManyProjects(MAX_PROJECTS)


def check_owner_stays(owners: Collection[UserId], user: UserId, role: Role | None) -> None:
    """Check the change of a user's role in the tenant.

    Args:
        owners: The tenant's, before the change.
        role: What the user is to be; None: nothing.

    Raises:
        LastOwner: the tenant would be left without any.
    """
    if role is not Role.OWNER and set(owners) == {user}:
        raise LastOwner


def given(held: Membership | None, membership: Membership) -> Membership:
    """Return the role that takes the place of another: whoever had one is there since then."""
    return membership if held is None else replace(membership, since=held.since)


def joined(held: Membership | None, offered: Membership) -> Membership:
    """Return what a user is who was let in: what they are already, unless they were offered more."""
    return held if held is not None and at_least(held.role, offered.role) else given(held, offered)
