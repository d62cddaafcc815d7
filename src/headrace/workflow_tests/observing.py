"""What came of a run, in the words of a test's expectation, and what of it was not expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from headrace.app.rehearsing import Rehearsed
from headrace.workflow_tests.comparing import differences, shown
from headrace.workflow_tests.fixtures import (
    Expectation,
    ExpectedError,
    ExpectedNode,
    ExpectedResponse,
    full_items,
    short_items,
)
from headrace.workflow_tests.mocking import as_json


class Observed:
    """A run that is over, and what can be said of it."""

    def __init__(self, run: Rehearsed) -> None:
        self._run = run

    async def problems(self, expected: Expectation) -> list[str]:
        """Return what is not as expected, a line each."""
        found: list[str] = []
        if self._run.status != expected.status:
            error = self._run.view.error
            told = f": {_told(error.node, error.message)}" if error is not None else ""
            found.append(f"status: expected {expected.status}, found {self._run.status}{told}")
        if expected.error is not None:
            found += self._error(expected.error)
        for name, node in expected.nodes.items():
            found += await self._node(name, node)
        if expected.response is not None:
            found += self._response(expected.response)
        for path, text in expected.files.items():
            content = self._run.files.get(path)
            if content is None:
                found.append(f'file "{path}": it was not written')
            else:
                found += differences(text, content.decode("utf-8", "replace"), path=f'file "{path}"')
        for name, rows in expected.tables.items():
            if name not in self._run.tables:
                found.append(f'data table "{name}": there is none')
            else:
                found += differences(rows, self._table(name), match="subset", path=f'data table "{name}"')
        return found

    def _table(self, name: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self._run.tables.get(name, ())]

    def _error(self, expected: ExpectedError) -> Iterator[str]:
        error = self._run.view.error
        if error is None:
            yield "error: the run did not fail"
            return
        if expected.node is not None and expected.node != error.node:
            yield f'error: expected at node "{expected.node}", found {_told(error.node, error.message)}'
        if expected.message is not None and expected.message not in error.message:
            yield f"error: expected the message {shown(expected.message)}, found {shown(error.message)}"

    async def _node(self, name: str, expected: ExpectedNode) -> list[str]:
        entries = self._run.runs.get(name, ())
        where = f'node "{name}"'
        if expected.runs is not msgspec.UNSET and expected.runs != len(entries):
            return [f"{where}: expected to run {expected.runs} times, it ran {len(entries)} times"]
        if expected.items is msgspec.UNSET and expected.outputs is msgspec.UNSET:
            return []
        outputs = await self._outputs(name, expected.run)
        if outputs is None:
            return [f"{where}: it did not run" + (f" {expected.run + 1} times" if entries else "")]
        wanted = [expected.items] if expected.items is not msgspec.UNSET else expected.outputs
        assert wanted is not msgspec.UNSET
        found: list[str] = []
        for place, items in enumerate(wanted):
            output = f"{where}, output {place}" if len(wanted) > 1 else where
            got = outputs[place] if place < len(outputs) else []
            if len(items) != len(got):
                found.append(f"{output}: expected {len(items)} items, found {len(got)}: {shown(short_items(got))}")
            for index, (one, other) in enumerate(zip(full_items(items), got, strict=False)):
                found += _item(one, other, expected, f"{output}, item {index}")
        return found

    async def _outputs(self, name: str, run: int) -> list[list[dict[str, Any]]] | None:
        entries = self._run.runs.get(name, ())
        if not -len(entries) <= run < len(entries):
            return None
        return [await self._run.items(output) for output in entries[run].outputs]

    def _response(self, expected: ExpectedResponse) -> Iterator[str]:
        reply = self._run.reply
        if reply is None:
            yield "response: no node answered the request"
            return
        if expected.status is not msgspec.UNSET and expected.status != reply.status:
            yield f"response: expected status {expected.status}, found {reply.status}"
        headers = {name.lower(): value for name, value in reply.headers.items()}
        for name, value in expected.headers.items():
            yield from differences(value, headers.get(name.lower()), path=f"response, header {name}")
        if expected.body is not msgspec.UNSET:
            yield from differences(expected.body, as_json(reply.body), path="response, body")

    async def expectation(self, before: Expectation | None = None) -> Expectation:
        """Return what a test would expect if all of this run was right.

        Args:
            before: What it expects so far: only that is brought up to date, with its ways to compare.
        """
        error = self._run.view.error
        names = list(self._run.runs) if before is None else list(before.nodes)
        nodes = {name: await self._seen(name, before.nodes[name] if before else None) for name in names}
        reply = self._run.reply
        response = before.response if before else None
        if reply is not None and (before is None or response is not None):
            headers = (
                reply.headers
                if before is None
                else {
                    name: value
                    for name, value in reply.headers.items()
                    if name in (response.headers if response else ())
                }
            )
            response = ExpectedResponse(status=reply.status, headers=dict(headers), body=as_json(reply.body))
        paths = before.files if before else ()
        return Expectation(
            status=cast("Any", str(self._run.status)),
            error=ExpectedError(message=error.message, node=error.node) if error is not None else None,
            nodes=nodes,
            response=response,
            tables={name: self._table(name) for name in (before.tables if before else self._run.tables)},
            files={path: self._run.files.get(path, b"").decode("utf-8", "replace") for path in paths},
        )

    async def _seen(self, name: str, before: ExpectedNode | None) -> ExpectedNode:
        if before is not None and not await self._node(name, before):
            return before
        entries = self._run.runs.get(name, ())
        run = before.run if before else -1
        outputs = await self._outputs(name, run)
        if outputs is None:
            return ExpectedNode(runs=len(entries))
        shown_outputs = [short_items(output) for output in outputs]
        if before is not None and before.match == "subset":
            shown_outputs = _as_before(before, shown_outputs)
        single = len(shown_outputs) <= 1
        told_runs = before.runs is not msgspec.UNSET if before is not None else len(entries) > 1
        return ExpectedNode(
            items=(shown_outputs[0] if shown_outputs else []) if single else msgspec.UNSET,
            outputs=msgspec.UNSET if single else shown_outputs,
            runs=len(entries) if told_runs else msgspec.UNSET,
            run=run,
            match=before.match if before else "exact",
            ignore=before.ignore if before else [],
        )


def _item(expected: Mapping[str, Any], found: Mapping[str, Any], how: ExpectedNode, where: str) -> Iterator[str]:
    yield from (
        f"{where}: {line}" for line in differences(expected["json"], found["json"], match=how.match, ignore=how.ignore)
    )
    if "binary" in expected or how.match == "exact":
        wanted, got = expected.get("binary") or {}, found.get("binary") or {}
        yield from (f"{where}: {line}" for line in differences(wanted, got, match="subset", path="binary"))
        for name in sorted(got.keys() - wanted.keys()) if how.match == "exact" else ():
            yield f'{where}: it has a file "{name}" that is not expected'


def _as_before(before: ExpectedNode, outputs: Sequence[Sequence[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Return outputs with those fields alone that were expected before, item by item."""
    expected = [before.items] if before.items is not msgspec.UNSET else before.outputs
    known = expected if expected is not msgspec.UNSET else []
    return [
        [
            _pruned(known[place][index], item) if place < len(known) and index < len(known[place]) else item
            for index, item in enumerate(items)
        ]
        for place, items in enumerate(outputs)
    ]


def _pruned(expected: Any, found: Any) -> Any:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return {name: _pruned(value, found[name]) for name, value in expected.items() if name in found}
    return found


def _told(node: str | None, message: str) -> str:
    return f'node "{node}": {message}' if node else message
