"""Secrets: opened only for the node that names them, one at a time."""
