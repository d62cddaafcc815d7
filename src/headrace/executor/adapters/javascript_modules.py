"""Modules that JavaScript code may `require`, from a directory of the server's owner: docs/code-modules.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from headrace.kernel.errors import Invalid

MAX_MODULE_BYTES = 5 * 1024 * 1024
MAX_TOTAL_BYTES = 32 * 1024 * 1024

_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*")
_MAX_NAME = 214
"""npm's own limit."""


class JavaScriptModulesUnusable(Invalid):
    """The directory of modules is not as it should be."""

    code = "javascript_modules_unusable"


def read_modules(directory: Path) -> Mapping[str, str]:
    """Return the sources of the modules in *directory* by the names that code requires them by.

    `lodash.js` is the module "lodash", `@scope/name.js` the module "@scope/name"; files of other kinds are left alone.

    Raises:
        JavaScriptModulesUnusable: there is no such directory, or a module has no proper name, is too large or no text.
    """
    if not directory.is_dir():
        raise JavaScriptModulesUnusable(f"the directory of JavaScript modules {directory} does not exist")
    sources: dict[str, str] = {}
    total = 0
    for path in sorted((*directory.glob("*.js"), *directory.glob("@*/*.js"))):
        name = path.relative_to(directory).as_posix().removesuffix(".js")
        if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
            raise JavaScriptModulesUnusable(f'"{name}" is no name of an npm package: {path}')
        try:
            content = path.read_bytes()
            sources[name] = content.decode("utf-8")
        except (OSError, UnicodeDecodeError) as failure:
            raise JavaScriptModulesUnusable(f"the JavaScript module {path} cannot be read: {failure}") from failure
        total += len(content)
        if len(content) > MAX_MODULE_BYTES:
            raise JavaScriptModulesUnusable(
                f"the JavaScript module {path} is larger than the limit of {MAX_MODULE_BYTES >> 20} MiB"
            )
    if total > MAX_TOTAL_BYTES:
        raise JavaScriptModulesUnusable(
            f"the JavaScript modules in {directory} are larger than the limit of {MAX_TOTAL_BYTES >> 20} MiB together"
        )
    return sources
