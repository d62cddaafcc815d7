"""Node types over HTTP: what can be drawn."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, QueryParameter

from headrace.infra.http.injected import Given
from headrace.nodes.catalogue import Catalogue

_Catalogue = Given[Catalogue]


class NodeTypeShape(msgspec.Struct, rename="camel"):
    """A node type in a list."""

    type: str
    title: str
    versions: list[float]
    trigger: str | None
    """What starts a workflow at it; null where nothing does."""

    summary: str
    group: str
    aliases: list[str]
    """Other words under which people look for it."""


class NodeTypes(msgspec.Struct):
    data: list[NodeTypeShape]


class NodeTypesApi(Controller):
    path = "/node-types"
    tags = ("node types",)

    @get("/", operation_id="listNodeTypes", summary="List node types", sync_to_thread=False)
    def find(self, catalogue: _Catalogue) -> NodeTypes:
        return NodeTypes(
            [
                NodeTypeShape(
                    one.type,
                    one.title,
                    list(catalogue.versions_of(one.type)),
                    one.trigger or None,
                    one.summary,
                    one.group,
                    list(one.aliases),
                )
                for one in catalogue.types()
            ]
        )

    @get("/{type_name:str}", operation_id="getNodeType", summary="Get a node type's description", sync_to_thread=False)
    def show(
        self,
        catalogue: _Catalogue,
        type_name: FromPath[str],
        version: Annotated[float | None, QueryParameter(description="Left out: the newest.")] = None,
    ) -> dict[str, Any]:
        return catalogue.describe_json(type_name, version)
