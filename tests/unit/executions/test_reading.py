"""What readers of executions get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.errors import (
    BadCursor,
    DataTooLarge,
    ExecutionNotFound,
    ItemFileNotFound,
    NodeDataNotFound,
)
from headrace.executions.public import (
    ErrorInfo,
    ExecutionSucceeded,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
    Place,
)
from headrace.executions.service.reading import ExecutionReader, read_cursor, write_cursor
from headrace.executor.outputs import OutputStore
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.payloads.errors import BadKey, PayloadNotFound
from headrace.sdk.items import Binary, Item, SourceRef
from tests.contract.executions.beginning import asked, begin
from tests.unit.executions.simulating import NOON

RUN = ExecutionId("e1")
OTHER = TenantId("other")


class World:
    def __init__(self, inline_limit_bytes: int = 1_000_000) -> None:
        self.journal = MemoryJournal()
        self.payloads = MemoryPayloads()
        self.items = OutputStore(self.payloads, inline_limit_bytes=inline_limit_bytes)
        self.reader = ExecutionReader(self.journal, self.journal, self.items, self.payloads)

    async def ran(self, *counts: int) -> None:
        """Leave an execution whose node n0 put out so many items in each of its runs."""
        outputs = [
            await self.items.store(DEFAULT_TENANT, RUN, [Item(json={"n": n}) for n in range(count)]) for count in counts
        ]
        runs = [NodeSucceeded(node="n0", run=run, outputs=(output,), at=NOON) for run, output in enumerate(outputs)]
        await begin(self.journal, asked("e1"), *runs, ExecutionSucceeded(at=NOON))


@pytest.mark.parametrize("inline_limit_bytes", [1_000_000, 10], ids=["in the journal", "in the payload store"])
@pytest.mark.parametrize(
    ("start", "count", "found"),
    [
        (0, 2, [0, 1]),
        (999, 3, [999, 1000, 1001]),
        (2_499, 10, [2_499]),
        (2_500, 10, []),
        (9_000, 1, []),
        (0, 0, []),
        (0, -5, []),
    ],
)
async def test_items_of_a_node_are_read_page_by_page(
    inline_limit_bytes: int, start: int, count: int, found: list[int]
) -> None:
    world = World(inline_limit_bytes)
    await world.ran(1, 2_500)

    page = await world.reader.node_data(DEFAULT_TENANT, RUN, "n0", start=start, count=count)

    assert [bytes(item) for item in page.items] == [b'{"json":{"n":%d}}' % number for number in found]
    assert (page.start, page.total) == (start, 2_500)


async def test_a_page_is_of_the_run_that_was_named() -> None:
    world = World()
    await world.ran(1, 2, 3)

    assert (await world.reader.node_data(DEFAULT_TENANT, RUN, "n0", run=1)).total == 2
    assert (await world.reader.node_data(DEFAULT_TENANT, RUN, "n0")).total == 3
    for run, output, node in ((3, 0, "n0"), (0, 1, "n0"), (0, 0, "n1")):
        with pytest.raises(NodeDataNotFound):
            await world.reader.node_data(DEFAULT_TENANT, RUN, node, run=run, output=output)


async def with_file(world: World, binary: dict[str, Binary]) -> None:
    """Leave an execution whose node n0 put out one item that carries files."""
    output = await world.items.store(DEFAULT_TENANT, RUN, [Item(json={}, binary=binary)])
    ran = NodeSucceeded(node="n0", run=0, outputs=(output,), at=NOON)
    await begin(world.journal, asked("e1"), ran, ExecutionSucceeded(at=NOON))


async def test_a_file_of_an_item_is_read_in_parts() -> None:
    world = World()
    key = await world.payloads.put(DEFAULT_TENANT, RUN, b"hello")
    await with_file(world, {"data": Binary(id=key, file_name="a.txt")})

    told, parts = await world.reader.file(DEFAULT_TENANT, RUN, "n0", "data", item=0)

    assert (told.file_name, b"".join([part async for part in parts])) == ("a.txt", b"hello")
    for field, item in (("other", 0), ("data", 1)):
        with pytest.raises(ItemFileNotFound):
            await world.reader.file(DEFAULT_TENANT, RUN, "n0", field, item=item)


@pytest.mark.parametrize("key", ["../../etc/passwd", f"e1/{'0' * 64}"], ids=["no key", "a lost one"])
async def test_a_file_that_the_store_does_not_have_is_refused_before_any_of_it_is_sent(key: str) -> None:
    world = World()
    await with_file(world, {"data": Binary(id=key)})

    with pytest.raises((BadKey, PayloadNotFound)):
        await world.reader.file(DEFAULT_TENANT, RUN, "n0", "data", item=0)


async def test_the_timeline_tells_why_a_node_failed_and_where_its_items_came_from() -> None:
    world = World()
    error = ErrorInfo(message="no", description="It is empty.", context={"itemIndex": 3})
    failed = NodeFailed(node="n1", run=0, error=error, sources=(SourceRef("n0"),), at=NOON)
    await begin(world.journal, asked("e1"), failed)

    [row] = await world.reader.timeline(DEFAULT_TENANT, RUN)

    assert (row.error, row.failure, row.sources) == ("no", error, (SourceRef("n0"),))


async def test_another_tenant_reads_nothing() -> None:
    world = World()
    await world.ran(1)

    for read in (
        world.reader.get(OTHER, RUN),
        world.reader.timeline(OTHER, RUN),
        world.reader.request_of(OTHER, RUN),
        world.reader.node_data(OTHER, RUN, "n0"),
        world.reader.file(OTHER, RUN, "n0", "data", item=0),
    ):
        with pytest.raises(ExecutionNotFound):
            await read
    assert list((await world.reader.find(OTHER)).executions) == []


async def test_all_data_is_refused_before_too_much_of_it_is_read() -> None:
    world = World()
    await world.ran(2, 2)

    found = [items async for _, items in world.reader.all_data(DEFAULT_TENANT, RUN, limit_bytes=1_000)]
    assert [sum(map(len, outputs)) for outputs in found] == [0, 2, 2, 0]

    with pytest.raises(DataTooLarge, match="node by node"):
        _ = [items async for _, items in world.reader.all_data(DEFAULT_TENANT, RUN, limit_bytes=60)]


async def test_a_timeline_tells_what_was_carried_over_and_what_runs() -> None:
    world = World()
    await begin(
        world.journal,
        asked("e1"),
        NodeSucceeded(node="n0", run=0, outputs=(Output(items=3),), carried=True, at=NOON),
        NodeStarted(node="n1", run=0, at=NOON),
    )

    rows = await world.reader.timeline(DEFAULT_TENANT, RUN)

    assert [(row.node, row.status, row.carried, row.items) for row in rows] == [
        ("n0", "success", True, (3,)),
        ("n1", "running", False, ()),
    ]


async def test_pages_lead_from_one_to_the_next() -> None:
    world = World()
    for number in range(5):
        await begin(world.journal, asked(f"e{number}", minutes=number))

    first = await world.reader.find(DEFAULT_TENANT, limit=2)
    second = await world.reader.find(DEFAULT_TENANT, limit=2, cursor=first.next_cursor)
    third = await world.reader.find(DEFAULT_TENANT, limit=2, cursor=second.next_cursor)

    found = [one.id for page in (first, second, third) for one in page.executions]
    assert found == ["e4", "e3", "e2", "e1", "e0"]
    assert third.next_cursor is None


@given(st.datetimes(timezones=st.just(UTC)), st.text(max_size=30))
def test_a_cursor_leads_back_to_its_place(at: datetime, id_: str) -> None:
    place = Place(at, ExecutionId(id_.encode("utf-8", "replace").decode()))

    assert read_cursor(write_cursor(place)) == place


@given(st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1"))))
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor)
