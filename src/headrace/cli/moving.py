"""`headrace import` and `headrace export`."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from headrace.app.library import LOCAL
from headrace.cli.failing import EXIT_BAD_INPUT, Failure
from headrace.cli.opening import holds_workflows, opened, pretty, read_workflows
from headrace.cli.publishing import every_workflow, find_workflow
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT
from headrace.nodes.builtin.http_request.curl_import import parse_curl
from headrace.nodes.catalogue import Catalogue
from headrace.sdk.errors import NodeError
from headrace.workflows.compatibility import WorkflowScore, score_workflow
from headrace.workflows.public import Workflow


async def import_paths(paths: Sequence[Path], *, report: bool, as_json: bool, data_dir: Path | None) -> int:
    """Raises: Failure: nothing to import."""
    files = list(_files(paths))
    if not files:
        raise Failure("name workflow files, or folders that hold some (*.json)")
    found: list[tuple[Path, Workflow]] = []
    code = 0
    named = set(paths)
    for path in files:
        if path not in named and not holds_workflows(path):
            print(f"{path}: skipped, not a workflow", file=sys.stderr)
            continue
        try:
            found.extend((path, workflow) for workflow in read_workflows(path))
        except Failure as failure:
            code = EXIT_BAD_INPUT
            for line in failure.lines:
                print(f"headrace: {line}", file=sys.stderr)
    if report:
        _print_report(found, as_json=as_json)
        return code
    async with opened(data_dir) as headrace:
        for path, workflow in found:
            (record,) = await headrace.library.transfers.import_file(
                DEFAULT_TENANT, _with_id(workflow).to_json(), project=DEFAULT_PROJECT, by=LOCAL, keep_ids=True
            )
            print(f'{path}: imported "{record.name}" as {record.id}')
    return code


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        else:
            yield path


def _with_id(workflow: Workflow) -> Workflow:
    """Return the workflow with an id: its own, or one that is the same each time it is imported."""
    if workflow.id:
        return workflow
    id_ = hashlib.sha256(workflow.to_json()).hexdigest()[:16]
    return replace(workflow, id=id_, raw={**workflow.raw, "id": id_})


def _print_report(found: Sequence[tuple[Path, Workflow]], *, as_json: bool) -> None:
    catalogue = Catalogue.installed()
    scores = [(path, score_workflow(workflow, catalogue)) for path, workflow in found]
    if as_json:
        print(pretty([{"file": str(path), **score.to_json()} for path, score in scores]))
        return
    for path, score in scores:
        print(f"{score.percent:5.1f} %  {path}  {score.name}")
        _print_nodes(score)
    if scores:
        exact = sum(1 for _, score in scores if score.percent == 100)
        print(f"{exact} of {len(scores)} workflows are supported exactly")


def _print_nodes(score: WorkflowScore) -> None:
    for node in score.nodes:
        if node.level != "exact":
            print(f'         {node.level:11}  "{node.name}" ({node.type})  {"; ".join(node.missing)}')


async def print_node_from_curl(command: str) -> int:
    """Raises: Failure: it is no curl command."""
    try:
        parameters = parse_curl(sys.stdin.read() if command == "-" else command)
    except NodeError as refused:
        raise Failure(str(refused.message)) from refused
    node = {
        "name": "HTTP Request",
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "position": [0, 0],
        "parameters": parameters,
    }
    print(pretty({"nodes": [node], "connections": {}}))
    return 0


async def export_workflows(wanted: str | None, output: Path | None, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or the file cannot be written."""
    async with opened(data_dir) as headrace:
        chosen = [await find_workflow(headrace, wanted)] if wanted else await every_workflow(headrace)
        if not chosen:
            raise Failure("there are no workflows; `headrace import` brings some")
        texts = [
            msgspec.json.format(await headrace.library.transfers.export(DEFAULT_TENANT, one.id), indent=2)
            for one in chosen
        ]
    if output is None:
        print(texts[0].decode() if wanted else f"[{','.join(text.decode() for text in texts)}]")
        return 0
    try:
        if wanted is not None and not output.is_dir():
            output.write_bytes(texts[0] + b"\n")
            print(f"{output}: {chosen[0].name}")
            return 0
        output.mkdir(parents=True, exist_ok=True)
        for one, text in zip(chosen, texts, strict=True):
            path = output / f"{re.sub(r'[^0-9A-Za-z._-]+', '-', one.name).strip('-.') or 'workflow'}-{one.id[:8]}.json"
            path.write_bytes(text + b"\n")
            print(f"{path}: {one.name}")
    except OSError as failure:
        raise Failure(f"{output}: {failure.strerror}") from failure
    return 0
