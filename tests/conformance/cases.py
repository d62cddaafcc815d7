"""Whole workflows: run a case and compare what its nodes put out."""

from __future__ import annotations

import base64
import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from headrace.executions.public import Mode, RunEntry
from headrace.sdk.items import Item
from tests.conformance.comparing import Verdict, same
from tests.conformance.engine import CaseRun, Engine, succeeded
from tests.conformance.http_mocks import MockHttp

_MODES = {"manual": Mode.MANUAL, "webhook": Mode.WEBHOOK, "trigger": Mode.TRIGGER}


async def run_case(engine: Engine, case: Mapping[str, Any]) -> Verdict:
    """Run one case and say whether it came out as recorded."""
    with tempfile.TemporaryDirectory() as folder, _stubs(case):
        try:
            return await _run(engine, case, Path(folder))
        except Exception as failure:  # noqa: BLE001 - a case that breaks the runner has failed, and the next one runs
            return False, f"{type(failure).__name__}: {failure}"


@contextlib.contextmanager
def _stubs(case: Mapping[str, Any]) -> Iterator[None]:
    """Replace what the recording replaced, such as the generator of one-time passwords."""
    if "totp" not in (case.get("stubbed") or {}):
        yield
        return
    with mock.patch("headrace.nodes.builtin.totp.token_at", return_value="123456"):
        yield


async def _run(engine: Engine, case: Mapping[str, Any], folder: Path) -> Verdict:
    placed = _place_files(case, folder)
    trigger = placed.get("trigger") or {}
    http = MockHttp(placed.get("http_mocks") or ())
    run = await engine.run(
        placed["workflow"],
        given=[trigger.get("input") or {"json": {}}],
        mode=_MODES.get(trigger.get("mode", "manual"), Mode.MANUAL),
        http=http,
        folder=folder,
        credentials=placed.get("credentials") or {},
    )
    expected = placed["expected"]
    if "error" in expected:
        got = run.view.error.message if run.view.error else None
        return got == expected["error"], f"ended with the error {got!r}, expected {expected['error']!r}"
    if not succeeded(run.view) and expected.get("status") != "error" and "runs" not in expected:
        error = run.view.error
        return False, f"failed at {error.node if error else '?'}: {error.message if error else run.view.status}"
    if "runs" in expected:
        return await _compare_snapshot(run, expected)
    return await _compare_nodes(run, expected)


