"""The command `headrace test`, and its help."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from headrace.cli.failing import Failure
from headrace.cli.options import DataDir


def run_tests(
    *paths: Path,
    only: Annotated[str | None, Parameter(name=["--only", "-k"], help="Tests whose name holds this.")] = None,
    junit: Annotated[Path | None, Parameter(help="Write the outcomes to this file, as JUnit's XML.")] = None,
    jobs: Annotated[int, Parameter(help="How many tests run at once.", validator=Number(gte=1))] = 4,
    update: Annotated[bool, Parameter(help="Have tests expect what their workflows put out now.", negative=())] = False,
    record: Annotated[
        bool, Parameter(help="Run for real, and write what was asked and answered, without secrets.", negative=())
    ] = False,
    name: Annotated[str | None, Parameter(help="The test to record; a new one, if there is none of that name.")] = None,
    input: Annotated[Path | None, Parameter(help="JSON file with the items for a test that is recorded.")] = None,
    start: Annotated[str | None, Parameter(help="Node at which a test that is recorded starts.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Run workflows against the fixtures beside them: `order.tests.json` for `order.json`.

    Exit codes: 0 all passed, 1 some failed, 2 a file is wrong or there are no tests.

    Examples:
        headrace test workflows/
        headrace test workflows/ --junit report.xml
        headrace test order.json --record --name "a large order" --input order-items.json
    """
    from headrace.cli import testing

    chosen = paths or (Path(),)
    if record:
        options = testing.RecordOptions(paths=chosen, name=name, start=start, input=input, data_dir=data_dir)
        return asyncio.run(testing.record_tests(options))
    if name or input or start:
        raise Failure("--name, --input and --start are for tests that are recorded; add --record")
    wanted = testing.TestOptions(paths=chosen, only=only, junit=junit, jobs=jobs)
    return asyncio.run(testing.update_tests(wanted) if update else testing.run_tests(wanted))
