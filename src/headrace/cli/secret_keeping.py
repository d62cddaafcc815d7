"""What the commands of `headrace credential` do."""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from headrace.app.library import LOCAL
from headrace.cli.failing import EXIT_FAILED, Failure
from headrace.cli.opening import opened, pretty, read_file
from headrace.credentials.domain.fields import missing
from headrace.credentials.domain.references import read_reference
from headrace.credentials.errors import CredentialNotFound
from headrace.credentials.public import Credential, CredentialQuery
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.sdk.credentials import CredentialType, is_secret

if TYPE_CHECKING:
    from headrace.app.local import Headrace


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Fields as they were given on the command line."""

    fields: tuple[str, ...]
    secrets: tuple[str, ...] = field(repr=False)
    data: str | None


async def list_credentials(type_: str | None, *, as_json: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        found = await _all(headrace, CredentialQuery(type=type_))
    if as_json:
        print(pretty([_shown(one) for one in found]))
        return 0
    for one in found:
        print(f"{one.id:26} {one.type:20} {one.name}")
    return 0


def list_types(name: str | None, *, as_json: bool) -> int:
    """Raises: Failure: there is no such type."""
    from headrace.nodes.credential_types import CredentialTypes

    types = CredentialTypes.installed()
    try:
        found = [types.find(name)] if name else types.all()
    except HeadraceError as unknown:
        raise Failure(str(unknown)) from unknown
    if as_json:
        print(pretty(found))
        return 0
    for type_ in found:
        print(f"{type_.name:20} {type_.title}")
        for one in type_.fields if name else ():
            marks = [word for word, holds in (("secret", is_secret(one)), ("required", one.required)) if holds]
            choices = [str(choice.value) for choice in one.options or ()]
            said = "; ".join([*marks, *(["one of " + ", ".join(choices)] if choices else []), one.description])
            print(f"  {one.name:26} {one.display_name:22} {said}".rstrip(" ;"))
    return 0


async def add(name: str, type_: str, given: Given, *, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        declared = headrace.credentials.types.find(type_)
        fields = _fields(given, declared)
        _ask(fields, declared)
        made = await headrace.credentials.credentials.create(
            DEFAULT_TENANT, name=name, type_=type_, fields=fields, by=LOCAL
        )
    print(f'keeps "{made.name}" as {made.id}')
    return 0


async def change(credential: str, name: str | None, given: Given, *, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        found = await _find(headrace, credential)
        fields = _fields(given, headrace.credentials.types.find(found.type))
        changed = await headrace.credentials.credentials.change(
            DEFAULT_TENANT, found.id, by=LOCAL, name=name, fields=fields
        )
    print(f'changed "{changed.name}"')
    return 0


async def test(credential: str, url: str | None, *, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        found = await _find(headrace, credential)
        outcome = await headrace.credentials.tests.test(DEFAULT_TENANT, found.id, url=url)
    print(f'"{found.name}": {outcome.message}')
    return 0 if outcome.passed else EXIT_FAILED


async def delete(credential: str, *, force: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        found = await _find(headrace, credential)
        await headrace.credentials.credentials.delete(DEFAULT_TENANT, found.id, force=force)
    print(f'deleted "{found.name}"')
    return 0


class _Exported(msgspec.Struct):
    type: str
    name: str = ""
    id: str | int | None = None
    data: dict[str, Any] | str = msgspec.field(default_factory=dict)


async def bring_in(file: Path, *, data_dir: Path | None) -> int:
    """Raises: Failure: the file is no list of credentials, or they are encrypted."""
    try:
        exported = msgspec.json.decode(read_file(file), type=list[_Exported] | _Exported)
    except msgspec.MsgspecError:
        # The reason may quote the file.
        raise Failure(f"{file}: is no list of credentials as n8n exports it") from None
    listed = exported if isinstance(exported, list) else [exported]
    if any(isinstance(one.data, str) for one in listed):
        raise Failure(f"{file}: is encrypted; export it with: n8n export:credentials --all --decrypted")
    async with opened(data_dir) as headrace:
        for one in listed:
            made = await headrace.credentials.credentials.bring_in(
                DEFAULT_TENANT,
                name=one.name or one.type,
                type_=one.type,
                fields=one.data if isinstance(one.data, dict) else {},
                by=LOCAL,
                credential_id=None if one.id is None else str(one.id),
            )
            print(f'keeps "{made.name}" as {made.id}')
    return 0


async def rotate_key(*, data_keys: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        rotated = await headrace.credentials.rotation.rotate(data_keys=data_keys)
    print(f"the key {rotated.kek} is in use: {rotated.rewrapped} data keys wrapped anew")
    if data_keys:
        print(f"{rotated.resealed} credentials sealed anew")
    return 0


async def _all(headrace: Headrace, query: CredentialQuery) -> list[Credential]:
    found: list[Credential] = []
    cursor = None
    while True:
        page = await headrace.credentials.credentials.list(DEFAULT_TENANT, query, cursor=cursor, limit=250)
        found += page.credentials
        cursor = page.next_cursor
        if cursor is None:
            return found


async def _find(headrace: Headrace, wanted: str) -> Credential:
    """Raises: Failure: none has that id or name, or several do."""
    try:
        return await headrace.credentials.credentials.get(DEFAULT_TENANT, wanted)
    except CredentialNotFound:
        found = [one for one in await _all(headrace, CredentialQuery(name=wanted)) if one.name == wanted]
    if len(found) != 1:
        several = f"several are named so: {', '.join(one.id for one in found)}"
        raise Failure(
            f'there is no one credential "{wanted}"; {several if found else "`headrace credential list` shows all"}'
        )
    return found[0]


def _shown(one: Credential) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "type": one.type,
        "createdAt": one.created_at.isoformat(),
        "updatedAt": one.updated_at.isoformat(),
    }


def _fields(given: Given, type_: CredentialType) -> dict[str, Any]:
    """Raises: Failure: a field is not given as it has to be."""
    declared = {one.name: one for one in type_.fields}
    fields: dict[str, Any] = _data(given.data) if given.data is not None else {}
    for text in given.fields:
        name, equals, value = text.partition("=")
        # A shell makes `--field 'password={{ $secrets… }}'` of what begins with = in the editor.
        reference = f"={value}" if value.startswith("{{") and read_reference(f"={value}") else ""
        if not equals:
            raise Failure(f"--field {name} has no value; write --field {name}=VALUE")
        if name in declared and is_secret(declared[name]) and not reference:
            raise Failure(
                f'"{name}" is secret, and others can see arguments: leave it out to be asked, or use --secret'
            )
        is_flag = name in declared and declared[name].type == "boolean" and value in ("true", "false")
        fields[name] = value == "true" if is_flag else reference or value
    for text in given.secrets:
        name, _, source = text.partition("=")
        if source != "-" and not source.startswith("@"):
            raise Failure("a secret is read from a file or from standard input: --secret NAME=@FILE or NAME=-")
        fields[name] = _text(source).removesuffix("\n").removesuffix("\r")
    return fields


def _data(source: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_text(source), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise Failure("--data is no JSON object") from None


def _text(source: str) -> str:
    if source != "-" and not source.startswith("@"):
        raise Failure("what holds secrets is read from a file or from standard input: @FILE or -")
    try:
        return read_file(Path(source.removeprefix("@"))).decode()
    except UnicodeDecodeError:
        raise Failure(f"{source.removeprefix('@')}: is no text") from None


def _ask(fields: dict[str, Any], type_: CredentialType) -> None:
    """Ask for the secrets that count and have no value, where there is somebody to ask."""
    if not sys.stdin.isatty():
        return
    required = missing(fields, type_)
    for one in type_.fields:
        if one.name in fields or not is_secret(one):
            continue
        if one.name in required or (one.display_options is None and not one.required):
            value = getpass.getpass(f"{one.display_name}: ")
            if value:
                fields[one.name] = value
