"""Use cases of tenancy.

Who may call which is decided by `Tenancy.authorise` where a call comes in; use cases that depend on the caller's own
role ask it themselves.
"""

from headrace.tenancy.service.members import Members
from headrace.tenancy.service.projects import Projects
from headrace.tenancy.service.quotas import QuotaChecks
from headrace.tenancy.service.tenancy import Tenancy

__all__ = ["Members", "Projects", "QuotaChecks", "Tenancy"]
