"""Untrusted code on the parent's side of the wall: workers, their limits, and how they are started."""
