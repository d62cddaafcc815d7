"""Python code as the guest runs it: what it sees, what it may return, and what is told of it when it fails."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.sandbox.ports import GuestOptions
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, CodeResult
from headrace.sdk.items import Binary, Item, ItemList
from tests.integration.executor.helped import Files, helpers_with, running_site, way_out
from tests.integration.executor.one_node import OneNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA: Sequence[Mapping[str, Any]] = ({"a": 1, "tags": ["x"]}, {"a": 2, "tags": []})


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=[ChildLauncher, JailLauncher])
async def evaluator(request: pytest.FixtureRequest) -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(request.param(GuestOptions(python_packages=["regex", "no_such_package"])))
    yield ExpressionEvaluator(pool)
    await pool.close()


async def run(
    evaluator: ExpressionEvaluator,
    source: str,
    *,
    style: Literal["all", "each"] = "all",
    scope: OneNode | None = None,
) -> CodeResult:
    request = CodeRequest(source=source, style=style, language="python", timeout=timedelta(seconds=30))
    return await evaluator.run_code(request, scope or OneNode(DATA))


async def value_of(evaluator: ExpressionEvaluator, source: str, scope: OneNode | None = None) -> Any:
    (value,) = (await run(evaluator, source, scope=scope)).values
    assert not isinstance(value, CodeFailure), value
    return value


async def failure_of(evaluator: ExpressionEvaluator, source: str) -> CodeFailure:
    (value,) = (await run(evaluator, source)).values
    assert isinstance(value, CodeFailure)
    return value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return [item['json']['a'] for item in _items]", [1, 2]),
        ("return [item.json.a for item in items]", [1, 2]),
        ("return [item.json.a for item in _input.all()]", [1, 2]),
        ("return [_input.first().json.a, _input.last().json.a, _input.item.json.a]", [1, 2, 1]),
        ("return [type(_items[0].json.to_py()).__name__, isinstance(_items[0], dict)]", ["dict", True]),
        ("items = items[1:]\nreturn items", [{"json": {"a": 2, "tags": []}, "pairedItem": 1}]),
        ("for item in items:\n  del item.json.tags\n  item.json.b = item.json.a\nreturn items[:1]",
         [{"json": {"a": 1, "b": 1}, "pairedItem": 0}]),
        ("return [_node['Source'].first().json.place, _('Source').last().json.place]", [0, 1]),
        ("return [item.json.place for item in _('So' + 'urce').all()]", [0, 1]),
        ("return [_node['Source'].item.json.place, _('Source').itemMatching(1).json.place]", [0, 1]),
        ("return [_node.Source.json.place, _('Source').all(0, 0) == _('Source').all()]", [0, True]),
        ("return [_node['Source'].isExecuted, _('Here').isExecuted]", [True, False]),
        ("return [_execution.id, _runIndex, _itemIndex, _parameter]", ["1", 0, 0, {}]),
        ("return [_now.tzinfo.key, _today.hour, _now >= _today]", ["Europe/Lisbon", 0, True]),
        ("import math\nreturn [math.floor(1.5)]", [1]),
        ("from __future__ import annotations\nfrom datetime import date\nreturn [date(2025, 1, 2)]", ["2025-01-02"]),
        ("import asyncio\nawait asyncio.sleep(0)\nreturn ['later']", ["later"]),
        ("import asyncio\nasync def f():\n  return await asyncio.to_thread(len, 'aa')\nreturn [asyncio.run(f())]", [2]),
        ("async def main():\n  return [1]\nreturn main()", [1]),
        ("yield {'n': 1}\nyield {'n': 2}", [{"n": 1}, {"n": 2}]),
        ("async def later():\n  yield 1\nreturn [n async for n in later()]", [1]),
        ("x = '''two\nlines'''\nreturn [x]", ["two\nlines"]),
        ("def f(n):\n  return 1 if n < 2 else n * f(n - 1)\nreturn [f(5)]", [120]),
        ("", UNDEFINED),
        ("return None", UNDEFINED),
        ("return {'json': {}}", {"json": {}}),
        ("return [2 ** 70, float('nan'), 0.1]", [2**70, None, 0.1]),
        ("return ['\\ud83d', '\\ud83d\\ude00', '\\u2028']", ["\ufffd", "\U0001f600", "\u2028"]),
        ("from decimal import Decimal as D\nreturn [D('1'), D('0.1'), D('0.12345678901234567890')]",
         [1, 0.1, "0.12345678901234567890"]),
        ("return [{'s': {3, 1, 2}, 't': (1, 2), 1: None}]", [{"s": [1, 2, 3], "t": [1, 2], "1": None}]),
    ],
)  # fmt: skip
async def test_code_for_all_items_returns_its_value(evaluator: ExpressionEvaluator, source: str, value: Any) -> None:
    assert await value_of(evaluator, source) == value


@pytest.mark.parametrize(
    ("source", "name", "message", "line"),
    [
        ("x = 1\nreturn x / 0", "ZeroDivisionError", "division by zero", 2),
        ("return [item.json.gone for item in _items]", "AttributeError",
         "there is no field 'gone' here; there is: a, tags", 1),
        ("\n\nreturn _items[0]['json']['gone']", "KeyError", "KeyError: 'gone'", 3),
        ("def f():\n  raise ValueError\nf()", "ValueError", "ValueError", 2),
        ("x =\nreturn 1", "SyntaxError", "invalid syntax", 1),
        ("if True:\nreturn 1", "IndentationError", "expected an indented block after 'if' statement on line 1", 2),
        ("await 1\nnonlocal x", "SyntaxError", "no binding for nonlocal 'x' found", 2),
        ("return _node['Nowhere'].first()", "DataNotFound",
         "Referenced node doesn't exist: the node 'Nowhere' is not in this workflow", 1),
        ("return _('Here').all()", "DataNotFound", "Node 'Here' hasn't been executed", 1),
        ("return _('Source').all(0, 5)", "DataNotFound", 'Run 5 of node "Source" not found', 1),
        ("import sys\nsys.exit('enough')", "SystemExit", "enough", 2),
        ("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded", 1),
        ("input()", "EOFError", "EOF when reading a line", 1),
        ("return [b'1']", "NotPlain", "bytes cannot be put into JSON", None),
        ("return [{'json': {'f': [1, len]}}]", "NotPlain",
         "a value of type builtin_function_or_method has no form in JSON: make dictionaries and lists of it"
         " (at the returned value[0]['json']['f'][1])",
         None),
        ("x = []\nx.append(x)\nreturn x", "NotPlain", "contains itself", None),
        ("return [9 ** 9999]", "NotPlain", "a number cannot be put out", None),
        ("_getWorkflowStaticData('none')", "DataNotFound", 'The context type "none" is not known', 1),
        ("_helpers.readFile('x')", "AttributeError", "there is no helper 'readFile' in the sandbox; there is: http", 1),
        ("_helpers.httpRequest({})", "HelperError", "this helper is not available in the sandbox", 1),
    ],
)  # fmt: skip
async def test_code_that_fails_says_what_and_where(
    evaluator: ExpressionEvaluator, source: str, name: str, message: str, line: int | None
) -> None:
    failure = await failure_of(evaluator, source)

    assert message in failure.message
    assert (failure.name, failure.line) == (name, line)


async def test_a_traceback_has_the_codes_own_lines_and_causes_only(evaluator: ExpressionEvaluator) -> None:
    failure = await failure_of(
        evaluator,
        "import json\ndef read(text):\n    return json.loads(text)\ntry:\n    read('{')\n"
        "except ValueError as wrong:\n    raise RuntimeError('unreadable') from wrong",
    )

    assert failure.stack == (
        "Traceback (most recent call last):\n"
        "  File \"<code>\", line 5\n    read('{')\n"
        '  File "<code>", line 3, in read\n    return json.loads(text)\n'
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n\n"
        "Traceback (most recent call last):\n"
        "  File \"<code>\", line 7\n    raise RuntimeError('unreadable') from wrong\n"
        "RuntimeError: unreadable"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import email.mime.text, unittest.mock, tomllib, http.cookies, xml.dom.minidom, logging.handlers",
        "assert 'é'.encode('cp1252') == b'\\xe9' and 'あ'.encode('shift_jis') and 'ü.de'.encode('idna')",
        "import zoneinfo\nassert len(zoneinfo.available_timezones()) > 400\n"
        "for zone in zoneinfo.available_timezones(): zoneinfo.ZoneInfo(zone)",
        "import sqlite3\nassert sqlite3.connect(':memory:').execute('SELECT 6 * 7').fetchone() == (42,)",
        "import hashlib, hmac\nassert hashlib.sha3_256(b'').digest() and hmac.digest(b'k', b'm', 'sha256')",
        "import regex, regex._regex_core\nassert regex.match(r'\\p{Lu}', 'É')",
        "import dataclasses, typing, pickle\n@dataclasses.dataclass\nclass A:\n  a: 'int' = 1\n"
        "assert typing.get_type_hints(A) and pickle.loads(pickle.dumps(_items)) == _items",
        "import copy\nassert copy.deepcopy(_items) == _items and copy.copy(_items[0]).json.a == 1",
        "import threading\nt = threading.Thread(target=print, args=['hello'])\nt.start()\nt.join()",
        "import datetime\nassert datetime.datetime.strptime('2025', '%Y').astimezone(datetime.UTC)",
    ],
)
async def test_the_standard_library_and_allowed_packages_can_be_used(
    evaluator: ExpressionEvaluator, source: str
) -> None:
    assert await value_of(evaluator, f"{source}\nreturn ['done']") == ["done"]


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("requests", "packages are allowed with the setting HEADRACE_PYTHON_PACKAGES"),
        ("headrace.kernel.ids", "is not available in the sandbox"),
        ("tkinter", "the module 'tkinter' is not available in the sandbox"),
        ("no_such_package", "is in HEADRACE_PYTHON_PACKAGES, but could not be loaded on this server: ModuleNotFound"),
    ],
)
async def test_a_module_that_is_not_there_says_why(evaluator: ExpressionEvaluator, module: str, message: str) -> None:
    failure = await failure_of(evaluator, f"import {module}")

    assert failure.name == "ModuleNotFoundError"
    assert message in failure.message


async def test_code_for_each_item_answers_for_each(evaluator: ExpressionEvaluator) -> None:
    result = await run(
        evaluator,
        "if _itemIndex == 1:\n  raise ValueError(f'no {_json.a}')\n"
        "_item.json.seen = [item.json.a, _json['a']]\nreturn _item",
        style="each",
        scope=OneNode([{"a": 1}, {"a": 2}, {"a": 3}]),
    )

    first, second, third = result.values
    assert first == {"json": {"a": 1, "seen": [1, 1]}, "pairedItem": 0}
    assert third == {"json": {"a": 3, "seen": [3, 3]}, "pairedItem": 2}
    assert isinstance(second, CodeFailure)
    assert (second.message, second.line) == ("no 2", 2)


async def test_code_for_each_item_sees_the_linked_item_and_may_leave_items_out(evaluator: ExpressionEvaluator) -> None:
    result = await run(evaluator, "if _json.a == 2:\n  return _node['Source'].item.json", style="each")

    assert result.values == [None, {"place": 1}]


async def test_one_item_that_cannot_be_put_out_fails_alone(evaluator: ExpressionEvaluator) -> None:
    first, second = (await run(evaluator, "return {'x': b'' if _itemIndex else float('inf')}", style="each")).values

    assert first == {"x": None}
    assert isinstance(second, CodeFailure)
    assert second.message.endswith("(at the returned value['x'])")


async def test_no_items_are_no_calls(evaluator: ExpressionEvaluator) -> None:
    assert (await run(evaluator, "return 1 / 0", style="each", scope=OneNode([]))).values == []
    assert await value_of(evaluator, "return _items", OneNode([])) == []


async def test_printed_lines_are_kept(evaluator: ExpressionEvaluator) -> None:
    result = await run(
        evaluator,
        "import sys, logging\nprint('one', 2, [3], sep=' - ')\nprint('no end', end='')\nprint('é', file=sys.stderr)\n"
        "sys.stdout.write('written\\n')\nsys.stdout.buffer.write(b'raw\\n')\nlogging.warning('careful')\nprint(_items[0].json)\n"
        "print('last', end='')",
    )

    assert result.console == [
        "one - 2 - [3]", "no endé", "written", "raw", "WARNING:root:careful", "{'a': 1, 'tags': ['x']}", "last",
    ]  # fmt: skip


async def test_lines_printed_before_a_failure_are_kept(evaluator: ExpressionEvaluator) -> None:
    assert (await run(evaluator, "print('before')\n1 / 0")).console == ["before"]


async def test_static_and_custom_data_come_back(evaluator: ExpressionEvaluator) -> None:
    scope = OneNode(DATA)
    scope.static_data = {"global": {"kept": 1}, "node": {"n": 1}}

    result = await run(
        evaluator,
        "_getWorkflowStaticData('node').n += 1\n_execution.customData.set('order', 7)\nreturn []",
        scope=scope,
    )

    assert result.static_data == {"global": {"kept": 1}, "node": {"n": 2}}
    assert result.custom_data == {"order": "7"}


@pytest.mark.parametrize("style", ["all", "each"])
async def test_static_data_that_cannot_be_kept_is_a_failure_and_stays_as_it_was(
    evaluator: ExpressionEvaluator, style: Literal["all", "each"]
) -> None:
    scope = OneNode(DATA)
    scope.static_data = {"global": {"kept": 1}, "node": {}}

    result = await run(evaluator, "_getWorkflowStaticData('global').f = open\nreturn {}", style=style, scope=scope)

    assert [value.message for value in result.values] == [
        "a value of type builtin_function_or_method has no form in JSON: make dictionaries and lists of it"
        " (at static data['global']['f'])"
    ] * (2 if style == "each" else 1)
    assert result.static_data == {"global": {"kept": 1}, "node": {}}


@pytest.mark.parametrize("raised", ["RuntimeError('odd')", "SystemExit"])
async def test_objects_that_fail_when_they_are_put_out_fail_as_the_code_does(
    evaluator: ExpressionEvaluator, raised: str
) -> None:
    failure = await failure_of(
        evaluator, f"class Odd:\n  def tolist(self):\n    raise {raised}\nreturn [{{'x': float('nan')}}, Odd()]"
    )

    assert failure.name in raised
    assert failure.line == 3


async def test_an_exception_can_be_returned_as_any_value(evaluator: ExpressionEvaluator) -> None:
    assert await value_of(evaluator, "return [ValueError('as text')]") == ["as text"]
    assert await value_of(evaluator, "return ValueError('as text')") == "as text"


async def test_files_are_references_until_code_changes_them(evaluator: ExpressionEvaluator) -> None:
    text = base64.b64encode(b"hello").decode()
    scope = OneNode()
    scope.inputs = [ItemList([Item(json={}, binary={"data": Binary(id="key-1", mime_type="text/plain")})])]
    scope.binary_data = {"key-1": text}

    (same,) = await value_of(evaluator, "assert _items[0].binary.data.data\nreturn _items", scope)
    (changed,) = await value_of(evaluator, f"_items[0].binary.data.data = '{text}' * 2\nreturn _items", scope)
    (made,) = await value_of(evaluator, "return [{'json': {}, 'binary': {'b': {'data': b'hello'}}}]", scope)

    assert same["binary"] == {"data": {"id": "key-1", "mimeType": "text/plain"}}
    assert changed["binary"] == {"data": {"data": text * 2, "mimeType": "text/plain"}}
    assert made["binary"] == {"b": {"data": text}}


async def test_code_sends_requests_through_the_executor(evaluator: ExpressionEvaluator) -> None:
    source = """
