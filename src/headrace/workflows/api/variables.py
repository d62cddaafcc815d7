"""Variables, which expressions read as `$vars`."""

from __future__ import annotations

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Page
from headrace.tenancy.public import Action
from headrace.workflows.api.shapes import VariableShape, Who, variable_shape
from headrace.workflows.service.variables import Variables

_Variables = Given[Variables]


class NewVariable(msgspec.Struct, rename="camel"):
    key: str
    value: str
    project_id: str | None = None
    """Null: of all projects."""


class VariablesApi(Controller):
    path = "/variables"
    tags = ("variables",)

    @get("/", operation_id="listVariables", summary="List variables")
    async def find(self, caller: Who, variables: _Variables) -> Page[VariableShape]:
        """Those of all projects, and those of projects that the caller may see."""
        seen = await caller.places(Action.VARIABLE_READ)
        found = await variables.list(caller.tenant)
        return Page([variable_shape(one) for one in found if one.project is None or one.project in seen])

    @post("/", operation_id="createVariable", summary="Make a variable", status_code=201)
    async def create(self, caller: Who, variables: _Variables, data: JSONBody[NewVariable]) -> VariableShape:
        await caller.must(Action.VARIABLE_EDIT, data.project_id)
        made = await variables.create(caller.tenant, data.key, data.value, project=data.project_id)
        return variable_shape(made)

    @get("/{variable_id:str}", operation_id="getVariable", summary="Get a variable")
    async def show(self, caller: Who, variables: _Variables, variable_id: FromPath[str]) -> VariableShape:
        known = await variables.get(caller.tenant, variable_id)
        await caller.must(Action.VARIABLE_READ, known.project)
        return variable_shape(known)

    @put("/{variable_id:str}", operation_id="updateVariable", summary="Change a variable")
    async def change(
        self, caller: Who, variables: _Variables, variable_id: FromPath[str], data: JSONBody[NewVariable]
    ) -> VariableShape:
        known = await variables.get(caller.tenant, variable_id)
        await caller.must(Action.VARIABLE_EDIT, known.project)
        return variable_shape(await variables.change(caller.tenant, variable_id, key=data.key, value=data.value))

    @delete("/{variable_id:str}", operation_id="deleteVariable", summary="Remove a variable")
    async def remove(self, caller: Who, variables: _Variables, variable_id: FromPath[str]) -> None:
        known = await variables.get(caller.tenant, variable_id)
        await caller.must(Action.VARIABLE_EDIT, known.project)
        await variables.delete(caller.tenant, variable_id)
