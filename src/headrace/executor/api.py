"""Expressions over HTTP: what they would give, before they run."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody

from headrace.executor.ports import Located
from headrace.executor.previewing import Previews, PreviewWanted
from headrace.infra.http.injected import Given
from headrace.kernel.errors import Invalid
from headrace.kernel.ids import ExecutionId
from headrace.tenancy.public import Action, Caller

MAX_EXPRESSIONS = 100
Who = Given[Caller]
ShortText = Annotated[str, msgspec.Meta(max_length=500)]
_Previews = Given[Previews]
_Located = Given[Located]

Expression = Annotated[str, msgspec.Meta(max_length=20_000)]


class PreviewBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Expressions of one node."""

    workflow_id: ShortText
    workflow: dict[str, Any]
    """As it is drawn at this moment, saved or not."""

    node: ShortText
    expressions: dict[str, Expression]
    """By names of the caller's; each begins with `=`, as in a parameter."""

    execution_id: ShortText | None = None
    """Whose data they see; null: pinned items only."""

    run_index: Annotated[int, msgspec.Meta(ge=-1, le=1_000_000)] = -1
    """Which run of the node; -1: the last."""

    item_index: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0


class PreviewShape(msgspec.Struct, omit_defaults=True):
    """What an expression gives."""

    value: Any = msgspec.UNSET
    error: str | None = None


class PreviewsShape(msgspec.Struct):
    results: dict[str, PreviewShape]


class ExpressionsApi(Controller):
    path = "/expressions"
    tags = ("workflows",)

    @post("/preview", operation_id="previewExpressions", summary="Say what expressions give", status_code=200)
    async def preview(
        self, caller: Who, located: _Located, previews: _Previews, data: JSONBody[PreviewBody]
    ) -> PreviewsShape:
        """They are evaluated in the sandbox, for one item, and leave nothing behind."""
        project = await located.project_of(caller.tenant, data.workflow_id)
        await caller.must(Action.WORKFLOW_EDIT, project)
        await caller.must(Action.EXECUTION_READ, project)
        if len(data.expressions) > MAX_EXPRESSIONS:
            raise Invalid(f"there are {len(data.expressions)} expressions; {MAX_EXPRESSIONS} are looked at in one call")
        wanted = PreviewWanted(
            workflow_id=data.workflow_id,
            project=project,
            drawn=msgspec.Raw(msgspec.json.encode(data.workflow)),
            node=data.node,
            expressions={name: text if text.startswith("=") else f"={text}" for name, text in data.expressions.items()},
            execution_id=ExecutionId(data.execution_id) if data.execution_id is not None else None,
            run=data.run_index,
            item=data.item_index,
        )
        found = await previews.preview(caller.tenant, wanted)
        return PreviewsShape(
            {
                name: PreviewShape(error=one.error) if one.error is not None else PreviewShape(value=one.value)
                for name, one in found.items()
            }
        )
