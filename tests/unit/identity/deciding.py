"""An installation in memory, with passwords that are hashed quickly."""

from __future__ import annotations

from argon2 import PasswordHasher

from headrace.identity.adapters.argon2 import Argon2Passwords
from headrace.identity.adapters.attempts import MemoryAttempts
from headrace.identity.adapters.memory import MemoryIdentity
from headrace.identity.domain.sessions import SessionLife
from headrace.identity.public import User
from headrace.identity.service import ApiKeys, Authentication, Invitations, Login, Logins, Setup, Users
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId
from headrace.tenancy.adapters.memory import MemoryTenancy
from headrace.tenancy.public import Role
from headrace.tenancy.service import Members, Tenancy
from tests.unit.tenancy.deciding import Clock

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "four words nobody joins"
HERE = "192.0.2.1"


class CountingPasswords(Argon2Passwords):
    """Tells how many hashes were computed: what a log-in takes."""

    def __init__(self) -> None:
        super().__init__(QUICK)
        self.work = 0

    async def hash(self, password: str) -> str:
        self.work += 1
        return await super().hash(password)

    async def verify(self, password: str, kept: str | None) -> bool:
        self.work += 1
        return await super().verify(password, kept)


class World:
    """An installation without users; `staffed` gives it some."""

    def __init__(self) -> None:
        self.kept = MemoryIdentity()
        self.tenants = MemoryTenancy()
        self.clock = Clock()
        self.passwords = CountingPasswords()
        self.life = SessionLife()
        self.tenancy = Tenancy(self.tenants.tenants, self.tenants.projects, self.tenants.members, self.clock)
        self.members = Members(self.tenants.members, self.tenancy, self.clock)
        self.setup = Setup(self.kept.users, self.members, self.passwords, self.clock)
        self.authentication = Authentication(self.kept.keys, self.kept.sessions, self.setup, self.life, self.clock)
        self.logins = Logins(
            self.kept.users, self.kept.sessions, self.passwords, MemoryAttempts(), self.life, self.clock
        )
        self.users = Users(self.kept.users, self.members, self.passwords, self.logins, self.clock)
        self.keys = ApiKeys(self.kept.keys, self.tenancy, self.clock)
        self.invitations = Invitations(self.kept.invitations, self.users, self.members, self.tenancy, self.clock)

    async def own(self, email: str = "host@example.com") -> User:
        return await self.setup.create_owner(email=email, name="Host", password=GOOD, local=True, token=None)

    async def add(
        self, name: str, role: Role, *, tenant: TenantId = DEFAULT_TENANT, project: ProjectId | None = None
    ) -> User:
        user = await self.users.add(email=f"{name}@example.com", name=name.title(), password=GOOD)
        await self.members.join(tenant, user.id, role, project)
        return user

    async def enter(self, user: User, *, address: str = HERE, replaces: str | None = None) -> Login:
        return await self.logins.log_in(user.email, GOOD, address=address, agent="Test", replaces=replaces)
