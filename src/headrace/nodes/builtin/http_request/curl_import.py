"""Reading a curl command as the parameters of an HTTP Request node."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit, urlunsplit

import msgspec

from headrace.sdk.errors import NodeError

MAX_CHARACTERS = 200_000

_DATA = {
    "-d": "data",
    "--data": "data",
    "--data-ascii": "data",
    "--data-raw": "data",
    "--data-binary": "data",
    "--data-urlencode": "urlencode",
    "--json": "json",
}
_NAMES = {
    **_DATA,
    "-X": "method",
    "--request": "method",
    "-H": "header",
    "--header": "header",
    "-F": "form",
    "--form": "form",
    "--form-string": "form",
    "-u": "user",
    "--user": "user",
    "-A": "agent",
    "--user-agent": "agent",
    "-e": "referer",
    "--referer": "referer",
    "-b": "cookie",
    "--cookie": "cookie",
    "-x": "proxy",
    "--proxy": "proxy",
    "-m": "seconds",
    "--max-time": "seconds",
    "--max-redirs": "redirects",
    "--url": "url",
    "--oauth2-bearer": "bearer",
}
_SWITCHES = {
    "-G": "get",
    "--get": "get",
    "-I": "head",
    "--head": "head",
    "-k": "insecure",
    "--insecure": "insecure",
    "-L": "follow",
    "--location": "follow",
}
_IGNORED_WITH_VALUE = frozenset(
    (
        *("-o", "--output", "-w", "--write-out", "--connect-timeout", "--retry", "--retry-delay", "-c", "--cookie-jar"),
        *("--resolve", "--cert", "-E", "--key", "--cacert", "-T", "--upload-file", "-r", "--range", "--limit-rate"),
    )
)
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass
class _Command:
    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    switches: set[str] = field(default_factory=set)
    options: dict[str, Any] = field(default_factory=dict)


def parse_curl(text: str) -> dict[str, Any]:
    """Return the parameters of an HTTP Request node (version 4) that does what a curl command does.

    Files that the command names are not read; options about curl's own output are left out.

    Raises:
        NodeError: it is no curl command, or has no URL.
    """
    if len(text) > MAX_CHARACTERS:
        raise NodeError("The curl command is too long to import")
    try:
        words = _split(text)
    except ValueError as unbalanced:
        raise NodeError("The curl command has a quote that is not closed") from unbalanced
    if not words or words[0].rsplit("/", 1)[-1] != "curl":
        raise NodeError('The command needs to start with "curl"')
    return _parameters(_read(words[1:]))


def _split(text: str) -> list[str]:
    joined = re.sub(r"(\\|\^)\r?\n", " ", text.strip())

    def plain(match: re.Match[str]) -> str:
        return shlex.quote(_unescaped(match[1]))

    # $'...' is the shell's quoting with escapes, which browsers use when they copy a request.
    return shlex.split(re.sub(r"(?<!\S)\$'((?:[^'\\]|\\.)*)'", plain, joined, flags=re.DOTALL))


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "xuU":
            value = int(code[1:], 16)
            return chr(value) if value <= 0x10FFFF else ""
        return _ANSI.get(code, match[0])

    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|.)", one, text, flags=re.DOTALL)


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each option with its value ("" for switches); the URL is an option, too."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in _NAMES or name in _IGNORED_WITH_VALUE:
                yield name, value if equals else next(rest, "")
            else:
                yield name, ""
        elif word.startswith("-") and len(word) > 1:
            # Short ones may be joined: -sSL, -XPOST.
            for place, letter in enumerate(word[1:], 1):
                name = f"-{letter}"
                if name in _NAMES or name in _IGNORED_WITH_VALUE:
                    yield name, word[place + 1 :] or next(rest, "")
                    break
                yield name, ""
        else:
            yield "--url", word


def _read(words: Sequence[str]) -> _Command:
    made = _Command()
    for name, value in _options(words):
        if name in _SWITCHES:
            made.switches.add(_SWITCHES[name])
            continue
        match _NAMES.get(name):
            case "method":
                made.method = value.upper()
            case "url":
                made.url = made.url or value
            case "header":
                key, colon, content = value.partition(":")
                if colon and key.strip():
                    made.headers.append((key.strip(), content.strip()))
            case "data":
                made.data.append(value)
            case "json":
                made.data.append(value)
                made.headers += [("Content-Type", "application/json"), ("Accept", "application/json")]
            case "urlencode":
                key, equals, content = value.partition("=")
                made.data.append(f"{key}={quote_plus(content)}" if equals and key else quote_plus(content or value))
            case "form":
                key, _, content = value.partition("=")
                made.form.append((key, content))
            case "user":
                user, _, password = value.partition(":")
                made.options["user"] = (user, password)
            case "agent":
                made.headers.append(("User-Agent", value))
            case "referer":
                made.headers.append(("Referer", value))
            case "cookie":
                made.headers.append(("Cookie", value))
            case "bearer":
                made.headers.append(("Authorization", f"Bearer {value}"))
            case "proxy" | "seconds" | "redirects" as option:
                made.options[option] = value
            case _:
                pass
    if not made.url:
        raise NodeError("The curl command has no URL")
    return made


def _parameters(command: _Command) -> dict[str, Any]:
    url = command.url if "://" in command.url else f"http://{command.url}"
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    data = "&".join(command.data)
    if "get" in command.switches and data:
        query += parse_qsl(data, keep_blank_values=True)
        data = ""
    headers, kind = list(command.headers), ""
    for pair in command.headers:
        if pair[0].lower() == "content-type":
            kind = kind or pair[1].lower()
    if "user" in command.options:
        import base64

        joined = ":".join(command.options["user"])
        headers.append(("Authorization", f"Basic {base64.b64encode(joined.encode()).decode()}"))
    made: dict[str, Any] = {
        "method": command.method or _method(command, data),
        "url": urlunsplit(parts._replace(query="", fragment="")),
    }
    if query:
        made |= {"sendQuery": True, "queryParameters": {"parameters": _listed(query)}}
    body = _body(command, data, kind)
    if body:
        made |= {"sendBody": True, **body}
        # The node writes these itself, a boundary with them.
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
    if headers:
        made |= {"sendHeaders": True, "headerParameters": {"parameters": _listed(headers)}}
    made["options"] = _node_options(command)
    return made


def _method(command: _Command, data: str) -> str:
    if "head" in command.switches:
        return "HEAD"
    return "POST" if data or command.form else "GET"


def _listed(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": _literal(name), "value": _literal(value)} for name, value in pairs]


def _literal(text: str) -> str:
    # Text that begins with "=" would be read as an expression, which a pasted command is never meant to be.
    if not text.startswith("="):
        return text
    # Braces are escaped, since two of them would end the expression.
    quoted = msgspec.json.encode(text).decode().replace("{", r"\u007b").replace("}", r"\u007d")
    return f"={{{{ {quoted} }}}}"


def _body(command: _Command, data: str, kind: str) -> dict[str, Any]:
    if command.form:
        fields = [
            {"parameterType": "formBinaryData", "name": name, "inputDataFieldName": "data"}
            if value.startswith("@")
            else {"parameterType": "formData", **_listed([(name, value)])[0]}
            for name, value in command.form
        ]
        return {"contentType": "multipart-form-data", "bodyParameters": {"parameters": fields}}
    if not data:
        return {}
    if data.startswith("@"):
        return {"contentType": "binaryData", "inputDataFieldName": "data"}
    if "json" in kind:
        try:
            msgspec.json.decode(data)
            return {"contentType": "json", "specifyBody": "json", "jsonBody": data}
        except (ValueError, RecursionError):
            return {"contentType": "raw", "rawContentType": kind, "body": _literal(data)}
    if kind and not kind.startswith("application/x-www-form-urlencoded"):
        return {"contentType": "raw", "rawContentType": kind, "body": _literal(data)}
    pairs = parse_qsl(data, keep_blank_values=True)
    return {
        "contentType": "form-urlencoded",
        "specifyBody": "keypair",
        "bodyParameters": {"parameters": _listed(pairs)},
    }


def _node_options(command: _Command) -> dict[str, Any]:
    made: dict[str, Any] = {}
    redirect: dict[str, Any] = {"followRedirects": "follow" in command.switches}
    if str(command.options.get("redirects", "")).isdecimal():
        redirect["maxRedirects"] = int(command.options["redirects"])
    made["redirect"] = {"redirect": redirect}
    if command.options.get("proxy"):
        made["proxy"] = command.options["proxy"]
    if re.fullmatch(r"\d+(\.\d+)?", str(command.options.get("seconds", ""))):
        made["timeout"] = int(float(command.options["seconds"]) * 1000)
    if "insecure" in command.switches:
        made["allowUnauthorizedCerts"] = True
    return made
