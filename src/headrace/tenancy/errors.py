"""Every error that callers of tenancy may catch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from headrace.kernel.errors import Conflict, Denied, Invalid, LimitExceeded, NotFound


class TenantNotFound(NotFound):
    """There is no such tenant, or not for whoever asks."""

    code = "tenant_not_found"

    def __init__(self, tenant: str) -> None:
        super().__init__(f'there is no tenant "{tenant}"')
        self.tenant = tenant


class ProjectNotFound(NotFound):
    """There is no such project for this tenant, or not for whoever asks."""

    code = "project_not_found"

    def __init__(self, project: str) -> None:
        super().__init__(f'there is no project "{project}"')
        self.project = project


class MemberNotFound(NotFound):
    """The user is no member of this tenant, or not of the project."""

    code = "member_not_found"

    def __init__(self, user: str) -> None:
        super().__init__(f'there is no member "{user}"')
        self.user = user


class TenantExists(Conflict):
    """There is a tenant of this id already. Nothing was written."""

    code = "tenant_exists"

    def __init__(self, tenant: str) -> None:
        super().__init__(f'there is a tenant "{tenant}" already')
        self.tenant = tenant


class NotAllowed(Denied):
    """The caller's roles, or the scopes of the API key, do not allow the action."""

    code = "action_not_allowed"

    def __init__(self, action: str, why: str) -> None:
        super().__init__(f"{action} is not allowed: {why}")
        self.action = action


class TenantSuspended(Denied):
    """The tenant is suspended: what it has can be read, and nothing else."""

    code = "tenant_suspended"

    def __init__(self, action: str, why: str) -> None:
        reason = f" ({why})" if why else ""
        super().__init__(
            f"{action} is not allowed: the tenant is suspended{reason}; ask whoever runs this server to resume it"
        )
        self.action = action


class RoleTooHigh(Denied):
    """Nobody gives, changes or takes away a role above their own."""

    code = "role_too_high"

    def __init__(self, role: str) -> None:
        super().__init__(f"the role {role} is above yours; ask somebody who has it")
        self.role = role


class LastOwner(Conflict):
    """A tenant that has an owner keeps one."""

    code = "last_owner"

    def __init__(self) -> None:
        super().__init__("this is the tenant's last owner; make another member an owner first")


class QuotaExceeded(LimitExceeded):
    """The tenant has used up what it may use."""

    code = "quota_exceeded"

    def __init__(self, limit: str, value: int, *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"the tenant's limit of {value} {limit} is reached")
        self.limit = limit
        self.value = value
        self.retry_after = retry_after


class ProjectInUse(Conflict):
    """The project still holds something."""

    code = "project_in_use"

    def __init__(self, project: str, held: Sequence[str]) -> None:
        super().__init__(f'the project "{project}" still has {", ".join(held)}; move or delete them first')
        self.project = project


class TooManyProjects(LimitExceeded):
    """The tenant has as many projects as it may."""

    code = "too_many_projects"

    def __init__(self, limit: int) -> None:
        super().__init__(f"a tenant has {limit} projects at most")
        self.limit = limit


class DefaultStays(Invalid):
    """The default tenant cannot be suspended, and no default project deleted."""

    code = "default_stays"


class BadName(Invalid):
    """A name that is empty, too long or cannot be shown in a line; the message says of what."""

    code = "tenancy_name_invalid"


class BadQuota(Invalid):
    """A quota that is no positive number."""

    code = "quota_invalid"

    def __init__(self, limit: str, value: int) -> None:
        super().__init__(f"a limit of {value} {limit} cannot be kept; it is at least 1, or none at all")
        self.limit = limit
