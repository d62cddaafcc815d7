"""The one error of this package."""

from __future__ import annotations


class PartMissing(Exception):
    """The kernel lacks a part of the wall, or refuses it here.

    Args:
        part: One of the names that `survey` reports, such as "user namespaces".
        why: The kernel's words, or what was found.
    """

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: {why}")
        self.part = part
        self.why = why
