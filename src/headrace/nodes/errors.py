"""Every error that callers of the catalogue may catch."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.errors import NotFound


class UnknownNodeType(NotFound):
    """No package that is installed has such a node."""

    code = "node_type_unknown"

    def __init__(self, type_: str) -> None:
        super().__init__(f'the node type "{type_}" is not supported')
        self.type = type_


class UnknownNodeVersion(NotFound):
    """The node exists, but not in that version."""

    code = "node_version_unknown"

    def __init__(self, type_: str, version: float, known: Sequence[float]) -> None:
        listed = ", ".join(f"{one:g}" for one in known)
        super().__init__(f'version {version:g} of the node type "{type_}" is not supported; there are {listed}')
        self.type = type_
        self.version = version
        self.known = tuple(known)


class UnknownCredentialType(NotFound):
    """No package that is installed has such a kind of credential."""

    code = "credential_type_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f'there is no credential type "{name[:80]}"; `headrace credential types` lists those there are'
        )
        self.name = name
