"""Headrace: a workflow automation platform that runs n8n workflows durably."""

__version__ = "0.1.0"
