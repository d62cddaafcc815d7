"""Credentials over HTTP; no answer holds a secret. Paths and shapes are n8n's where its public API has the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from headrace.credentials.errors import AuthorizationUnknown, CredentialProjectNeeded
from headrace.credentials.public import Credential, CredentialQuery
from headrace.credentials.service.credentials import Credentials
from headrace.credentials.service.oauth2 import OAuth2
from headrace.credentials.service.testing import CredentialTests
from headrace.infra.http.conditions import check_match
from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Cursor, IfMatch, Page, PageSize
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId
from headrace.tenancy.public import Action, Caller

CALLBACK = "/rest/oauth2-credential/callback"
"""Where users come back to, as in n8n: what was registered there for it goes on to hold."""

_Who = Given[Caller]
_Credentials = Given[Credentials]
_OAuth2 = Given[OAuth2]
_Tests = Given[CredentialTests]
_PublicUrl = Given[str]

_PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}


class CredentialShape(msgspec.Struct, rename="camel", kw_only=True):
    id: str
    name: str
    type: str
    project_id: str
    shared_with: Sequence[str]
    """Other projects whose workflows may use it."""

    revision: int
    created_at: datetime
    updated_at: datetime


class CredentialDetails(CredentialShape, rename="camel", kw_only=True):
    """A credential with what of its fields may be seen, by those who may change it."""

    data: Mapping[str, Any] | None = None
    """Fields that are not secret; null for those who may not change it."""

    filled: Sequence[str] = ()
    """Secret fields that have a value."""

    connected: bool = False
    """Whether it holds an OAuth token."""


class NewCredential(msgspec.Struct, rename="camel"):
    name: str
    type: str
    data: dict[str, Any] = {}
    project_id: str = DEFAULT_PROJECT


class Changes(msgspec.Struct):
    """What is to be another. Fields that are left out keep their values; null takes one away."""

    name: str | None = None
    data: dict[str, Any] = {}


class Sharing(msgspec.Struct, rename="camel"):
    project_ids: list[str]
    """All projects that may use it, beside its own."""


class Destination(msgspec.Struct, rename="camel"):
    destination_project_id: str


class TestTarget(msgspec.Struct):
    url: str | None = None
    """Where a request is sent to; what its type says is meant without it."""


class TestResult(msgspec.Struct):
    passed: bool
    message: str


class AuthorizationStart(msgspec.Struct):
    url: str
    """Where the user is to be sent."""


class UsageShape(msgspec.Struct, rename="camel"):
    workflow_id: str
    workflow_name: str
    nodes: Sequence[str]


class CredentialsApi(Controller):
    path = "/credentials"
    tags = ("credentials",)

    @get("/", operation_id="listCredentials", summary="List credentials")
    async def find(
        self,
        caller: _Who,
        credentials: _Credentials,
        name: Annotated[str, QueryParameter(max_length=200, description="A part of the name.")] = "",
        type_: Annotated[str | None, QueryParameter(name="type")] = None,
        project_id: Annotated[
            str | None, QueryParameter(name="projectId", description="Those that its workflows may use.")
        ] = None,
        limit: PageSize = 100,
        cursor: Cursor = None,
    ) -> Page[CredentialShape]:
        query = CredentialQuery(project=await _project_seen(caller, project_id), type=type_, name=name)
        page = await credentials.list(caller.tenant, query, cursor=cursor, limit=limit)
        return Page([_shape(one) for one in page.credentials], page.next_cursor)

    @post("/", operation_id="createCredential", summary="Keep a credential", status_code=200)
    async def create(
        self, caller: _Who, credentials: _Credentials, data: JSONBody[NewCredential]
    ) -> Response[CredentialShape]:
        await caller.must(Action.CREDENTIAL_EDIT, data.project_id)
        made = await credentials.create(
            caller.tenant,
            name=data.name,
            type_=data.type,
            fields=data.data,
            by=caller.by,
            project=ProjectId(data.project_id),
            may_refer=await caller.may(Action.CREDENTIAL_REFER),
        )
        return _told(made)

    @get(
        "/schema/{type_name:str}", operation_id="getCredentialSchema", summary="Get the JSON schema of a type's fields"
    )
    async def schema(self, credentials: _Credentials, type_name: FromPath[str]) -> dict[str, Any]:
        return dict(credentials.schema(type_name))

    @get("/{credential_id:str}", operation_id="getCredential", summary="Get a credential, without its secrets")
    async def show(
        self, caller: _Who, credentials: _Credentials, credential_id: FromPath[str]
    ) -> Response[CredentialDetails]:
        found = await _seen(caller, credentials, credential_id, Action.CREDENTIAL_READ)
        details = CredentialDetails(**msgspec.structs.asdict(_shape(found)))
        if await caller.may(Action.CREDENTIAL_EDIT, found.project):
            _, shown = await credentials.show(caller.tenant, credential_id)
            details.data, details.filled, details.connected = shown.values, shown.filled, shown.connected
        return Response(details, headers={"etag": _etag(found)})

    @patch("/{credential_id:str}", operation_id="updateCredential", summary="Change a credential")
    async def change(
        self,
        caller: _Who,
        credentials: _Credentials,
        credential_id: FromPath[str],
        data: JSONBody[Changes],
        if_match: IfMatch = None,
    ) -> Response[CredentialShape]:
        """Who changes a field that decides where the secrets go (hosts, token addresses) has to send them all again."""
        found = await _owned(caller, credentials, credential_id)
        check_match(if_match, _etag(found))
        changed = await credentials.change(
            caller.tenant,
            credential_id,
            by=caller.by,
            name=data.name,
            fields=data.data,
            revision=found.revision,
            may_refer=await caller.may(Action.CREDENTIAL_REFER),
        )
        return _told(changed)

    @delete("/{credential_id:str}", operation_id="deleteCredential", summary="Delete a credential", status_code=200)
    async def remove(
        self,
        caller: _Who,
        credentials: _Credentials,
        credential_id: FromPath[str],
        force: Annotated[bool, QueryParameter(description="Even if workflows use it.")] = False,
    ) -> CredentialShape:
        await _owned(caller, credentials, credential_id)
        return _shape(await credentials.delete(caller.tenant, credential_id, force=force))

    @put("/{credential_id:str}/sharing", operation_id="shareCredential", summary="Share a credential with projects")
    async def share(
        self, caller: _Who, credentials: _Credentials, credential_id: FromPath[str], data: JSONBody[Sharing]
    ) -> CredentialShape:
        await _owned(caller, credentials, credential_id)
        for project in data.project_ids:
            await caller.must(Action.PROJECT_READ, project)
        projects = [ProjectId(project) for project in data.project_ids]
        return _shape(await credentials.share(caller.tenant, credential_id, projects, by=caller.by))

    @put(
        "/{credential_id:str}/transfer",
        operation_id="transferCredential",
        summary="Move a credential to another project",
    )
    async def transfer(
        self, caller: _Who, credentials: _Credentials, credential_id: FromPath[str], data: JSONBody[Destination]
    ) -> CredentialShape:
        await _owned(caller, credentials, credential_id)
        await caller.must(Action.CREDENTIAL_EDIT, data.destination_project_id)
        project = ProjectId(data.destination_project_id)
        return _shape(await credentials.move(caller.tenant, credential_id, project, by=caller.by))

    @get("/{credential_id:str}/usage", operation_id="getCredentialUsage", summary="List the workflows that use it")
    async def usage(self, caller: _Who, credentials: _Credentials, credential_id: FromPath[str]) -> Page[UsageShape]:
        """Those of projects that the caller may see."""
        await _seen(caller, credentials, credential_id, Action.CREDENTIAL_READ)
        seen = await caller.places(Action.WORKFLOW_READ)
        found = await credentials.usage(caller.tenant, credential_id)
        return Page([UsageShape(one.workflow_id, one.workflow_name, one.nodes) for one in found if one.project in seen])

    @post("/{credential_id:str}/test", operation_id="testCredential", summary="Try a credential out", status_code=200)
    async def test(
        self,
        caller: _Who,
        credentials: _Credentials,
        tests: _Tests,
        credential_id: FromPath[str],
        data: JSONBody[TestTarget],
    ) -> TestResult:
        await _seen(caller, credentials, credential_id, Action.CREDENTIAL_USE)
        outcome = await tests.test(caller.tenant, credential_id, url=data.url)
        return TestResult(outcome.passed, outcome.message)

    @post(
        "/{credential_id:str}/oauth2/authorize",
        operation_id="connectCredential",
        summary="Begin to connect a credential by OAuth2",
        status_code=200,
    )
    async def connect(
        self,
        request: Request[Any, Any, Any],
        caller: _Who,
        credentials: _Credentials,
        oauth2: _OAuth2,
        public_url: _PublicUrl,
        credential_id: FromPath[str],
    ) -> AuthorizationStart:
        """The user comes back with the session they are logged in by; a token that was there is replaced then."""
        await _owned(caller, credentials, credential_id)
        base = (public_url or str(request.base_url)).rstrip("/")
        url = await oauth2.begin(caller.tenant, credential_id, by=caller.by, redirect_uri=f"{base}{CALLBACK}")
        return AuthorizationStart(url)


class CredentialTypesApi(Controller):
    path = "/credential-types"
    tags = ("credentials",)

    @get("/", operation_id="listCredentialTypes", summary="List kinds of credential and their fields")
    async def find(self, credentials: _Credentials) -> dict[str, Any]:
        return {"data": msgspec.to_builtins(credentials.types())}


class OAuth2Api(Controller):
    path = "/oauth2"
    tags = ("credentials",)

    @get("/callback", operation_id="finishOAuth2", summary="Where users come back to", include_in_schema=False)
    async def finish(
        self,
        caller: _Who,
        oauth2: _OAuth2,
        given_state: Annotated[str, QueryParameter(name="state")] = "",
        code: FromQuery[str] = "",
        error: FromQuery[str] = "",
    ) -> Response[str]:
        if error:
            return _page("Not connected", "The authorization server did not agree. Nothing was changed.", status=400)
        if not given_state or not code:
            raise AuthorizationUnknown
        connected = await oauth2.finish(caller.tenant, state=given_state, code=code, by=caller.by)
        return _page("Connected", f'"{connected.name}" is connected. You may close this page.')


async def _seen(caller: Caller, credentials: Credentials, credential_id: str, action: Action) -> Credential:
    """Return a credential of a project, or shared with one, in which the caller may do this.

    Raises:
        NotFound, Denied
    """
    found = await credentials.get(caller.tenant, credential_id)
    for project in found.shared_with:
        if await caller.may(action, project):
            return found
    await caller.must(action, found.project)
    return found


async def _owned(caller: Caller, credentials: Credentials, credential_id: str) -> Credential:
    """Return a credential that the caller may change; that it is shared with their project gives no right to that."""
    found = await credentials.get(caller.tenant, credential_id)
    await caller.must(Action.CREDENTIAL_EDIT, found.project)
    return found


async def _project_seen(caller: Caller, project: str | None) -> ProjectId | None:
    """Return the project whose credentials a list shows; None: all of the tenant.

    Raises:
        CredentialProjectNeeded: the caller may see several projects, but not all of them.
    """
    if project is not None:
        await caller.must(Action.CREDENTIAL_READ, project)
        return ProjectId(project)
    if await caller.may(Action.CREDENTIAL_READ):
        return None
    places = await caller.places(Action.CREDENTIAL_READ)
    if len(places) != 1:
        raise CredentialProjectNeeded(places)
    return ProjectId(places[0])


def _shape(one: Credential) -> CredentialShape:
    return CredentialShape(
        id=one.id,
        name=one.name,
        type=one.type,
        project_id=one.project,
        shared_with=one.shared_with,
        revision=one.revision,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def _etag(one: Credential) -> str:
    return f'"{one.revision}"'


def _told(one: Credential) -> Response[CredentialShape]:
    return Response(_shape(one), headers={"etag": _etag(one)})


def _page(title: str, text: str, *, status: int = 200) -> Response[str]:
    body = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}"
    return Response(body, status_code=status, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)
