"""`headrace user`, `key` and `tenant`: what whoever has the data directory may do, without logging in."""

from __future__ import annotations

import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from headrace.app.access import Access
from headrace.cli.failing import Failure
from headrace.cli.opening import opened, pretty
from headrace.identity.public import KeyId, User
from headrace.kernel.ids import TenantId
from headrace.tenancy.public import Action, Actor, Quotas, Role


@asynccontextmanager
async def _opened(data_dir: Path | None) -> AsyncIterator[Access]:
    """Raises: Failure: the data directory cannot be opened; or whatever a use case raises, in one line."""
    async with opened(data_dir) as headrace:
        await headrace.access.prepare()
        yield headrace.access


async def add_user(email: str, name: str | None, role: str | None, tenant: str, *, data_dir: Path | None) -> int:
    """Raises: Failure"""
    given = None if role is None else _role(role)
    async with _opened(data_dir) as access:
        await access.tenancy.get(TenantId(tenant))
        password = _read_password()
        shown = name or email.partition("@")[0]
        if await access.setup.is_needed():
            user = await access.setup.create_owner(email=email, name=shown, password=password, local=True, token=None)
            print(f"{user.email} is the owner of this installation")
            if tenant == "default":
                return 0
        else:
            user = await access.users.add(email=email, name=shown, password=password)
        member = await access.members.join(TenantId(tenant), user.id, given or Role.EDITOR)
        print(f'{user.email} is {member.role} of the tenant "{tenant}"')
    return 0


async def list_users(*, as_json: bool, data_dir: Path | None) -> int:
    async with _opened(data_dir) as access:
        users = await _all_users(access)
        tenants = {user.id: await access.tenancy.tenants_of(Actor(user.id)) for user in users}
    if as_json:
        print(pretty([{"user": user, "tenants": [one.id for one in tenants[user.id]]} for user in users]))
        return 0
    for user in users:
        state = "disabled" if user.disabled_at is not None else "-"
        print(f"{user.id}  {state:8}  {user.email}  {user.name}  {', '.join(one.id for one in tenants[user.id])}")
    if not users:
        print("no users yet; add the owner with: headrace user add EMAIL", file=sys.stderr)
    return 0


async def set_disabled(email: str, *, disabled: bool, data_dir: Path | None) -> int:
    """Raises: Failure: no such user, or the last owner."""
    async with _opened(data_dir) as access:
        user = await access.users.with_email(email)
        await (access.users.disable(user.id) if disabled else access.users.enable(user.id))
    print(f"{user.email} is {'disabled: all sessions have ended, API keys open nothing' if disabled else 'enabled'}")
    return 0


async def set_password(email: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such user, or a weak password."""
    async with _opened(data_dir) as access:
        user = await access.users.with_email(email)
        await access.users.reset_password(user.id, _read_password())
    print(f"{user.email} has a new password; all sessions have ended, API keys stay")
    return 0


async def create_key(
    name: str,
    *,
    email: str | None,
    tenant: str,
    scopes: Sequence[str],
    days: int | None,
    data_dir: Path | None,
) -> int:
    """Print the key's token, and nothing else, on standard output.

    Raises:
        Failure: no such user, tenant or scope.
    """
    if unknown := [scope for scope in scopes if scope not in set(Action)]:
        raise Failure(f"there is no scope {unknown[0]}; there are {', '.join(Action)}")
    async with _opened(data_dir) as access:
        user = await (_only_user(access) if email is None else access.users.with_email(email))
        key, token = await access.keys.create(
            TenantId(tenant),
            Actor(user.id),
            name,
            scopes=frozenset(map(Action, scopes)) or None,
            expires_at=None if days is None else datetime.now(UTC) + timedelta(days=days),
        )
    until = "it does not expire" if key.expires_at is None else f"it expires at {key.expires_at:%Y-%m-%d %H:%M} UTC"
    print(f"key {key.id} of {user.email}; {until}, and is shown this once:", file=sys.stderr)
    print(token)
    return 0


async def list_keys(tenant: str, *, as_json: bool, data_dir: Path | None) -> int:
    async with _opened(data_dir) as access:
        keys = await access.keys.list(TenantId(tenant))
        users = {user.id: user.email for user in await access.users.list({key.user for key in keys})}
    if as_json:
        print(pretty(keys))
        return 0
    for key in keys:
        print(
            f"{key.id}  {key.start}…  used {_day(key.used_at)}  expires {_day(key.expires_at)}  {users[key.user]}"
            f"  {key.name}  {', '.join(sorted(key.scopes)) if key.scopes is not None else 'all scopes'}"
        )
    return 0


async def revoke_key(key: str, tenant: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such key."""
    async with _opened(data_dir) as access:
        await access.keys.revoke(TenantId(tenant), KeyId(key))
    print(f"key {key} is revoked")
    return 0


async def list_tenants(*, as_json: bool, data_dir: Path | None) -> int:
    async with _opened(data_dir) as access:
        tenants = list(await access.tenancy.list())
        while tenants and (more := await access.tenancy.list(after=tenants[-1].id)):
            tenants += more
    if as_json:
        print(pretty(tenants))
        return 0
    for tenant in tenants:
        state = "-" if tenant.suspended_at is None else f"suspended: {tenant.suspended_why}"
        print(f"{tenant.id:24}  {tenant.name}  {state}")
    return 0


async def create_tenant(name: str, owner: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such user."""
    async with _opened(data_dir) as access:
        user = await access.users.with_email(owner)
        tenant = await access.tenancy.create(name, user.id)
    print(tenant.id)
    return 0


async def suspend_tenant(tenant: str, why: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such tenant, or the default one."""
    async with _opened(data_dir) as access:
        await access.tenancy.suspend(TenantId(tenant), why)
    print(f'tenant "{tenant}" is suspended: nothing is started for it, and its members may only read')
    return 0


async def resume_tenant(tenant: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such tenant."""
    async with _opened(data_dir) as access:
        await access.tenancy.resume(TenantId(tenant))
    print(f'tenant "{tenant}" is no longer suspended')
    return 0


async def set_quotas(tenant: str, quotas: Quotas, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such tenant, or a quota below 1."""
    async with _opened(data_dir) as access:
        await access.tenancy.set_quotas(TenantId(tenant), quotas)
    print(f'tenant "{tenant}" has other quotas')
    return 0


async def _all_users(access: Access) -> list[User]:
    found = list(await access.users.page())
    while found and (more := await access.users.page(after=found[-1].email)):
        found += more
    return found


async def _only_user(access: Access) -> User:
    found = await access.users.page(limit=2)
    if len(found) != 1:
        raise Failure("say whose key it is to be: --user EMAIL; `headrace user list` shows all")
    return found[0]


def _role(text: str) -> Role:
    if text not in set(Role):
        raise Failure(f"there is no role {text}; there are {', '.join(Role)}")
    return Role(text)


def _read_password() -> str:
    """Ask for a password, or read it from standard input; as an argument, everybody on the machine would see it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise Failure("the two are not the same")
    return password


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d}"
