"""Handing on what happened to workflows: at least once, and in order for each workflow."""

from __future__ import annotations

import asyncio
import logging

from headrace.workflows.ports import Outbox, Publisher

log = logging.getLogger(__name__)

_BATCH = 100


class Relay:
    """Takes events out of the outbox."""

    def __init__(self, outbox: Outbox, publisher: Publisher) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._one_at_a_time = asyncio.Lock()

    async def deliver(self) -> int:
        """Hand on all events there are, and return how many were taken.

        One that is not taken comes again with the next call, and with it the later ones of its workflow; those of other
        workflows do not wait for it.
        """
        async with self._one_at_a_time:
            taken = 0
            waiting: set[tuple[str, str]] = set()
            position = 0
            while entries := await self._outbox.pending(_BATCH, after=position):
                sent: list[int] = []
                for entry in entries:
                    position = entry.position
                    workflow = (entry.event.tenant, entry.event.workflow_id)
                    if workflow in waiting:
                        continue
                    try:
                        await self._publisher.publish(entry)
                    except Exception:  # one event that somebody trips over must not hold up all others
                        waiting.add(workflow)
                        log.exception("event %d of workflow %s could not be handed on", position, workflow[1])
                    else:
                        sent.append(position)
                await self._outbox.mark_sent(sent)
                taken += len(sent)
            return taken
