"""Versions of workflows in use, read once: many executions of one version follow each other."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from headrace.executor.stepping import Drawn
from headrace.workflows.public import Workflow

_KEPT = 200
_MAX_BYTES = 128 * 1024
"""Longer ones are read anew each time: what is kept must stay small beside what runs."""


@dataclass(frozen=True, slots=True)
class Version:
    """A workflow as it was read, and what was worked out of its nodes. Executions share it: nobody changes it."""

    workflow: Workflow
    drawn: dict[str, Drawn] = field(default_factory=dict)


class Versions:
    """The versions used last, by their text."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Version] = OrderedDict()

    def read(self, source: msgspec.Raw) -> Version:
        """Raises: WorkflowInvalid: it is no workflow."""
        text = bytes(source)
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        version = Version(Workflow.from_json(text))
        if len(text) <= _MAX_BYTES:
            self._kept[text] = version
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return version
