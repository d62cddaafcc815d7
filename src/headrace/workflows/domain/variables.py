"""What variables may be called and hold, and which of two of one key counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from headrace.workflows.errors import BadVariable, WorkflowLimit
from headrace.workflows.public import Variable

MAX_KEY = 50
MAX_VALUE = 1_000
"""Characters."""

MAX_VARIABLES = 1_000
"""Of one tenant for all projects, and again of each project: every run gets all that are for it."""

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_UNREACHABLE = frozenset(("__proto__", "constructor", "prototype"))
"""Keys that mean something else to JavaScript."""


def check_variable(key: str, value: str) -> None:
    """Raises: BadVariable: the key or the value cannot be accepted."""
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise BadVariable(
            f"a variable's key is made of letters, digits and _, does not begin with a digit, and has {MAX_KEY}"
            f" characters at most; {key[:60]!r} is not"
        )
    if key in _UNREACHABLE:
        raise BadVariable(f'a variable cannot be called "{key}": JavaScript means something else by it')
    if len(value) > MAX_VALUE:
        raise BadVariable(f'the value of "{key}" has {len(value)} characters; the limit is {MAX_VALUE}')
    try:
        value.encode()
    except UnicodeEncodeError as no_text:
        raise BadVariable(f'the value of "{key}" is no text: it holds half of a surrogate pair') from no_text


def check_count(variables: int) -> None:
    """Raises: WorkflowLimit: a project that has *variables* of them itself may have no more."""
    if variables >= MAX_VARIABLES:
        raise WorkflowLimit(f"there are {MAX_VARIABLES} variables at most; delete one that is not used")


def values_for(project: str, variables: Iterable[Variable]) -> Mapping[str, str]:
    """Return `$vars` of a project: what it has itself counts before what all projects have."""
    known = list(variables)
    shared = {variable.key: variable.value for variable in known if variable.project is None}
    return shared | {variable.key: variable.value for variable in known if variable.project == project}