def _place_files(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    text = json.dumps(case).replace("$FILES", str(folder)).replace("$TMP", str(folder))
    for name in case.get("files") or {}:
        if not name.startswith("$FILES"):
            text = text.replace(f'"{name}"', f'"{folder / name.lstrip("/")}"')
    placed: dict[str, Any] = json.loads(text)
    _place_recorded_files(placed, folder)
    for name, content in (case.get("files") or {}).items():
        path = folder / name.removeprefix("$FILES/").lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    return placed


def _place_recorded_files(case: Mapping[str, Any], folder: Path) -> None:
    """Recordings of whole runs name files of the recording machine: what was read of them is recorded."""
    for node in case["workflow"]["nodes"]:
        path = node["parameters"].get("filePath")
        for run in case["expected"].get("runs", {}).get(node["name"], ()) if isinstance(path, str) else ():
            for item in (run["data"]["main"][0] or ())[:1]:
                content = (
                    (item.get("binary") or {}).get(node["parameters"].get("dataPropertyName", "data"), {}).get("data")
                )
                if content and not path.startswith(str(folder)):
                    node["parameters"]["filePath"] = str(folder / Path(path).name)
                    (folder / Path(path).name).write_bytes(base64.b64decode(content))


async def _compare_nodes(run: CaseRun, expected: Mapping[str, Any]) -> Verdict:
    if "order" in expected:
        order = _order(run)
        if order != expected["order"]:
            return False, f"ran in the order {order}, expected {expected['order']}"
    for name, runs in expected.get("nodes", {}).items():
        entries = run.view.runs.get(name, ())
        if len(entries) != len(runs):
            return False, f'"{name}" ran {len(entries)} times, expected {len(runs)}'
        for place, (entry, wanted) in enumerate(zip(entries, runs, strict=True)):
            got = await _shaped(run, entry, expected)
            if not same(got, _wanted(wanted, expected)):
                return False, f'"{name}" run {place}: {_difference(got, _wanted(wanted, expected))}'
    return True, ""


def _order(run: CaseRun) -> list[str]:
    entries = [(entry.index, name) for name, runs in run.view.runs.items() for entry in runs]
    return [name for _, name in sorted(entries)]


async def _shaped(run: CaseRun, entry: RunEntry, expected: Mapping[str, Any]) -> Any:
    shape = expected.get("shape")
    if shape == "runs_json":
        return [item.json for item in await run.items(entry.outputs[0])] if entry.outputs else None
    if shape == "runs_outputs_json":
        outputs = entry.outputs if expected.get("all_outputs") else entry.outputs[:1]
        return [[item.json for item in await run.items(output)] for output in outputs]
    if not entry.outputs:
        return None
    return [await _shown(run, item, expected) for item in await run.items(entry.outputs[0])]


async def _shown(run: CaseRun, item: Item, expected: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"json": item.json}
    if expected.get("assert_binary") and item.binary:
        shown["binary"] = {name: await _shown_binary(run, part) for name, part in item.binary.items()}
    if expected.get("compare_paired_items"):
        shown["pairedItem"] = _links(item.paired_item)
    return shown


async def _shown_binary(run: CaseRun, part: Any) -> dict[str, Any]:
    fields = msgspec.to_builtins(part)
    key = fields.pop("id")
    return {**{k: v for k, v in fields.items() if k not in ("directory", "bytes")}, "data": await run.binary(key)}


def _links(paired: Any) -> Any:
    """Return a link in one form, whichever it was written in."""
    value = msgspec.to_builtins(paired)
    if isinstance(value, int):
        return [{"item": value, "input": 0}]
    if isinstance(value, Mapping):
        value = [value]
    return [
        {"item": link, "input": 0} if isinstance(link, int) else {"item": link["item"], "input": link.get("input", 0)}
        for link in value or ()
    ]


def _wanted(wanted: Any, expected: Mapping[str, Any]) -> Any:
    if wanted is None or expected.get("shape"):
        return wanted
    return [_wanted_item(item, expected) for item in wanted]


def _wanted_item(item: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"json": item.get("json", {})}
    if expected.get("assert_binary") and item.get("binary"):
        kept["binary"] = {
            name: {k: v for k, v in part.items() if k not in ("directory", "bytes")}
            for name, part in item["binary"].items()
        }
    if expected.get("compare_paired_items"):
        kept["pairedItem"] = _links(item.get("pairedItem"))
    return kept


async def _compare_snapshot(run: CaseRun, expected: Mapping[str, Any]) -> Verdict:
    for name, runs in expected["runs"].items():
        entries = run.view.runs.get(name, ())
        if len(entries) != len(runs):
            return False, f'"{name}" ran {len(entries)} times, expected {len(runs)}'
        for place, (entry, wanted) in enumerate(zip(entries, runs, strict=True)):
            outputs = ((wanted.get("data") or {}).get("main")) or []
            for output, items in enumerate(outputs):
                stored = await run.items(entry.outputs[output]) if output < len(entry.outputs) else ()
                got = [item.json for item in stored]
                want = [item.get("json", {}) for item in items or ()]
                if not _alike(got, want):
                    return False, f'"{name}" run {place} output {output}: {_difference(got, want)}'
    return True, ""


def _alike(got: Any, wanted: Any) -> bool:
    """As `same`; recordings may have cut what is nested down to its kind."""
    if wanted == ["json array"]:
        return isinstance(got, list)
    if wanted == {"object": True}:
        return isinstance(got, Mapping)
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(_alike, got, wanted))
    if isinstance(got, Mapping) and isinstance(wanted, Mapping) and got.keys() == wanted.keys():
        return all(_alike(got[key], wanted[key]) for key in wanted)
    return same(got, wanted)


def _difference(got: Any, wanted: Any) -> str:
    if isinstance(got, list) and isinstance(wanted, list):
        if len(got) != len(wanted):
            shown = f"{json.dumps(got, default=str)[:300]} != {json.dumps(wanted)[:300]}"
            return f"{len(got)} items, expected {len(wanted)}: {shown}"
        for place, (one, other) in enumerate(zip(got, wanted, strict=True)):
            if not same(one, other):
                return f"item {place}: {json.dumps(one, default=str)[:600]} != {json.dumps(other)[:600]}"
    return f"{json.dumps(got, default=str)[:400]} != {json.dumps(wanted)[:400]}"
