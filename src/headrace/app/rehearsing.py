"""The whole engine in memory, for runs that reach nothing outside: what tests of workflows stand on.

It is the executor that serves, over other adapters; only the clock, random numbers and the way out are the test's.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import msgspec

from headrace.app.planning import CataloguePlanner
from headrace.app.sandboxes import Bait, pool_from
from headrace.app.settings import Settings
from headrace.app.tables import RunTables
from headrace.datatables.adapters.memory import MemoryTables
from headrace.datatables.public import Type
from headrace.datatables.service import Tables
from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.public import ExecutionRequested, Mode, Output, RunEntry, Status
from headrace.executions.service import Executions, RunView
from headrace.executor.adapters.local_files import ConfinedFiles
from headrace.executor.adapters.local_replies import LocalReplies
from headrace.executor.adapters.memory import MemoryStaticData
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.outputs import OutputStore
from headrace.executor.ports import Credentials, NodeCredentials, Scope
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.service import Executor, ExecutorSettings
from headrace.executor.sub_workflows import start_node
from headrace.executor.versions import Versions
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ExecutionId, TenantId, id_at
from headrace.nodes.catalogue import Catalogue
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.sdk.binaries import describe_binary
from headrace.sdk.context import Files, HttpClient, HttpReply
from headrace.sdk.items import Binary, Item
from headrace.webhooks.public import output_of
from headrace.workflows.public import Workflow
from headrace.workflows.validation import run_problems

_MOST_WAITS = 1_000
"""Waits for a time that one rehearsal sits out: a workflow that waits for ever has to end."""


class Neighbours(Protocol):
    """Workflows that the rehearsed one may call."""

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        """Raises: WorkflowNotFound: there is no such workflow."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTable:
    """A data table as a run finds it."""

    columns: Mapping[str, Type]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a rehearsed run begins with."""

    workflow: Workflow
    start: str
    items: Sequence[Mapping[str, Any]]
    """{"json": {...}, "binary": {"data": {"data": base64, "fileName": …, "mimeType": …}}}; most have no files."""

    mode: Mode = Mode.TRIGGER
    """Pin data of the workflow stands in for its nodes in mode MANUAL alone."""

    now: datetime
    seed: str
    """What random numbers and the run's id are made of."""

    http: Callable[[NodeCredentials], HttpClient]
    credentials: Credentials
    neighbours: Neighbours
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What is in the folder that workflows read and write, by path."""

    tables: Mapping[str, SceneTable] = field(default_factory=dict)
    """Data tables, by name; workflows name them so."""

    static_data: Mapping[str, Any] = field(default_factory=dict)
    resumes: Sequence[Sequence[Mapping[str, Any]]] = ()
    """Items of the requests that end the run's waits, in order. Waits for a time are over at once."""

    timezone: str = "America/New_York"
    variables: Mapping[str, str] = field(default_factory=dict)
    """What expressions read as `$vars`."""

    async def values(self, tenant: TenantId, project: str) -> Mapping[str, str]:
        """The `Variables` of the run."""
        return self.variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What came of a run."""

    view: RunView
    files: Mapping[str, bytes]
    """What was in the folder at the end."""

    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    """The values of the rows of each data table at the end, by its name."""

    reply: HttpReply | None
    """The answer to the request that started the run, if a node gave one."""

    payloads: MemoryPayloads

    @property
    def status(self) -> Status:
        return self.view.status

    @property
    def runs(self) -> Mapping[str, Sequence[RunEntry]]:
        return self.view.runs

    async def items(self, output: Output) -> list[dict[str, Any]]:
        """Return an output's items as plain values; files by their content, not by where they are kept."""
        return [await self._plain(item) for item in await OutputStore(self.payloads).items(DEFAULT_TENANT, output)]

    async def _plain(self, item: Item) -> dict[str, Any]:
        plain: dict[str, Any] = {"json": item.json}
        if item.binary:
            plain["binary"] = {name: await self._file(part) for name, part in item.binary.items()}
        return plain

    async def _file(self, part: Binary) -> dict[str, Any]:
        content = await self.payloads.get(DEFAULT_TENANT, part.id)
        named = {"fileName": part.file_name} if part.file_name else {}
        return {**named, "mimeType": part.mime_type, "data": base64.b64encode(content).decode()}


class Stage:
    """Where rehearsals run: node types and sandbox workers, shared by all. Make it, use it, `close` it.

    Args:
        settings: Of them count those of sandboxes.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = TemporaryDirectory(prefix="headrace-test-")
        self._root = Path(self._folder.name)
        self.catalogue = Catalogue.installed()
        self._versions = Versions()
        self._planner = CataloguePlanner(self.catalogue, self._versions)
        self._bait = Bait(self._root)
        self._pool = pool_from(settings, self._bait)

    async def close(self) -> None:
        await self._pool.close()
        self._bait.close()
        self._folder.cleanup()

    def start_of(self, workflow: Workflow) -> str | None:
        """Return where a run starts when nothing says so."""
        return start_node(workflow, self.catalogue)

    def problems(self, workflow: Workflow, start: str, *, pinned: bool) -> list[str]:
        """Return what keeps a run from beginning at *start*, one sentence each."""
        return [str(problem) for problem in run_problems(workflow, start, self.catalogue, pinned=pinned)]

    async def play(self, scene: Scene) -> Rehearsed:
        """Run a scene to its end, or to a wait that nothing of the scene ends."""
        with TemporaryDirectory(dir=self._root) as folder:
            return await _Play(scene, Path(folder), self._planner, self._versions, self.catalogue, self._pool).run()


class _Clock:
    """It moves only when a run sleeps or waits."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=max(0.0, seconds))


