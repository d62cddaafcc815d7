"""Logs and the export of traces. Knows no context."""
