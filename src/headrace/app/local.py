"""Everything in one process: SQLite, files, and sandbox workers beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from headrace.app.access import Access
from headrace.app.alerting import Alerting
from headrace.app.commanding import ExecutionService
from headrace.app.credentials import LocalCredentials, NoCredentials
from headrace.app.holders import is_gone, this_holder
from headrace.app.lasting import lasting_secret
from headrace.app.library import Library
from headrace.app.planning import CataloguePlanner
from headrace.app.sandboxes import Bait, pool_from
from headrace.app.settings import Settings
from headrace.app.tables import RunTables
from headrace.datatables.adapters.sqlite import SqliteTables
from headrace.datatables.service import Tables
from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.commits import Commits
from headrace.executions.ports import Dispatch, EventLog
from headrace.executions.public import Output
from headrace.executions.retention import RetentionPolicy
from headrace.executions.service import Executions
from headrace.executor.adapters.local_files import ConfinedFiles
from headrace.executor.adapters.local_replies import LocalReplies
from headrace.executor.adapters.static_data_files import FileStaticData
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.outputs import OutputStore
from headrace.executor.ports import Finished, NodeCredentials, Watcher
from headrace.executor.previewing import Previews
from headrace.executor.ruling import WorkflowRules
from headrace.executor.service import Executor, ExecutorSettings
from headrace.executor.versions import Versions
from headrace.gateway.adapters.sqlite import SqliteAnswers
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId, new_id
from headrace.nodes.catalogue import Catalogue
from headrace.payloads.adapters.files import FilePayloads
from headrace.sdk.context import Files, HttpClient
from headrace.webhooks.links import Links
from headrace.workflows.public import Workflow
from headrace.workflows.validation import run_problems


class LocalOutside:
    """The ways out of nodes in one process."""

    def __init__(self, settings: Settings, credentials: LocalCredentials) -> None:
        self._settings = settings
        self._credentials = credentials
        self._egress: dict[bool, Any] = {}

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient:
        return self._client(credentials, allow_private=self._settings.allow_private_network, tenant=tenant)

    def http_of_owner(self) -> HttpClient:
        """Return a way to addresses that the server's owner has set, private ones too."""
        return self._client(NoCredentials(), allow_private=True)

    def _client(self, credentials: NodeCredentials, *, allow_private: bool, tenant: str = "") -> HttpClient:
        if allow_private not in self._egress:
            # Late: an HTTP client is slow to import, and most runs from the command line need none.
            from headrace.infra.egress.circuits import CircuitRules, Circuits
            from headrace.infra.egress.client import Egress
            from headrace.infra.egress.policy import EgressPolicy

            failures = self._settings.circuit_failures
            self._egress[allow_private] = Egress(
                EgressPolicy(allow_private=allow_private),
                attachment_of=self._credentials.types.attachment_of,
                circuits=Circuits(CircuitRules(failures=failures), time.monotonic) if failures else None,
            )
        client: HttpClient = self._egress[allow_private].for_node(credentials, tenant=tenant)
        return client

    def files(self, tenant: TenantId) -> Files:
        return ConfinedFiles(self._settings.files_dir or self._settings.data_dir / "files")

    async def close(self) -> None:
        for egress in self._egress.values():
            await egress.close()