class _Outside:
    def __init__(self, http: Callable[[NodeCredentials], HttpClient], files: Files) -> None:
        self._http = http
        self._files = files

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient:
        return self._http(credentials)

    def files(self, tenant: TenantId) -> Files:
        return self._files


class _Play:
    """One run of one scene, with adapters of its own."""

    def __init__(
        self,
        scene: Scene,
        folder: Path,
        planner: CataloguePlanner,
        versions: Versions,
        catalogue: Catalogue,
        pool: WorkerPool,
    ) -> None:
        self._scene = scene
        self._folder = folder
        self._clock = _Clock(scene.now)
        self._payloads = MemoryPayloads()
        self._static_data = MemoryStaticData()
        self._tables = Tables(MemoryTables(), self._clock.now)
        self._replies = LocalReplies()
        self._executions = Executions(MemoryJournal(), planner, self._clock.now, holder="rehearsal")
        self._executor = Executor(
            executions=self._executions,
            workflows=scene.neighbours,
            nodes=catalogue,
            evaluator=ExpressionEvaluator(pool, fixed=self._fixed),
            payloads=self._payloads,
            credentials=scene.credentials,
            outside=_Outside(scene.http, ConfinedFiles(folder)),
            static_data=self._static_data,
            variables=scene,
            tables=RunTables(self._tables, names_only=True),
            versions=versions,
            replies=self._replies,
            now=self._clock.now,
            sleep=self._clock.sleep,
            random_of=lambda key: Random(self._digest(key)),  # noqa: S311 - what repeats is no secret
            settings=ExecutorSettings(timezone=scene.timezone),
        )

    def _digest(self, what: str) -> str:
        return hashlib.sha256(f"{self._scene.seed}\0{what}".encode()).hexdigest()

    def _fixed(self, scope: Scope) -> Mapping[str, Any]:
        run = f"{scope.node_name}\0{scope.variables['$runIndex']}"
        return {"now": int(self._clock.moment.timestamp() * 1000), "seed": self._digest(run)}

    async def run(self) -> Rehearsed:
        scene, now = self._scene, self._scene.now
        execution_id = ExecutionId(id_at(now, bytes.fromhex(self._digest("execution"))))
        for path, content in scene.files.items():
            await ConfinedFiles(self._folder).write(path, content)
        for name, table in scene.tables.items():
            made = await self._tables.create(DEFAULT_TENANT, name, table.columns.items(), project=DEFAULT_PROJECT)
            await self._tables.insert(DEFAULT_TENANT, made.id, table.rows)
        await self._static_data.write(DEFAULT_TENANT, scene.workflow.id, scene.static_data)
        reply = self._replies.expect(execution_id)
        await self._executions.request(
            ExecutionRequested(
                execution_id=execution_id,
                tenant=DEFAULT_TENANT,
                workflow_id=scene.workflow.id,
                workflow_name=scene.workflow.name,
                workflow=msgspec.Raw(scene.workflow.to_json()),
                mode=scene.mode,
                start=scene.start,
                given=await self._given(execution_id, scene.items),
                at=now,
            )
        )
        await self._executor.drive(DEFAULT_TENANT, execution_id)
        await self._sit_out_waits(execution_id, list(self._scene.resumes))
        await self._executor.drain()
        written = {
            str(path.relative_to(self._folder)): path.read_bytes()
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }
        return Rehearsed(
            view=await self._executions.inspect(DEFAULT_TENANT, execution_id),
            files=written,
            tables=await self._rows(),
            reply=reply.result() if reply.done() else None,
            payloads=self._payloads,
        )

    async def _rows(self) -> dict[str, list[Mapping[str, Any]]]:
        return {
            table.name: [row.values for row in await self._tables.find(DEFAULT_TENANT, table.id)]
            for table in await self._tables.list(DEFAULT_TENANT)
        }

    async def _sit_out_waits(self, execution_id: ExecutionId, requests: list[Sequence[Mapping[str, Any]]]) -> None:
        for _ in range(_MOST_WAITS):
            view = await self._executions.inspect(DEFAULT_TENANT, execution_id)
            waits = view.suspension
            if view.status is not Status.WAITING or waits is None:
                return
            if waits.child is not None:
                await self._sit_out_waits(waits.child, requests)
                if not (await self._executions.inspect(DEFAULT_TENANT, waits.child)).status.is_final:
                    return
                await self._executions.resume(DEFAULT_TENANT, execution_id, by="execution")
            elif waits.resume != "time" and requests:
                items = requests.pop(0)
                to = output_of(waits.resume, items[0].get("json") or {}) if items else 0
                output = await self._given(execution_id, items)
                await self._executions.resume(DEFAULT_TENANT, execution_id, by=waits.resume, output=output, to=to)
            elif waits.until is not None:
                self._clock.moment = max(self._clock.moment, waits.until)
                await self._executions.resume(DEFAULT_TENANT, execution_id, by="time")
            else:
                return
            await self._executor.drive(DEFAULT_TENANT, execution_id)

    async def _given(self, execution_id: ExecutionId, items: Sequence[Mapping[str, Any]]) -> Output:
        made = [await self._item(execution_id, item) for item in items]
        return await OutputStore(self._payloads).store(DEFAULT_TENANT, execution_id, made)

    async def _item(self, execution_id: ExecutionId, item: Mapping[str, Any]) -> Item:
        parts: dict[str, Binary] = {}
        for name, part in (item.get("binary") or {}).items():
            content = base64.b64decode(part.get("data", ""))
            key = await self._payloads.put(DEFAULT_TENANT, execution_id, content)
            parts[name] = describe_binary(key, content, file_name=part.get("fileName"), mime_type=part.get("mimeType"))
        return Item(json=dict(item.get("json") or {}), binary=parts or None)
