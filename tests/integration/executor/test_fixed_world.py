"""In tests of workflows, the clock of code stands still and its random numbers repeat, in real sandboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headrace.app.rehearsing import Stage
from headrace.app.settings import Settings
from headrace.workflow_tests.fixtures import Expectation, ExpectedNode, WorkflowTest
from headrace.workflow_tests.running import Runner
from tests.unit.workflow_tests.workflows import START, case, chain, fields, node

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[Runner]:
    stage = Stage(Settings.from_environment({}, data_dir=tmp_path))
    yield Runner(stage)
    await stage.close()


async def seen(runner: Runner, work: Any, seed: str = "a") -> dict[str, Any]:
    expect = Expectation(nodes={"Work": ExpectedNode(items=[])})
    test = WorkflowTest(name="t", now=MOMENT, seed=seed, expect=expect)
    items = (await runner.updated(case(chain(START, work), test))).expect.nodes["Work"].items
    assert isinstance(items, list)
    return items[0]


JAVASCRIPT = """
return [{ json: {
  clock: [new Date().toISOString(), Date.now(), Date().slice(0, 24), new Date(2020, 0, 1).getFullYear()],
  type: [new Date() instanceof Date, new Date().constructor === Date],
  random: [Math.random(), Math.random(), crypto.randomUUID()],
} }]
"""


async def test_javascript_code(runner: Runner) -> None:
    work = node("Work", "code", 2, {"jsCode": JAVASCRIPT})

    found = await seen(runner, work)

    assert found["clock"] == ["2026-03-04T05:06:07.000Z", 1772600767000, "Wed Mar 04 2026 05:06:07", 2020]
    assert found["type"] == [True, True]
    assert len(set(found["random"])) == 3
    assert await seen(runner, work) == found
    assert (await seen(runner, work, "b"))["random"] != found["random"]


async def test_expressions(runner: Runner) -> None:
    work = node("Work", "set", 3.4, fields(now="={{ $now.toUTC().toISO() }}", random="={{ Math.random() }}"))

    found = await seen(runner, work)

    assert found["now"] == "2026-03-04T05:06:07.000Z"
    assert await seen(runner, work) == found


PYTHON = """
import datetime, random, secrets, time, uuid
from datetime import datetime as Moment
class Own(Moment):
    pass
return [{"json": {
    "clock": [_now.isoformat(), Moment.now(datetime.UTC).isoformat(), datetime.date.today().isoformat(), time.time()],
    "type": [isinstance(_now, Moment), isinstance(_now, Own), isinstance(_now.date(), datetime.date)],
    "random": [random.random(), secrets.token_hex(4), str(uuid.uuid4())],
}}]
"""


async def test_python_code(runner: Runner) -> None:
    work = node("Work", "code", 2, {"language": "pythonNative", "pythonCode": PYTHON})

    found = await seen(runner, work)

    assert found["clock"] == [
        "2026-03-04T00:06:07-05:00",
        "2026-03-04T05:06:07+00:00",
        "2026-03-04",
        MOMENT.timestamp(),
    ]
    assert found["type"] == [True, False, True]
    assert await seen(runner, work) == found
    assert (await seen(runner, work, "b"))["random"] != found["random"]
