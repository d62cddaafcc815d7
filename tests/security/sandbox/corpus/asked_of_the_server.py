"""Code that has the server do it: read another's file by its id, or send a request to where none may go."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

SYMLINKS = "CVE-2025-57749"
FILE_OBJECTS = "CVE-2026-21858"
GUARD = "GHSA-jp9j-jr97-w9pj"

_IDS: Mapping[str, str] = {
    "another tenant's": "@FOREIGN@",
    "a path": "@FILE@",
    "a path with dots": "../secret.txt",
    "a path into another tenant's folder": "../../other/@FOREIGN@",
    "an id with a path behind it": "@FOREIGN@/../../../../../../secret.txt",
    "the name of a store and a path": "filesystem:@FILE@",
    "the name of a newer store and a path": "filesystem-v2:@FILE@",
    "an address": "file://@FILE@",
    "a path with a null": "@FILE@\0.txt",
}

_PARTS: Mapping[str, str] = {
    "an object instead of a name": "await this.helpers.getBinaryDataBuffer(0, { id: '@FILE@', data: undefined })",
    "an object with another tenant's id": "await this.helpers.getBinaryDataBuffer(0, { id: '@FOREIGN@' })",
    "an id that is no text": (
        "await this.helpers.getBinaryDataBuffer(0, { id: { toString: () => '@FILE@', toJSON: () => '@FOREIGN@' } })"
    ),
    "an item that is changed": (
        "(items[0].binary = { a: { id: '@FOREIGN@' } }, await this.helpers.getBinaryDataBuffer(0, 'a'))"
    ),
    "a foreign name for data of its own": "(await this.helpers.prepareBinaryData(Buffer.from('x'), '@FILE@')).id",
}

_ADDRESSES: Mapping[str, str] = {
    "by number": "127.0.0.1:@PORT@",
    "by name": "localhost:@PORT@",
    "by one number": "2130706433:@PORT@",
    "in hexadecimal": "0x7f000001:@PORT@",
    "in octal": "0177.0.0.1:@PORT@",
    "cut short": "127.1:@PORT@",
    "by nothing": "0.0.0.0:@PORT@",
    "mapped into IPv6": "[::ffff:127.0.0.1]:@PORT@",
    "behind a user": "example.com@127.0.0.1:@PORT@",
    "with other dots": "127\u30020\u30020\u30021:@PORT@",
}

_OPTIONS: Mapping[str, str] = {
    "baseURL": "await this.helpers.httpRequest({ baseURL: 'http://127.0.0.1:@PORT@', url: '/' })",
    "uri": "await this.helpers.request({ uri: 'http://127.0.0.1:@PORT@' })",
    "url and uri at once": (
        "await this.helpers.request({ url: 'http://127.0.0.1:@PORT@', uri: 'http://example.invalid/' })"
    ),
    "a URL that is another when it is read again": (
        "await this.helpers.httpRequest({ url: { n: 0, toString() { return this.n++ > 9 ? 'http://example.invalid/'"
        " : 'http://127.0.0.1:@PORT@'; } } })"
    ),
    "a proxy": (
        "await this.helpers.httpRequest({ url: 'http://127.0.0.1:@PORT@', proxy: { host: '127.0.0.1', port: @PORT@ } })"
    ),
    "fetch": "await fetch('http://127.0.0.1:@PORT@')",
}

_PYTHON_FILES: Mapping[str, str] = {
    "by an item that is changed": """
        _items[0]['binary'] = {'a': {'id': '@FOREIGN@'}}
        return _helpers.getBinaryDataBuffer(0, 'a').decode('latin-1')
        """,
    "by a question of its own": """
        import base64
        return base64.b64decode(_helpers._ask('getBinaryData', ['@FOREIGN@'])['value']['data']).decode('latin-1')
        """,
    "by a path in a question": """
        import base64
        return base64.b64decode(_helpers._ask('getBinaryData', ['@FILE@'])['value']['data']).decode('latin-1')
        """,
}

_PYTHON_REQUESTS: Mapping[str, str] = {
    "httpRequest": "return _helpers.httpRequest({'url': 'http://127.0.0.1:@PORT@'})",
    "one number": "return _helpers.httpRequest({'url': 'http://2130706433:@PORT@'})",
    "a question of its own": "return _helpers._ask('httpRequest', [{'url': 'http://127.0.0.1:@PORT@', 'proxy': None}])",
}

_SLOWLY = "await Promise.race([(async () => {{ {0} }})(), new Promise((ok) => setTimeout(ok, 300))])"

ATTACKS = (
    *(
        Attack(
            f"a file whose id is {name}",
            Language.JAVASCRIPT,
            "return (await this.helpers.getBinaryDataBuffer(0, 'evil')).toString('latin1')",
            *(Sign.SECRET, "help with files", FILE_OBJECTS, Naive.HELPERS),
            files={"evil": id_},
        )
        for name, id_ in _IDS.items()
    ),
    *(
        Attack(
            f"a file by {name}",
            Language.JAVASCRIPT,
            f"return String({source})",
            *(Sign.SECRET, "help with files", SYMLINKS, Naive.HELPERS),
            files={"own": "@OWN@"},
        )
        for name, source in _PARTS.items()
    ),
    *(
        Attack(
            f"a request to the machine, {name}",
            Language.JAVASCRIPT,
            _SLOWLY.format(f"await this.helpers.httpRequest({{ url: 'http://{address}' }})"),
            *(Sign.CONNECTION, "help with requests", GUARD, Naive.HELPERS),
        )
        for name, address in _ADDRESSES.items()
    ),
    *(
        Attack(
            f"a request to the machine by {name}",
            Language.JAVASCRIPT,
            _SLOWLY.format(source),
            *(Sign.CONNECTION, "help with requests", GUARD, Naive.HELPERS),
        )
        for name, source in _OPTIONS.items()
    ),
    *(
        Attack(
            f"a foreign file {name}",
            Language.PYTHON,
            source,
            *(Sign.SECRET, "help with files", FILE_OBJECTS),
            files={"own": "@OWN@"},
        )
        for name, source in _PYTHON_FILES.items()
    ),
    *(
        Attack(
            f"a request to the machine by {name}", Language.PYTHON, source, Sign.CONNECTION, "help with requests", GUARD
        )
        for name, source in _PYTHON_REQUESTS.items()
    ),
)
