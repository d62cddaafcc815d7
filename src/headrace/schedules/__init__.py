"""Schedules: why a run starts, by the clock; when each fires next, what was missed, and that none fires twice."""
