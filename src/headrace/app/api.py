"""The REST API: the routes of every context, and what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import Litestar

from headrace.app.credentials import NoCredentials
from headrace.app.diagnosis import diagnose
from headrace.app.waiting import JournalWaits
from headrace.credentials.api import CredentialsApi, CredentialTypesApi, OAuth2Api
from headrace.datatables.api import DataTableRowsApi, DataTablesApi
from headrace.executions.api import DeadLettersApi, ExecutionsApi, QueueApi
from headrace.executions.streaming import Streams
from headrace.executions.streams_api import StreamsApi
from headrace.executor.api import ExpressionsApi
from headrace.gateway.application import api_application
from headrace.gateway.doctor_api import Doctor, DoctorApi, DoctorShape, PartShape, RuntimeShape, SandboxShape
from headrace.gateway.entrance import Entrance
from headrace.identity.api import ApiKeysApi, EnteringApi, InvitationsApi, MyselfApi, UsersApi
from headrace.infra.http.injected import provided
from headrace.insights.alerts.api import AlertsApi
from headrace.kernel.ids import ProjectId, TenantId
from headrace.nodes.api import NodeTypesApi
from headrace.schedules.api import SchedulesApi
from headrace.schedules.upcoming import Upcoming
from headrace.tenancy.api import MembersApi, ProjectsApi, TenantsApi
from headrace.webhooks.trials import Trials
from headrace.webhooks.trials_api import TrialsApi
from headrace.webhooks.waits_api import WaitsApi
from headrace.workflows.adapters.downloads import EgressDownloads
from headrace.workflows.api import FoldersApi, TagsApi, VariablesApi, VersionsApi, WorkflowsApi
from headrace.workflows.service.downloading import Downloading
from headrace.workflows.service.relaying import Relay

if TYPE_CHECKING:
    from headrace.app.access import Access
    from headrace.app.commanding import ExecutionService
    from headrace.app.library import Library
    from headrace.app.local import Headrace
    from headrace.app.settings import Settings

ROUTES = [
    EnteringApi,
    MyselfApi,
    UsersApi,
    InvitationsApi,
    ApiKeysApi,
    TenantsApi,
    ProjectsApi,
    MembersApi,
    WorkflowsApi,
    VersionsApi,
    FoldersApi,
    TagsApi,
    VariablesApi,
    NodeTypesApi,
    SchedulesApi,
    TrialsApi,
    WaitsApi,
    DataTablesApi,
    DataTableRowsApi,
    StreamsApi,
    AlertsApi,
    CredentialsApi,
    CredentialTypesApi,
    OAuth2Api,
    ExecutionsApi,
    ExpressionsApi,
    QueueApi,
    DeadLettersApi,
    DoctorApi,
]


class Located:
    """Where workflows belong, for callers of other contexts."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def project_of(self, tenant: TenantId, workflow_id: str) -> ProjectId:
        return ProjectId((await self._library.workflows.get(tenant, workflow_id)).project)


async def _examined(settings: Settings) -> DoctorShape:
    found = await diagnose(settings)
    machine = found.machine
    return DoctorShape(
        works=found.works,
        tier=found.tier,
        system=machine.system,
        kernel=machine.kernel,
        architecture=machine.architecture,
        own_users=machine.own_users,
        landlock_version=machine.landlock_version,
        cgroups_version=machine.cgroups.version,
        runtimes=[RuntimeShape(name, one.version) for name, one in machine.runtimes.items()],
        parts=[PartShape(name, problem) for name, problem in machine.parts.items()],
        sandboxes=[
            SandboxShape(one.tier, one.guest.value, one.confines, one.milliseconds, one.problem) for one in found.starts
        ],
        runs_in=dict(found.runs_in),
        advice=list(found.advice),
    )


def entrance_of(access: Access) -> Entrance:
    """Return who says who calls."""
    return Entrance(access.authentication, access.tenancy, access.tenancy)


def rest_api(
    headrace: Headrace,
    relay: Relay,
    streams: Streams,
    upcoming: Upcoming,
    trials: Trials,
    executions: ExecutionService | None = None,
) -> Litestar:
    """Return the application that serves `/api/v1`.

    Args:
        relay: Hands on what happens to workflows.
        streams: Tell of executions as they run.
        upcoming: Tells what the clock starts.
        trials: Have drafts wait for calls.
        executions: What is asked of executions; None: what is asked for is left to a server on the same data.
    """
    library, access = headrace.library, headrace.access
    asked = executions or headrace.execution_service()
    return api_application(
        ROUTES,
        {
            "setup": provided(access.setup),
            "authentication": provided(access.authentication),
            "logins": provided(access.logins),
            "users": provided(access.users),
            "invitations": provided(access.invitations),
            "keys": provided(access.keys),
            "tenancy": provided(access.tenancy),
            "projects": provided(access.projects),
            "members": provided(access.members),
            "workflows": provided(library.workflows),
            "relay": provided(relay),
            "streams": provided(streams),
            "upcoming": provided(upcoming),
            "trials": provided(trials),
            "waits": provided(JournalWaits(headrace)),
            "links": provided(headrace.links),
            "tables": provided(headrace.tables),
            "alerts": provided(headrace.alerting.alerts),
            "transfers": provided(library.transfers),
            "downloading": provided(
                Downloading(
                    EgressDownloads(lambda tenant: headrace.outside.http(tenant, NoCredentials())), library.transfers
                )
            ),
            "folders": provided(library.folders),
            "tags": provided(library.tags),
            "variables": provided(library.variables),
            "executions": provided(asked.reader),
            "commands": provided(asked.commands),
            "doctor": provided(Doctor(lambda: _examined(headrace.settings))),
            "previews": provided(headrace.previews),
            "located": provided(Located(library)),
            "catalogue": provided(headrace.catalogue),
            "credentials": provided(headrace.credentials.credentials),
            "oauth2": provided(headrace.credentials.oauth2),
            "tests": provided(headrace.credentials.tests),
            "public_url": provided(headrace.settings.public_url),
        },
        entrance_of(access),
        headrace.answers,
        headrace.now,
    )
