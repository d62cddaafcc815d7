"""Merge: brings the items of several inputs together."""
