"""Folders of a project's workflows."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Page
from headrace.kernel.ids import DEFAULT_PROJECT
from headrace.tenancy.public import Action
from headrace.workflows.api.shapes import FolderShape, Who, folder_shape
from headrace.workflows.service.folders import Folders

_Folders = Given[Folders]


class NewFolder(msgspec.Struct, rename="camel"):
    name: str
    project_id: str = DEFAULT_PROJECT
    parent_id: str | None = None


class FolderChanges(msgspec.Struct, rename="camel"):
    """What is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    parent_id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Null: to the top level."""


class FoldersApi(Controller):
    path = "/folders"
    tags = ("folders",)

    @get("/", operation_id="listFolders", summary="List a project's folders")
    async def find(
        self,
        caller: Who,
        folders: _Folders,
        project_id: Annotated[str, QueryParameter(name="projectId")] = DEFAULT_PROJECT,
    ) -> Page[FolderShape]:
        await caller.must(Action.WORKFLOW_READ, project_id)
        return Page([folder_shape(one) for one in await folders.list(caller.tenant, project_id)])

    @post("/", operation_id="createFolder", summary="Make a folder", status_code=201)
    async def create(self, caller: Who, folders: _Folders, data: JSONBody[NewFolder]) -> FolderShape:
        await caller.must(Action.WORKFLOW_EDIT, data.project_id)
        made = await folders.create(caller.tenant, data.name, project=data.project_id, parent=data.parent_id)
        return folder_shape(made)

    @patch("/{folder_id:str}", operation_id="changeFolder", summary="Rename or move a folder")
    async def change(
        self, caller: Who, folders: _Folders, folder_id: FromPath[str], data: JSONBody[FolderChanges]
    ) -> FolderShape:
        folder = await folders.get(caller.tenant, folder_id)
        await caller.must(Action.WORKFLOW_EDIT, folder.project)
        if data.name is not msgspec.UNSET:
            folder = await folders.rename(caller.tenant, folder_id, data.name)
        if data.parent_id is not msgspec.UNSET:
            folder = await folders.move(caller.tenant, folder_id, data.parent_id)
        return folder_shape(folder)

    @delete("/{folder_id:str}", operation_id="deleteFolder", summary="Remove a folder, and keep what is in it")
    async def remove(self, caller: Who, folders: _Folders, folder_id: FromPath[str]) -> None:
        folder = await folders.get(caller.tenant, folder_id)
        await caller.must(Action.WORKFLOW_EDIT, folder.project)
        await folders.delete(caller.tenant, folder_id)
