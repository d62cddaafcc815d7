"""What each role may do, and the one decision about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from headrace.kernel.ids import ProjectId
from headrace.tenancy.public import Action, Role

_RANK = {role: rank for rank, role in enumerate(reversed(Role))}

LOWEST: Mapping[Action, Role] = {
    Action.WORKFLOW_READ: Role.VIEWER,
    Action.WORKFLOW_EDIT: Role.EDITOR,
    Action.WORKFLOW_PUBLISH: Role.EDITOR,
    Action.WORKFLOW_DELETE: Role.EDITOR,
    Action.EXECUTION_READ: Role.VIEWER,
    Action.EXECUTION_START: Role.OPERATOR,
    Action.EXECUTION_STOP: Role.OPERATOR,
    Action.EXECUTION_DELETE: Role.EDITOR,
    Action.CREDENTIAL_READ: Role.VIEWER,
    Action.CREDENTIAL_USE: Role.EDITOR,
    Action.CREDENTIAL_EDIT: Role.EDITOR,
    Action.CREDENTIAL_REFER: Role.ADMIN,
    Action.VARIABLE_READ: Role.VIEWER,
    Action.VARIABLE_EDIT: Role.EDITOR,
    Action.DATATABLE_READ: Role.VIEWER,
    Action.DATATABLE_EDIT: Role.EDITOR,
    Action.TAG_READ: Role.VIEWER,
    Action.TAG_EDIT: Role.EDITOR,
    Action.PROJECT_READ: Role.VIEWER,
    Action.PROJECT_CREATE: Role.ADMIN,
    Action.PROJECT_EDIT: Role.ADMIN,
    Action.PROJECT_DELETE: Role.ADMIN,
    Action.MEMBER_READ: Role.VIEWER,
    Action.MEMBER_EDIT: Role.ADMIN,
    Action.MEMBER_INVITE: Role.ADMIN,
    Action.APIKEY_OWN: Role.VIEWER,
    Action.APIKEY_MANAGE: Role.ADMIN,
    Action.AUDIT_READ: Role.ADMIN,
    Action.TENANT_READ: Role.VIEWER,
    Action.TENANT_EDIT: Role.OWNER,
    Action.TENANT_CREATE: Role.OWNER,
    Action.TENANT_SUSPEND: Role.OWNER,
    Action.TENANT_QUOTAS: Role.OWNER,
    Action.USER_MANAGE: Role.OWNER,
}
"""The lowest role that may do it. What is not here, nobody may."""

INSTALLATION = frozenset({Action.TENANT_CREATE, Action.TENANT_SUSPEND, Action.TENANT_QUOTAS, Action.USER_MANAGE})
"""What concerns the whole server: the default tenant is that of whoever runs it, so roles there decide."""

_OF_TENANT = INSTALLATION | {
    Action.CREDENTIAL_REFER,
    Action.TAG_READ,
    Action.TAG_EDIT,
    Action.PROJECT_CREATE,
    Action.MEMBER_INVITE,
    Action.APIKEY_OWN,
    Action.APIKEY_MANAGE,
    Action.AUDIT_READ,
    Action.TENANT_READ,
    Action.TENANT_EDIT,
}
"""What does not lie in a project: a role in one gives no right to it."""

_OF_ANY_MEMBER = frozenset({Action.TENANT_READ, Action.TAG_READ, Action.APIKEY_OWN})
"""What members of a single project need of the tenant."""

_WHILE_SUSPENDED = frozenset({action for action in Action if action.endswith(".read")} | {Action.EXECUTION_STOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a user is in a tenant."""

    roles: Mapping[ProjectId | None, Role]
    """By project; None: in the tenant. Empty for somebody who is no member."""

    suspended: bool = False
    suspended_why: str = ""

    def role_in(self, project: ProjectId | None) -> Role | None:
        """Return the higher of the roles in the tenant and in the project."""
        held = [role for place in {None, project} if (role := self.roles.get(place)) is not None]
        return max(held, key=_RANK.__getitem__, default=None)


class Verdict(Enum):
    ALLOWED = auto()
    ROLE_TOO_LOW = auto()
    OUT_OF_SCOPE = auto()
    SUSPENDED = auto()


def decide(
    standing: Standing, action: Action, project: ProjectId | None, scopes: frozenset[Action] | None = None
) -> Verdict:
    """Decide whether somebody may do something in a project, or in the tenant as a whole.

    Args:
        project: None: in the tenant, or in all its projects at once.
        scopes: All that is allowed whatever the roles; None: no such bound.
    """
    lowest = LOWEST.get(action)
    role = standing.role_in(None if action in _OF_TENANT else project)
    if lowest is None or not (at_least(role, lowest) or (action in _OF_ANY_MEMBER and standing.roles)):
        return Verdict.ROLE_TOO_LOW
    if scopes is not None and action not in scopes:
        return Verdict.OUT_OF_SCOPE
    if standing.suspended and action not in _WHILE_SUSPENDED:
        return Verdict.SUSPENDED
    return Verdict.ALLOWED


def at_least(role: Role | None, other: Role) -> bool:
    """Return whether *role* may do all that *other* may."""
    return role is not None and _RANK[role] >= _RANK[other]
