"""`headrace credential`: the commands and their help."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from headrace.cli.options import DataDir

credentials = App(
    name="credential",
    help="Secrets for nodes: kept sealed, put on requests, and never shown again.\n\n"
    "A secret is never an argument, where other users of this machine would see it: it is asked for, or read from a"
    " file or from standard input.",
)

Json = Annotated[bool, Parameter(help="Print JSON.", negative=())]
Fields = Annotated[
    list[str] | None, Parameter(name="--field", help="NAME=VALUE: a field that is not secret; may be repeated.")
]
Secrets = Annotated[
    list[str] | None,
    Parameter(name="--secret", help="NAME=@FILE or NAME=- (standard input): a secret field; may be repeated."),
]
Data = Annotated[
    str | None,
    Parameter(help="@FILE or - (standard input): all fields as a JSON object.", allow_leading_hyphen=True),
]


@credentials.command(name="list")
def list_credentials(
    *,
    type: Annotated[str | None, Parameter(help="Only those of this type.")] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> int:
    """List credentials, without their secrets."""
    from headrace.cli import secret_keeping

    return asyncio.run(secret_keeping.list_credentials(type, as_json=json, data_dir=data_dir))


@credentials.command(name="types")
def list_types(
    name: Annotated[str | None, Parameter(help="A type, to see its fields.")] = None, /, *, json: Json = False
) -> int:
    """List the kinds of credential, or show the fields of one.

    Examples:
        headrace credential types
        headrace credential types httpBasicAuth
    """
    from headrace.cli import secret_keeping

    return secret_keeping.list_types(name, as_json=json)


@credentials.command
def add(
    name: str,
    /,
    *,
    type: Annotated[str, Parameter(help="What kind it is; `headrace credential types` lists them.")],
    field: Fields = None,
    secret: Secrets = None,
    data: Data = None,
    data_dir: DataDir = None,
) -> int:
    """Keep a new credential. Secrets that are not given are asked for.

    A field may refer to a secret that is kept elsewhere: --field 'password={{ $secrets.env.SHOP }}'.

    Examples:
        headrace credential add "Shop" --type httpBasicAuth --field user=ann
        headrace credential add "Shop API" --type httpHeaderAuth --field name=X-Key --secret value=@key.txt
        pass shop/token | headrace credential add "Shop token" --type httpBearerAuth --secret token=-
        headrace credential add "Orders" --type oAuth2Api --data @orders-oauth.json
    """
    from headrace.cli import secret_keeping

    given = secret_keeping.Given(fields=tuple(field or ()), secrets=tuple(secret or ()), data=data)
    return asyncio.run(secret_keeping.add(name, type, given, data_dir=data_dir))


@credentials.command
def change(
    credential: str,
    /,
    *,
    name: Annotated[str | None, Parameter(help="A new name.")] = None,
    field: Fields = None,
    secret: Secrets = None,
    data: Data = None,
    data_dir: DataDir = None,
) -> int:
    """Change a credential; fields that are not named stay as they are.

    Examples:
        headrace credential change "Shop" --secret password=-
        headrace credential change "Shop" --name "Old shop"
    """
    from headrace.cli import secret_keeping

    given = secret_keeping.Given(fields=tuple(field or ()), secrets=tuple(secret or ()), data=data)
    return asyncio.run(secret_keeping.change(credential, name, given, data_dir=data_dir))


@credentials.command(name="test")
def try_out(
    credential: str,
    /,
    *,
    url: Annotated[str | None, Parameter(help="Where to send a request with it; its type may know a place.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Send a request with a credential, and say whether it was taken. Exit code 1 if not.

    Examples:
        headrace credential test "Shop" --url https://shop.example/api/me
    """
    from headrace.cli import secret_keeping

    return asyncio.run(secret_keeping.test(credential, url, data_dir=data_dir))


@credentials.command
def delete(
    credential: str,
    /,
    *,
    force: Annotated[bool, Parameter(help="Even if workflows use it.", negative=())] = False,
    data_dir: DataDir = None,
) -> int:
    """Delete a credential for good."""
    from headrace.cli import secret_keeping

    return asyncio.run(secret_keeping.delete(credential, force=force, data_dir=data_dir))


@credentials.command(name="import")
def import_(file: Annotated[Path, Parameter(allow_leading_hyphen=True)], /, *, data_dir: DataDir = None) -> int:
    """Take in credentials as n8n exports them decrypted: a list of {id, name, type, data} ('-': standard input).

    Examples:
        headrace credential import credentials.json
        n8n export:credentials --all --decrypted --output=/dev/stdout | headrace credential import -
    """
    from headrace.cli import secret_keeping

    return asyncio.run(secret_keeping.bring_in(file, data_dir=data_dir))


@credentials.command(name="rotate-key")
def rotate_key(
    *,
    data_keys: Annotated[
        bool, Parameter(help="Also seal every credential anew, under new data keys.", negative=())
    ] = False,
    data_dir: DataDir = None,
) -> int:
    """Give all data keys a new key-encryption key. A server that runs goes on meanwhile.

    The key before is kept until the next rotation. With HEADRACE_ENCRYPTION_KEY, put the new key there and the one
    before into HEADRACE_ENCRYPTION_KEY_OLD; it can go once this has run.

    Examples:
        headrace credential rotate-key
        headrace credential rotate-key --data-keys
    """
    from headrace.cli import secret_keeping

    return asyncio.run(secret_keeping.rotate_key(data_keys=data_keys, data_dir=data_dir))
