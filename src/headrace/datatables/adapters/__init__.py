"""Ports filled in."""
