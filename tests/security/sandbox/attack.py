"""What an attack is: a program, and how its success would show outside the sandbox."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Language(StrEnum):
    """What evaluates an attack's source."""

    EXPRESSION = "expression"
    JAVASCRIPT = "javascript"
    PYTHON = "python"


class Sign(StrEnum):
    """How success shows. Looked for outside, in what came back and in what changed."""

    SECRET = "a secret of the machine is in the answer"
    CONNECTION = "somebody connected to a listener"
    MARKER = "a file was made or changed"
    PROCESS = "a process stayed behind"
    SIGNAL = "a process outside was ended"
    PROOF = "something ran or was granted that must not be"
    RESIDUE = "what one execution left shows in another's answer"
    UNLIMITED = "it used more than its limits"
    CONFUSION = "the next program gets an answer that is not its own"


class Naive(StrEnum):
    """What runs the control: engines built as those that were broken."""

    SHADOWED = "shadowed"
    """`new Function` in Node, with `process`, `require` and `globalThis` as names for nothing."""

    BARE = "bare"
    """The same, with all that Node has."""

    JOINED = "joined"
    """Text put into a wrapper's text, and all of it evaluated."""

    TWICE = "twice"
    """As SHADOWED; a result that looks like an expression is evaluated again."""

    GENERATED = "generated"
    """As SHADOWED; code is generated with built-ins that expressions can change."""

    FUNCTION = "function"
    """An async function in Node, with `require`."""

    CONTEXT = "context"
    """Node's `vm`: another realm, with objects of this one handed in."""

    SHELL = "shell"
    """As FUNCTION, with the functions for files of V8's own shell."""

    HELPERS = "helpers"
    """As FUNCTION, with helpers for binary data that take ids for paths."""

    PYTHON = "python"
    """`python -I` that runs everything in one process and speaks frames over its standard output."""

    BRIDGED = "bridged"
    """The same, with a bridge to its host as Pyodide has."""


RIGHT = "as it should be"
"""What the next program answers where it matters that it is the next program's answer."""


def program(*parts: str) -> str:
    """Return parts of a program as one, each without the indentation that it has where it is written down."""
    return "\n".join(textwrap.dedent(part).strip("\n") for part in parts)


_USUAL = {
    Language.EXPRESSION: Naive.SHADOWED,
    Language.JAVASCRIPT: Naive.CONTEXT,
    Language.PYTHON: Naive.PYTHON,
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Names between @ in sources are filled in by the bait: `@FILE@` is the path of a file with a secret. `@CODE@` is a
    JavaScript text that gives away a secret, or where there is none a proof that it ran.
    """

    name: str
    language: Language
    source: str
    shows: Sign
    family: str
    after: str = ""
    """The advisory it is shaped after."""

    naive: Naive | None = None
    """What runs its control; by default the usual for its language."""

    then: str = ""
    """What the next execution runs, in which the first may show."""

    across: bool = False
    """Whether the next execution is another tenant's, and not only another one."""

    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON of the one input item."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Ids of its files, by the names of its binary fields."""

    stopped_by: Sequence[str] = ()
    """Codes of the errors that must stop it, each with its limit; empty where it has no limit to break."""

    may_fail: bool = False
    """Whether its failing by itself, before it breaks a limit, is as good."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", program(self.source))
        object.__setattr__(self, "then", program(self.then))

    @property
    def outside(self) -> Naive:
        return self.naive or _USUAL[self.language]

    def __str__(self) -> str:
        return f"{self.language}: {self.name}"
