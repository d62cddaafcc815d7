"""Polling triggers run by the executor, in a journal of their own that is gone when they have looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.executions.service import Executions
from headrace.executor.adapters.local_replies import LocalReplies
from headrace.executor.adapters.memory import MemoryStaticData
from headrace.executor.service import Executor
from headrace.kernel.errors import HeadraceError
from headrace.schedules.errors import PollFailed
from headrace.schedules.ports import Look

if TYPE_CHECKING:
    from headrace.app.local import Headrace

_LONGEST_LOOK = timedelta(minutes=5)


class ExecutorPoller:
    """The `Poller` of schedules.

    A trigger that looks needs all that nodes have: expressions, credentials, the way out. So it is run as one, with
    nothing after it; most looks find nothing, and leave nothing in the history.
    """

    def __init__(self, headrace: Headrace) -> None:
        self._headrace = headrace

    async def look(self, request: ExecutionRequested, data: Mapping[str, Any]) -> Look:
        headrace, node = self._headrace, request.start
        asked = msgspec.structs.replace(
            request,
            # Neither a person's run, which remembers nothing, nor one that has an error workflow.
            mode=Mode.INTEGRATED,
            destination=node,
            # The time that it has is counted from now.
            at=headrace.now(),
            given=Output(items=1, inline=msgspec.Raw(b'[{"json":{}}]')),
        )
        memory = MemoryStaticData()
        key = f"node:{node}"
        await memory.write(request.tenant, request.workflow_id, {key: data})
        executions = Executions(MemoryJournal(), headrace.planner, headrace.now, holder="poll")
        executor = Executor(
            executions=executions,
            workflows=headrace.library.called,
            nodes=headrace.catalogue,
            evaluator=headrace.executor.evaluator,
            payloads=headrace.payloads,
            credentials=headrace.credentials,
            outside=headrace.outside,
            static_data=memory,
            variables=headrace.library.variables,
            tables=headrace.executor.tables,
            versions=headrace.executor.versions,
            replies=LocalReplies(),
            now=headrace.now,
            settings=replace(headrace.executor.settings, timeout=_LONGEST_LOOK),
        )
        try:
            await executions.request(asked)
            await executor.drive(request.tenant, request.execution_id)
        except HeadraceError as refused:
            raise PollFailed(str(refused)) from refused
        view = await executions.inspect(request.tenant, request.execution_id)
        entries = view.runs.get(node, ())
        error = view.error or (entries[-1].error if entries else None)
        if error is not None or view.status is not Status.SUCCESS:
            raise PollFailed(error.message if error is not None else f"it did not come to an end: {view.status}")
        found = entries[-1].outputs[0] if entries and entries[-1].outputs else None
        if found is None or not found.items:
            # It may have stored what it then did not put out.
            await headrace.payloads.delete_owned(request.tenant, request.execution_id)
            found = None
        remembered = cast("Mapping[str, Mapping[str, Any]]", view.static_data or {})
        return Look(found=found, data=remembered.get(key, data))
