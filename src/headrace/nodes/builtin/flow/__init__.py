"""Nodes that steer a run rather than change its data."""
