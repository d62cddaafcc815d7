"""Workflows over HTTP. Paths and shapes are those of n8n's public API where it has the same."""

from headrace.workflows.api.folders import FoldersApi
from headrace.workflows.api.tags import TagsApi
from headrace.workflows.api.variables import VariablesApi
from headrace.workflows.api.versions import VersionsApi
from headrace.workflows.api.workflows import WorkflowsApi

__all__ = ["FoldersApi", "TagsApi", "VariablesApi", "VersionsApi", "WorkflowsApi"]
