"""Credentials as other contexts see them: everything but the secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headrace.kernel.ids import ProjectId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What is known of a credential without opening it."""

    id: str
    tenant: TenantId
    project: ProjectId
    """Where it belongs; workflows of that project may use it."""

    name: str
    type: str
    shared_with: tuple[ProjectId, ...] = ()
    """Other projects whose workflows may use it; ascending."""

    revision: int = 1
    """How often it changed, 1 at first; who changes it may name the revision it started from."""

    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str

    def usable_in(self, project: ProjectId) -> bool:
        return project == self.project or project in self.shared_with


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialQuery:
    """Which credentials are wanted; None: whichever."""

    project: ProjectId | None = None
    """Those that the project's workflows may use: its own and those shared with it."""

    type: str | None = None
    name: str = ""
    """A part of the name, however capitalised."""


@dataclass(frozen=True, slots=True)
class CredentialPage:
    credentials: Sequence[Credential]
    next_cursor: str | None
    """Opaque; None on the last page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFields:
    """The fields of a credential as those may see them who may change it."""

    values: Mapping[str, Any]
    """Only fields that are not secret."""

    filled: Sequence[str]
    """Secret fields that have a value; ascending."""

    connected: bool
    """Whether it holds an OAuth token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A workflow that names a credential."""

    workflow_id: str
    workflow_name: str
    project: str
    nodes: Sequence[str]


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """Whether a service took a credential."""

    __test__ = False  # pytest takes the name for a test's

    passed: bool
    message: str
    """One sentence, without anything secret."""


class Opened(Mapping[str, Any]):
    """The fields of an opened credential. They show themselves to who asks for one by name, and to no log."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"<Opened: {len(self._fields)} fields>"

    def __reduce__(self) -> str:
        raise TypeError("opened credentials are not written anywhere")
