"""References to secrets that are kept elsewhere: `={{ $secrets.vault.database.password }}` as the value of a field.

Only fields of credentials know them; expressions of workflows have no `$secrets`. A reference is a name and nothing
else: it is looked up, never evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 500

_STEP = r"""(?:\.[A-Za-z_][\w-]*|\[\s*(?:"[^"\\\]]+"|'[^'\\\]]+')\s*\])"""
_REFERENCE = re.compile(rf"=\s*\{{\{{\s*\$secrets\.([A-Za-z_][\w-]*)({_STEP}+)\s*\}}\}}\s*", re.ASCII)
_STEPS = re.compile(r"""\.([A-Za-z_][\w-]*)|\[\s*["']([^"'\\\]]+)["']\s*\]""", re.ASCII)


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret in a source: `vault` and ("database", "password")."""

    source: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"$secrets.{self.source}.{'.'.join(self.path)}"


def read_reference(value: object) -> SecretReference | None:
    """Return what a field refers to; None for a value that is meant as it stands."""
    if not isinstance(value, str) or len(value) > MAX_LENGTH:
        return None
    found = _REFERENCE.fullmatch(value)
    if found is None:
        return None
    return SecretReference(found[1], tuple(plain or quoted for plain, quoted in _STEPS.findall(found[2])))


def reference_problem(value: str) -> str:
    """Return what is wrong with a value that seems to be meant as a reference; empty if nothing is."""
    if value.startswith("=") and "$secrets" in value and read_reference(value) is None:
        return "is no reference to a secret, which looks like ={{ $secrets.source.path.key }} and holds nothing else"
    return ""
