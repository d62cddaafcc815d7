"""Tags of a tenant's workflows."""

from __future__ import annotations

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Page
from headrace.tenancy.public import Action
from headrace.workflows.api.shapes import TagShape, Who, tag_shape
from headrace.workflows.service.tags import Tags

_Tags = Given[Tags]


class TagName(msgspec.Struct):
    name: str


class TagsApi(Controller):
    path = "/tags"
    tags = ("tags",)

    @get("/", operation_id="listTags", summary="List tags")
    async def find(self, caller: Who, tags: _Tags) -> Page[TagShape]:
        await caller.must(Action.TAG_READ)
        return Page([tag_shape(one) for one in await tags.list(caller.tenant)])

    @post("/", operation_id="createTag", summary="Make a tag", status_code=201)
    async def create(self, caller: Who, tags: _Tags, data: JSONBody[TagName]) -> TagShape:
        await caller.must(Action.TAG_EDIT)
        return tag_shape(await tags.create(caller.tenant, data.name))

    @get("/{tag_id:str}", operation_id="getTag", summary="Get a tag")
    async def show(self, caller: Who, tags: _Tags, tag_id: FromPath[str]) -> TagShape:
        await caller.must(Action.TAG_READ)
        return tag_shape(await tags.get(caller.tenant, tag_id))

    @put("/{tag_id:str}", operation_id="updateTag", summary="Rename a tag")
    async def rename(self, caller: Who, tags: _Tags, tag_id: FromPath[str], data: JSONBody[TagName]) -> TagShape:
        await caller.must(Action.TAG_EDIT)
        return tag_shape(await tags.rename(caller.tenant, tag_id, data.name))

    @delete("/{tag_id:str}", operation_id="deleteTag", summary="Remove a tag, from all workflows too", status_code=200)
    async def remove(self, caller: Who, tags: _Tags, tag_id: FromPath[str]) -> TagShape:
        await caller.must(Action.TAG_EDIT)
        tag = await tags.get(caller.tenant, tag_id)
        await tags.delete(caller.tenant, tag_id)
        return tag_shape(tag)
