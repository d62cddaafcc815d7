"""Tenants, projects and members over HTTP."""

from headrace.tenancy.api.members import MembersApi
from headrace.tenancy.api.projects import ProjectsApi
from headrace.tenancy.api.tenants import TenantsApi

__all__ = ["MembersApi", "ProjectsApi", "TenantsApi"]
