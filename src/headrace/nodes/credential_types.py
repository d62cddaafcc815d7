"""All credential types that are installed: those that the packages of nodes declare."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from typing import Any

from headrace.nodes.catalogue import GROUP
from headrace.nodes.errors import UnknownCredentialType
from headrace.sdk.credentials import Attachment, CredentialType, with_parents

log = logging.getLogger(__name__)


class CredentialTypes:
    """Credential types by name."""

    def __init__(self, declared: Sequence[CredentialType]) -> None:
        known: dict[str, CredentialType] = {}
        for type_ in declared:
            if known.setdefault(type_.name, type_) != type_:
                log.warning("the credential type %s comes twice; the first one counts", type_.name)
        self._by_name = {name: with_parents(type_, known) for name, type_ in known.items()}

    @classmethod
    def installed(cls) -> CredentialTypes:
        """Return the types of all installed packages; the built-in ones cannot be taken the place of."""
        points = sorted(entry_points(group=GROUP), key=lambda point: not point.value.startswith("headrace."))
        found: list[CredentialType] = []
        for point in points:
            try:
                package = point.load()
            except (Exception, SystemExit):
                log.debug("no credential types of %s", point.value, exc_info=True)
                continue
            found += declared_in(package)
        return cls(found)

    def find(self, name: str) -> CredentialType:
        """Raises: UnknownCredentialType"""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownCredentialType(name) from None

    def attachment_of(self, name: str) -> Attachment | None:
        """Return what a type's credentials add to requests; None if it does not say, or is not installed."""
        type_ = self._by_name.get(name)
        return type_.attach if type_ is not None else None

    def all(self) -> Sequence[CredentialType]:
        """Return every type, by name."""
        return [self._by_name[name] for name in sorted(self._by_name)]


def declared_in(package: Any) -> Iterator[CredentialType]:
    """Yield the credential types of a module and of all modules in it."""
    for type_ in getattr(package, "CREDENTIAL_TYPES", ()):
        if isinstance(type_, CredentialType):
            yield type_
        else:
            log.error("what %s declares as a credential type is none", package.__name__)
    for info in pkgutil.iter_modules(getattr(package, "__path__", ())):
        try:
            module = importlib.import_module(f"{package.__name__}.{info.name}")
        except (Exception, SystemExit):
            log.debug("no credential types of %s", info.name, exc_info=True)
            continue
        yield from declared_in(module)