send = _helpers.httpRequest
posted = send({'method': 'POST', 'url': _json.site + '/echo?a=1', 'body': {'n': 1}})
raw = send({'method': 'PUT', 'url': _json.site, 'body': b'\\xff\\x00', 'headers': {'content-type': 'image/png'}})
picture = send({'url': _json.site + '/bytes', 'encoding': 'arraybuffer'})
full = send({'url': _json.site + '/bytes', 'encoding': 'arraybuffer', 'returnFullResponse': True})
try:
    send({'url': _json.site + '/missing'})
except Exception as error:
    failed = [str(error), error.details.statusCode]
same = picture == full.body == b'\\x00\\xff{}'
return [[posted.method, posted.path, posted.body, raw.body], same, full.statusCode, failed]
"""
    async with running_site() as site, way_out() as http:
        result = await evaluator.run_code(
            CodeRequest(source=source, language="python"), OneNode([{"site": site.url}]), helpers_with(http)
        )

    assert result.values == [
        [["POST", "/echo?a=1", '{"n":1}', "\xff\0"], True, 200, ["Request failed with status code 404", 404]]
    ]


async def test_code_reads_and_keeps_files_through_the_executor(evaluator: ExpressionEvaluator) -> None:
    files, scope = Files(), OneNode()
    scope.inputs = [ItemList([Item(json={}, binary={"data": files.add("large", b"large\xff")})])]
    source = (
        "data = _helpers.getBinaryDataBuffer(0, 'data')\n"
        "kept = _helpers.prepareBinaryData(data * 2, 'twice.bin')\n"
        "item = {'json': {'was': len(data)}, 'binary': {'kept': kept}}\n"
        "try: _helpers.getBinaryDataBuffer(0, 'gone')\n"
        "except Exception as error: item['json']['gone'] = str(error)\nreturn [item]"
    )
    async with way_out() as http:
        result = await evaluator.run_code(
            CodeRequest(source=source, language="python"), scope, helpers_with(http, files, list(scope.inputs))
        )

    ((item,),) = result.values
    assert item["json"] == {"was": 6, "gone": "item 0 has no file 'gone'; it has: data"}
    assert item["binary"]["kept"]["fileName"] == "twice.bin"
    assert files.content[item["binary"]["kept"]["id"]] == b"large\xfflarge\xff"


async def test_nothing_of_a_call_is_left_for_the_next(evaluator: ExpressionEvaluator) -> None:
    looked = (
        "import builtins, json, os, sys\nmain = sys.modules['__main__']\n"
        "found = [hasattr(place, 'left') for place in (builtins, json, main)]\n"
        "found += ['left' in globals(), 'left' in os.environ, sys.getrecursionlimit()]\n"
    )
    left = "builtins.left = json.left = main.left = 1\nos.environ['left'] = '1'\n"

    before = await value_of(evaluator, f"{looked}{left}sys.setrecursionlimit(500)\nreturn found")
    after = await value_of(evaluator, f"{looked}return found")

    assert before == after == [False, False, False, False, False, 1000]


async def test_random_numbers_differ_from_call_to_call(evaluator: ExpressionEvaluator) -> None:
    drawn = [await value_of(evaluator, "import random, uuid\nreturn [random.random(), uuid.uuid4()]") for _ in range(3)]

    assert len({str(value) for value in drawn}) == 3


async def test_no_memory_of_a_call_is_left_for_the_next() -> None:
    # Files can be read only where there is no wall; the guest's memory is the same behind one.
    pool = WorkerPool(ChildLauncher())
    evaluator = ExpressionEvaluator(pool)
    look = (
        "found = 0\nwith open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:\n"
        "  for line in maps:\n    place, rights = line.split()[:2]\n"
        "    begin, end = (int(edge, 16) for edge in place.split('-'))\n"
        "    if rights.startswith('rw') and 'stack' not in line:\n      memory.seek(begin)\n"
        "      found += memory.read(end - begin).count(bytes.fromhex(_items[0].json.hex))\nreturn [found]"
    )
    secret = "5up3r-53cr37" * 300

    own = await value_of(evaluator, look, OneNode([{"hex": b"5up3r-".hex(), "secret": secret}]))
    await value_of(
        evaluator,
        "print(_items[0].json.secret)\nreturn [_node['So' + 'urce'].all(), _items]",
        OneNode([{"secret": secret}], key="tenant/2"),
    )
    others = await value_of(evaluator, look, OneNode([{"hex": b"5up3r-".hex()}], key="tenant/3"))

    assert own != [0]
    assert others == [0]
    await pool.close()


async def test_a_call_has_no_descriptors_but_its_own_pipes() -> None:
    pool = WorkerPool(ChildLauncher())
    source = (
        "import os\nopened = set()\nfor each in os.listdir('/proc/self/fd'):\n"
        "  try: opened.add(os.readlink(f'/proc/self/fd/{each}').partition(':')[0])\n"
        "  except FileNotFoundError: pass\nreturn [sorted(opened), len(os.listdir('/proc/self/fd'))]"
    )

    opened, count = await value_of(ExpressionEvaluator(pool), source)

    # One more is the folder that is being listed.
    assert (opened, count) == (["/dev/null", "pipe"], 3 + 2 + 1)
    await pool.close()
