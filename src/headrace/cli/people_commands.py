"""The commands of users, API keys and tenants, and their help."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import App, Parameter

from headrace.cli.options import DataDir

Json = Annotated[bool, Parameter(help="Print JSON.", negative=())]
Tenant = Annotated[str, Parameter(help="Id of the tenant.")]

users = App(name="user", help="Who may log in. A server that runs already takes notice.")
keys = App(name="key", help="API keys, for programs. A server that runs already takes notice.")
tenants = App(name="tenant", help="Tenants: whose workflows and data there are, and what they may use.")


@users.command(name="add")
def add_user(
    email: str,
    /,
    *,
    name: Annotated[str | None, Parameter(help="What others see.")] = None,
    role: Annotated[str | None, Parameter(help="owner, admin, editor, operator or viewer; editor without it.")] = None,
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> int:
    """Add a user; the first one owns the installation. The password is asked for, or read from standard input.

    Examples:
        headrace user add ann@example.com --name "Ann Smith"
        headrace user add ben@example.com --role viewer < password.txt
    """
    from headrace.cli import people

    return asyncio.run(people.add_user(email, name, role, tenant, data_dir=data_dir))


@users.command(name="list")
def list_users(*, json: Json = False, data_dir: DataDir = None) -> int:
    """List users, and the tenants that they belong to.

    Examples:
        headrace user list
    """
    from headrace.cli import people

    return asyncio.run(people.list_users(as_json=json, data_dir=data_dir))


@users.command(name="disable")
def disable_user(email: str, /, *, data_dir: DataDir = None) -> int:
    """Let a user in no more, by whatever they came in before.

    Examples:
        headrace user disable ben@example.com
    """
    from headrace.cli import people

    return asyncio.run(people.set_disabled(email, disabled=True, data_dir=data_dir))


@users.command(name="enable")
def enable_user(email: str, /, *, data_dir: DataDir = None) -> int:
    """Let a user in again.

    Examples:
        headrace user enable ben@example.com
    """
    from headrace.cli import people

    return asyncio.run(people.set_disabled(email, disabled=False, data_dir=data_dir))


@users.command(name="password")
def set_password(email: str, /, *, data_dir: DataDir = None) -> int:
    """Give a user another password, and end their sessions. It is asked for, or read from standard input.

    Examples:
        headrace user password ann@example.com
        headrace user password ann@example.com < password.txt
    """
    from headrace.cli import people

    return asyncio.run(people.set_password(email, data_dir=data_dir))


@keys.command(name="create")
def create_key(
    name: str,
    /,
    *,
    user: Annotated[str | None, Parameter(help="E-mail address; not needed where there is one user.")] = None,
    tenant: Tenant = "default",
    scope: Annotated[
        list[str] | None, Parameter(help="What it may be used for, such as workflow.read; all without it.")
    ] = None,
    expires_in_days: int | None = None,
    data_dir: DataDir = None,
) -> int:
    """Make an API key and print it. It opens no more than the user's roles do whenever it is used.

    Examples:
        headrace key create laptop
        headrace key create ci --user ann@example.com --scope workflow.read --scope execution.start --expires-in-days 90
        export HEADRACE_API_KEY=$(headrace key create deploy)
    """
    from headrace.cli import people

    return asyncio.run(
        people.create_key(name, email=user, tenant=tenant, scopes=scope or (), days=expires_in_days, data_dir=data_dir)
    )


@keys.command(name="list")
def list_keys(*, tenant: Tenant = "default", json: Json = False, data_dir: DataDir = None) -> int:
    """List the API keys of a tenant: whose they are and when they were used, never the keys themselves.

    Examples:
        headrace key list
    """
    from headrace.cli import people

    return asyncio.run(people.list_keys(tenant, as_json=json, data_dir=data_dir))


@keys.command(name="revoke")
def revoke_key(
    key: Annotated[str, Parameter(help="Id, as `headrace key list` shows it.")],
    /,
    *,
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> int:
    """End an API key.

    Examples:
        headrace key revoke 01k3v9q8x...
    """
    from headrace.cli import people

    return asyncio.run(people.revoke_key(key, tenant, data_dir=data_dir))


@tenants.command(name="list")
def list_tenants(*, json: Json = False, data_dir: DataDir = None) -> int:
    """List tenants.

    Examples:
        headrace tenant list
    """
    from headrace.cli import people

    return asyncio.run(people.list_tenants(as_json=json, data_dir=data_dir))


@tenants.command(name="create")
def create_tenant(
    name: str,
    /,
    *,
    owner: Annotated[str, Parameter(help="E-mail address of a user.")],
    data_dir: DataDir = None,
) -> int:
    """Make a tenant and print its id.

    Examples:
        headrace tenant create "Acme Ltd" --owner ann@example.com
    """
    from headrace.cli import people

    return asyncio.run(people.create_tenant(name, owner, data_dir=data_dir))


@tenants.command(name="suspend")
def suspend_tenant(
    tenant: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="What its members and callers are told.")] = "",
    data_dir: DataDir = None,
) -> int:
    """Start nothing for a tenant, and let its members only read.

    Examples:
        headrace tenant suspend 01k3v9q8x... --reason "the invoice of March is open"
    """
    from headrace.cli import people

    return asyncio.run(people.suspend_tenant(tenant, reason, data_dir=data_dir))


@tenants.command(name="resume")
def resume_tenant(tenant: str, /, *, data_dir: DataDir = None) -> int:
    """End a tenant's suspension.

    Examples:
        headrace tenant resume 01k3v9q8x...
    """
    from headrace.cli import people

    return asyncio.run(people.resume_tenant(tenant, data_dir=data_dir))


@tenants.command(name="quotas")
def set_quotas(
    tenant: str,
    /,
    *,
    executions_per_minute: int | None = None,
    concurrent_executions: int | None = None,
    payload_bytes: Annotated[int | None, Parameter(help="Of all payloads that are kept at one time.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Set how much a tenant may use; what is not named is not limited.

    Examples:
        headrace tenant quotas default --executions-per-minute 600 --concurrent-executions 10
        headrace tenant quotas default
    """
    from headrace.cli import people
    from headrace.tenancy.public import Quotas

    quotas = Quotas(
        executions_per_minute=executions_per_minute,
        concurrent_executions=concurrent_executions,
        payload_bytes=payload_bytes,
    )
    return asyncio.run(people.set_quotas(tenant, quotas, data_dir=data_dir))
