"""What else code asks of the executor: the files of its own items, and never twice what it did once."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.errors import NotLoaded
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from headrace.sdk.context import CodeFailure, HttpClient
from headrace.sdk.items import Binary, Item, ItemList, Items
from tests.integration.executor.helped import Files, Site, helpers_with, running_site, way_out
from tests.integration.executor.one_node import OneNode
from tests.integration.executor.running_code import failure_of, run, value_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

_numbers = itertools.count()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(ChildLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with running_site() as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[HttpClient]:
    async with way_out() as http:
        yield http


def with_files(files: Files, **contents: bytes) -> OneNode:
    # Each an execution of its own: the worker keeps the data of one.
    scope = OneNode([{}], key=f"tenant/{next(_numbers)}")
    binary = {name: files.add(f"file-{name}", data, file_name=f"{name}.bin") for name, data in contents.items()}
    scope.inputs = [ItemList([Item(json={}, binary=binary)])]
    return scope


async def test_code_reads_the_files_of_its_items_whatever_their_size(
    evaluator: ExpressionEvaluator, http: HttpClient
) -> None:
    files = Files()
    large = bytes(range(256)) * 40_000
    scope = with_files(files, small=b"small", large=large, none=b"")
    source = """
        const read = (name) => this.helpers.getBinaryDataBuffer(0, name);
        const [small, large, none] = await Promise.all(["small", "large", "none"].map(read));
        let right = 0;
        for (let i = 0; i < large.length; i += 997) if (large[i] === i % 256) right++;
        return [small.toString(), large.length, right, none.length, Buffer.isBuffer(large)];
    """

    value = await value_of(evaluator, source, scope=scope, helpers=helpers_with(http, files, list(scope.inputs)))

    assert value == ["small", len(large), len(range(0, len(large), 997)), 0, True]
    # In pieces, but read once.
    assert sorted(files.reads) == ["file-large", "file-none", "file-small"]


@pytest.mark.parametrize(
    "reach",
    [
        "this.helpers.getBinaryDataBuffer(0, { id: 'secret' })",
        "this.helpers.getBinaryDataBuffer(0, { id: 'file-../secret' })",
        "(items[0].binary.own.id = 'secret', this.helpers.getBinaryDataBuffer(0, 'own'))",
        "this.helpers.getBinaryDataBuffer(0, { id: ['secret'] })",
        "this.helpers.getBinaryDataBuffer(0, { id: { toJSON: () => 'secret' } })",
    ],
)
async def test_files_of_others_are_not_read(evaluator: ExpressionEvaluator, http: HttpClient, reach: str) -> None:
    files = Files()
    scope = with_files(files, own=b"mine")

    (value,) = (
        await run(
            evaluator,
            f"return (await {reach}).toString()",
            scope=scope,
            helpers=helpers_with(http, files, list(scope.inputs)),
        )
    ).values

    assert isinstance(value, CodeFailure)
    assert "secret" not in files.reads


@pytest.mark.parametrize(
    ("index", "name", "message"), [(0, "gone", "no binary field 'gone'. It has: own"), (5, "own", "no item 5")]
)
async def test_a_file_that_there_is_not_is_an_error(
    evaluator: ExpressionEvaluator, http: HttpClient, index: int, name: str, message: str
) -> None:
    files = Files()
    scope = with_files(files, own=b"mine")

    failure = await failure_of(
        evaluator,
        f"return await this.helpers.getBinaryDataBuffer({index}, '{name}')",
        scope=scope,
        helpers=helpers_with(http, files, list(scope.inputs)),
    )

    assert message in failure.message


async def test_code_makes_files_and_reads_them_again(evaluator: ExpressionEvaluator, http: HttpClient) -> None:
    files = Files()
    scope = with_files(files, own=b"mine")
    source = """
        const made = await this.helpers.prepareBinaryData(Buffer.from("h\u00e9llo"), "a.txt");
        items[0].binary.made = made;
        const again = await this.helpers.getBinaryDataBuffer(0, "made");
        const changed = await this.helpers.setBinaryDataBuffer(made, Buffer.from("other"));
        const latin = await this.helpers.binaryToString(again, "latin1");
        return [again.toString(), made, changed.fileName, changed.id !== made.id, latin];
    """

    text, made, name, moved, latin = await value_of(
        evaluator, source, scope=scope, helpers=helpers_with(http, files, list(scope.inputs))
    )

    assert (text, name, moved, latin) == ("h\u00e9llo", "a.txt", True, "h\u00c3\u00a9llo")
    assert (made["fileName"], made["mimeType"], made["bytes"]) == ("a.txt", "text/plain", 6)
    assert files.content[made["id"]] == "h\u00e9llo".encode()


async def test_large_files_are_stored_piece_by_piece(evaluator: ExpressionEvaluator, http: HttpClient) -> None:
    files = Files()
    scope = with_files(files)
    source = """
        const data = Buffer.alloc(9_000_000);
        for (let i = 0; i < data.length; i += 1000) data[i] = i % 251;
        return await Promise.all([data, Buffer.alloc(0)].map((one) => helpers.prepareBinaryData(one, "x")));
    """

    large, empty = await value_of(evaluator, source, scope=scope, helpers=helpers_with(http, files))

    expected = bytearray(9_000_000)
    for place in range(0, len(expected), 1000):
        expected[place] = place % 251
    assert files.content[large["id"]] == expected
    assert files.content[empty["id"]] == b""


# ---- running again ---------------------------------------------------------------------------------------------------


async def test_what_code_did_is_not_done_again_when_it_needs_more_data(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"""
        const answers = [], url = "{site.url}/echo", method = "POST";
        for (const n of [1, 1, 2]) answers.push(await this.helpers.httpRequest({{ method, url, body: {{ n }} }}));
        return [answers.map((answer) => answer.body), $("Sou" + "rce").first().json.place];
    """

    value = await value_of(evaluator, source, helpers=helpers_with(http))

    assert value == [['{"n":1}', '{"n":1}', '{"n":2}'], 0]
    assert [told["body"] for told in site.asked] == ['{"n":1}', '{"n":1}', '{"n":2}']


async def test_nor_when_the_data_has_to_be_loaded_first(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    class Unloaded(OneNode):
        loaded = False

        def items_of(self, node: str, output: int, run: int) -> Items:
            if not self.loaded:
                raise NotLoaded(node, run, output)
            return super().items_of(node, output, run)

    scope, helpers = Unloaded(key="tenant/unloaded"), helpers_with(http)
    source = f"await this.helpers.httpRequest('{site.url}/echo'); return $('Source').first().json.place"

    with pytest.raises(NotLoaded):
        await value_of(evaluator, source, scope=scope, helpers=helpers)
    scope.loaded = True

    assert await value_of(evaluator, source, scope=scope, helpers=helpers) == 0
    assert len(site.asked) == 1


# ---- the handler itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"null",
        b"{",
        b'{"method": 1, "args": []}',
        b'{"method": "nope", "args": []}',
        b'{"method": "__class__", "args": [{}]}',
        b'{"method": "getBinaryData", "args": []}',
        b'{"method": "getBinaryData", "args": ["own", -1, 5]}',
        b'{"method": "getBinaryData", "args": ["own", 0, 1e99]}',
        b'{"method": "storeBinary", "args": ["not base64", null, null]}',
        b'{"method": "storeBinary", "args": ["", 1, 2, 3, 4]}',
        b'{"method": "storeBinary", "args": [{"upload": 7}, null, null]}',
        b'{"method": "uploadPiece", "args": [7, ""]}',
        b'{"method": "httpRequest", "args": [{"url": 7}]}',
        b'{"method": "httpRequest", "args": [{"url": "http://h/", "multipart": [1]}]}',
        b'{"method": "httpRequest", "args": [{"url": "http://h/", "bytes": "*"}]}',
        b'{"method": "httpRequest", "args": [{"url": "http://\\ud800/"}]}',
        b"[" * 100_000,
    ],
)
async def test_a_question_that_makes_no_sense_gets_an_error(http: HttpClient, question: bytes) -> None:
    reply = json.loads(await helpers_with(http).attempt()(question))

    assert set(reply) <= {"error", "code", "name"}
    assert isinstance(reply["error"], str)


async def test_a_single_question_gets_a_single_reply(http: HttpClient) -> None:
    files = Files()
    inputs: list[Items | None] = [None, ItemList([Item(json={}, binary={"x": files.add("own", b"0123456789")})])]
    ask = helpers_with(http, files, inputs).attempt()

    whole = json.loads(await ask(b'{"method": "getBinaryData", "args": ["own"]}'))
    part = json.loads(await ask(b'{"method": "getBinaryData", "args": ["own", 2, 3]}'))
    beyond = json.loads(await ask(b'{"method": "getBinaryData", "args": ["own", 20, 3]}'))

    assert [base64.b64decode(one["value"]["data"]) for one in (whole, part, beyond)] == [b"0123456789", b"234", b""]
    assert whole["value"]["size"] == 10


async def test_what_goes_wrong_inside_is_not_told(http: HttpClient) -> None:
    class Leaky(Files):
        async def read_binary(self, binary: Binary) -> bytes:
            raise RuntimeError("password=hunter2")

    files = Leaky()
    inputs: list[Items | None] = [ItemList([Item(json={}, binary={"x": files.add("own", b"")})])]

    reply = await helpers_with(http, files, inputs).attempt()(b'{"method": "getBinaryData", "args": ["own"]}')

    assert json.loads(reply) == {"error": "the server could not help with this"}


async def test_code_that_asks_without_end_is_told_so(http: HttpClient) -> None:
    ask = helpers_with(http).attempt()
    batch = [{"id": number, "method": "nope", "args": []} for number in range(10_001)]

    replies = json.loads(await ask(json.dumps(batch).encode()))

    assert "10000 times" in replies[-1]["error"]
    assert "10000 times" not in replies[-2]["error"]
