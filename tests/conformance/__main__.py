"""Runs the conformance data: `python -m tests.conformance [FOLDER] [--keep]`.

Prints passed/total for each group, then what fails and why, and writes the same to build/conformance.json. With
`--keep` the numbers are held against those in kept.json: fewer passes fail the run, more are written there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from headrace.nodes.builtin.flow import sample_data
from tests.conformance import version_test_node
from tests.conformance.calls_expressions import run_expressions, run_splits
from tests.conformance.calls_values import run_filters, run_parameters, run_types
from tests.conformance.cases import run_case
from tests.conformance.comparing import Verdict
from tests.conformance.engine import Engine
from tests.conformance.sample_customers import recorded_customers

Report = dict[str, dict[str, Any]]

KEPT = Path(__file__).with_name("kept.json")

HTTP_NODES = ("HttpRequest", "GraphQL", "Rss")
"""Folders of the http tier whose nodes are part of the engine; the others are integrations."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=os.environ.get("CONFORMANCE_DIR", "../shared/conformance/n8n")
    )
    parser.add_argument("--keep", action="store_true", help="fail where fewer pass than kept.json says")
    args = parser.parse_args()
    folder = Path(args.folder)
    if not (folder / "index.json").is_file():
        print(f"there is no conformance data in {folder}; name its folder in CONFORMANCE_DIR", file=sys.stderr)
        return 2
    began = time.monotonic()
    report = asyncio.run(run_all(folder))
    show(report, time.monotonic() - began)
    target = Path("build/conformance.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n")
    return keep(report) if args.keep else 0


async def run_all(folder: Path) -> Report:
    report: Report = {}
    calls: dict[str, Callable[[list[Any]], Any]] = {
        "expressions": run_expressions,
        "expressions_split": run_splits,
        "filters": run_filters,
        "node_parameters": run_parameters,
        "types": run_types,
    }
    for name, run in calls.items():
        path = folder / "_calls" / f"{name}.json"
        if not path.is_file():
            continue
        records = json.loads(path.read_text())
        verdicts = run(records)
        if isinstance(verdicts, Awaitable):
            verdicts = await verdicts
        ids = [
            f"{number}: {record.get('expression') or record.get('title', '')}" for number, record in enumerate(records)
        ]
        _add(report, f"_calls/{name}", ids, verdicts)
    engine = Engine()
    sample_data._CUSTOMERS = recorded_customers(folder) or sample_data._CUSTOMERS
    engine.catalogue._by_type["test.versionTest"] = {1.0: version_test_node, 2.0: version_test_node}
    for alias in ("n8n-nodes-base.versionTest",):
        engine.catalogue._by_type[alias] = {1.0: version_test_node, 2.0: version_test_node}
    try:
        for path in sorted(folder.rglob("*.json")):
            relative = path.relative_to(folder)
            if relative.parts[0] in ("_calls", "index.json"):
                continue
            case = json.loads(path.read_text())
            verdict = await run_case(engine, case)
            _add(report, _group(relative), [str(relative)], [verdict])
    finally:
        await engine.close()
    return report


def _group(relative: Path) -> str:
    first = relative.parts[0]
    if first.startswith("_"):
        return first
    if first == "http":
        family = relative.parts[1].split(".")[0]
        return "http" if family.startswith(HTTP_NODES) else "http (integrations)"
    return "self_contained"


def _add(report: Report, name: str, ids: list[str], verdicts: list[Verdict]) -> None:
    group = report.setdefault(name, {"passed": 0, "total": 0, "failed": []})
    for id_, (passed, why) in zip(ids, verdicts, strict=True):
        group["total"] += 1
        if passed:
            group["passed"] += 1
        else:
            group["failed"].append({"id": id_, "why": why})


def show(report: Report, seconds: float) -> None:
    for name, group in report.items():
        share = 100 * group["passed"] / group["total"] if group["total"] else 0.0
        print(f"{name:28} {group['passed']:4}/{group['total']:<4} {share:6.1f} %")
    for name, group in report.items():
        if name == "http (integrations)":
            continue
        for failure in group["failed"]:
            print(f"\n{name}: {failure['id']}\n    {failure['why']}")
    print(f"\n{seconds:.1f} s")


def keep(report: Report) -> int:
    """Return 1 if any group passes less than it did for the same number of cases; remember what passes more."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    lost = False
    for name, group in report.items():
        before = kept.get(name, {"passed": 0, "total": group["total"]})
        if group["total"] == before["total"] and group["passed"] < before["passed"]:
            print(f"{name}: {group['passed']} pass, and {before['passed']} did", file=sys.stderr)
            lost = True
        else:
            kept[name] = {"passed": group["passed"], "total": group["total"]}
    if not lost:
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return int(lost)


if __name__ == "__main__":
    sys.exit(main())
