"""What a node returns."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item


@dataclass(frozen=True, slots=True)
class Routed:
    """One item for one output, from an item-wise node with several outputs."""

    output: int
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Put the execution aside; it holds no worker meanwhile and survives restarts.

    Resumed by time, the node's output is *output*. Resumed by a request (webhook, form), it is the request's item. An
    approval hands *output* on with what was decided beside each item's data, on output 0 approved and on 1 declined.
    """

    until: datetime | None
    """None: only a request resumes it."""

    output: Sequence[Item]
    resume: Literal["time", "webhook", "form", "approval"] = "time"
    webhook_suffix: str = ""
    timed_out_to: int = 0
    """Which of the node's outputs gets *output* when time resumes it."""


Outputs: TypeAlias = Sequence[Sequence[Item]]
"""One sequence of items per output; missing outputs at the end are empty."""

ItemResult: TypeAlias = Item | Routed | Sequence[Item | Routed] | None


class NodeModule(Protocol):
    """A module (or object) that is a node: a description and the function that does the work."""

    DESCRIPTION: NodeDescription


@runtime_checkable
class ItemNode(Protocol):
    DESCRIPTION: NodeDescription

    def run_item(self, ctx: NodeContext, item: Item, index: int) -> ItemResult | Awaitable[ItemResult]:
        """Do the work for one input item. May be `async`.

        Raises:
            NodeError: this item failed.
        """
        ...


@runtime_checkable
class ListNode(Protocol):
    DESCRIPTION: NodeDescription

    def run(self, ctx: NodeContext) -> Awaitable[Outputs | Suspend | None]:
        """Do the work for all inputs. None ends the branch: no output, no entry in the history.

        Raises:
            NodeError: the node failed as a whole.
        """
        ...
