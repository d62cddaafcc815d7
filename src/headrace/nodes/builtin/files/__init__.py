"""Nodes that read, write and turn files."""