class Headrace:
    """The whole program in one process; make it, use it, `close` it."""

    def __init__(
        self,
        settings: Settings,
        *,
        watcher: Watcher | None = None,
        wrap_log: Callable[[EventLog], EventLog] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.now = now
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.commits = Commits()
        self.journal = SqliteJournal(settings.data_dir / "headrace.db", self.commits)
        log: EventLog = wrap_log(self.journal) if wrap_log is not None else self.journal
        self.payloads = FilePayloads(settings.data_dir / "payloads")
        self.outputs = OutputStore(self.payloads)
        self.catalogue = Catalogue.installed()
        self.library = Library(settings.data_dir / "workflows.db", self.catalogue, now)
        self.credentials = LocalCredentials(settings, self.library.workflows, lambda: self.outside, now)
        self._kept_tables = SqliteTables(settings.data_dir / "tables.db")
        self.tables = Tables(self._kept_tables, now)
        self.access = Access(settings.data_dir, self.library, self.credentials, self.payloads, now)
        versions = Versions()
        self.planner = CataloguePlanner(self.catalogue, versions)
        self.executions = Executions(log, self.planner, now, holder=this_holder())
        self.answers = SqliteAnswers(settings.data_dir / "gateway.db")
        self._bait = Bait(settings.data_dir)
        self.pool = pool_from(settings, self._bait)
        self.outside = LocalOutside(settings, self.credentials)
        self.replies = LocalReplies()
        evaluator = ExpressionEvaluator(self.pool)
        self.rules = WorkflowRules(
            versions=versions, outputs=self.outputs, evaluator=evaluator, timezone=settings.timezone
        )
        self.executor = Executor(
            executions=self.executions,
            workflows=self.library.called,
            nodes=self.catalogue,
            evaluator=evaluator,
            payloads=self.payloads,
            credentials=self.credentials,
            outside=self.outside,
            static_data=FileStaticData(settings.data_dir / "static"),
            variables=self.library.variables,
            tables=RunTables(self.tables),
            versions=versions,
            replies=self.replies,
            now=now,
            settings=ExecutorSettings(
                timezone=settings.timezone,
                timeout=settings.timeout,
                wait_path=lambda place, execution_id, suffix: self.links.path(place, execution_id, suffix),
                allow_commands=settings.allow_commands,
                allow_insecure_tls_in_code=settings.allow_insecure_tls_in_code,
            ),
            watcher=watcher,
        )

        self.previews = Previews(
            executions=self.executions,
            evaluator=evaluator,
            payloads=self.payloads,
            variables=self.library.variables,
            timezone=settings.timezone,
            now=now,
            new_id=new_id,
        )

    def execution_service(self, dispatch: Dispatch | None = None) -> ExecutionService:
        """Return what is asked of executions from outside.

        Args:
            dispatch: Gets executions run in this process; None: what is asked for is left to a server on the same data.
        """
        settings = self.settings
        return ExecutionService(
            journal=self.journal,
            executions=self.executions,
            planner=self.planner,
            library=self.library,
            catalogue=self.catalogue,
            items=self.outputs,
            payloads=self.payloads,
            policy=RetentionPolicy(
                max_age=settings.retention,
                max_count=settings.retention_count,
                per_workflow=settings.retention_workflow_count,
            ),
            now=self.now,
            dispatch=dispatch,
        )

    async def free_leases(self) -> None:
        """End the leases of processes of this machine that are gone: what they ran can go on at once."""
        for tenant, execution_id, holder in await self.journal.holders():
            if is_gone(holder):
                await self.journal.expire(tenant, execution_id, holder=holder)

    def check(self, workflow: Workflow, start: str, *, pinned: bool) -> list[str]:
        """Return what keeps a run from beginning at *start*, one sentence each."""
        return [str(problem) for problem in run_problems(workflow, start, self.catalogue, pinned=pinned)]

    async def output_of(self, finished: Finished) -> list[dict[str, Any]]:
        """Return the json of the items that the last node put out, on its first output that has any."""
        for output in finished.outputs:
            if output.items:
                return await self._json(output)
        return []

    async def node_output(self, execution_id: ExecutionId, node: str) -> list[list[dict[str, Any]]] | None:
        """Return what each output of a node's last run held; None if it did not run."""
        view = await self.executions.inspect(DEFAULT_TENANT, execution_id)
        entries = view.runs.get(node)
        if not entries:
            return None
        return [await self._json(output) for output in entries[-1].outputs]

    async def _json(self, output: Output) -> list[dict[str, Any]]:
        return [item.json for item in await self.outputs.items(DEFAULT_TENANT, output)]

    @cached_property
    def lasting_secret(self) -> bytes:
        """What addresses are signed with, and ids made of; every process on the same data has the same."""
        return lasting_secret(self.settings.data_dir / "webhooks.key")

    @cached_property
    def links(self) -> Links:
        """Addresses at which executions that wait go on."""
        return Links(self.lasting_secret)

    @cached_property
    def alerting(self) -> Alerting:
        """Word of failures to people; opened when it is first asked for."""
        return Alerting(self)

    async def close(self) -> None:
        """Let running executions end, then stop everything."""
        await self.executor.drain()
        if "alerting" in vars(self):
            await self.alerting.close()
        await self.pool.close()
        self._bait.close()
        await self.outside.close()
        await self.credentials.close()
        await self.answers.close()
        await self.access.close()
        await self._kept_tables.close()
        await self.library.close()
        await self.journal.close()
