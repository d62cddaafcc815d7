"""The files that a container has: the running Python, its libraries and the guests, and nothing else of the machine.

They are copied once into a folder that all containers of a server share and none can write to. A copy, because a guest
would see more of the machine through mounts, and because its user may not read the folders of the original.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import headrace
from headrace.executor.adapters.launchers.oci.folders import hold
from headrace.kernel.errors import Unavailable

PYTHON = "python/bin/python3"
SITE = "site"
"""Where packages are."""

_ALWAYS = ("py_mini_racer", "tzdata")

_STANDARD_LIBRARY_WITHOUT = {
    *("__phello__", "dist-packages", "ensurepip", "idlelib", "lib2to3", "site-packages", "test", "tests", "tkinter"),
    *("turtledemo", "turtle.py", "sitecustomize.py", "usercustomize.py"),
    os.path.basename(sysconfig.get_config_var("LIBPL") or "config"),
}
_EXTENSIONS_WITHOUT = ("_curses", "_dbm", "_gdbm", "_tkinter", "_test", "_xx", "nis", "readline", "xx")
"""Beginnings of the names of extension modules that need terminals or desktops, and the libraries for them."""

_PYC = f".{sys.implementation.cache_tag}.pyc"
_LIBRARY = re.compile(r"\s*(?:(\S+) => )?(/\S+) \(0x[0-9a-f]+\)")
_BUILD_SECONDS = 120

Files = dict[str, Path]
"""What to copy, by its place in the tree."""


def prepare(folder: Path, packages: Sequence[str]) -> tuple[Path, int]:
    """Return a tree in *folder* that is up to date, made now if there is none, and a descriptor that keeps it there.

    Args:
        packages: Importable names beyond what the guests themselves need.

    Raises:
        Unavailable: a package or a tool is missing, or the files could not be written.
    """
    try:
        files = _files(packages)
        tree = folder / _digest(files)
        if (held := hold(tree, shared=True)) is not None:
            return tree, held
        new = folder / f"new-{secrets.token_hex(8)}"
        new.mkdir(mode=0o755)
        held = hold(new, shared=True)
        if held is None:
            raise FileNotFoundError(f"{new} has gone")
        try:
            _build(new, files)
            new.rename(tree)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            os.close(held)
            if (other := hold(tree, shared=True)) is not None:
                # Somebody else was faster.
                return tree, other
            raise
        return tree, held
    except (OSError, subprocess.SubprocessError) as failed:
        raise Unavailable(f"the files for sandboxes could not be prepared in {folder}: {failed}") from failed


def _files(packages: Sequence[str]) -> Files:
    executable = Path(os.path.realpath(sys.executable))
    library = Path(sysconfig.get_path("stdlib"))
    inside = f"python/{library.relative_to(sys.base_prefix)}"
    files: Files = {PYTHON: executable}
    files |= _below(library, inside, _STANDARD_LIBRARY_WITHOUT)
    # Some systems keep them elsewhere; Python looks here first.
    modules = next((Path(path) for path in sys.path if path.endswith("lib-dynload")), library / "lib-dynload")
    files |= _below(modules, f"{inside}/lib-dynload")
    files = {place: path for place, path in files.items() if not _is_useless(path)}
    for name in _ALWAYS:
        files |= _package(name)
    for name in packages:
        files |= _distributed(name)
    own = Path(headrace.__file__).parent
    for part in ("__init__.py", "executor/__init__.py"):
        files[f"{SITE}/headrace/{part}"] = own / part
    files |= _below(own / "executor" / "guest", f"{SITE}/headrace/executor/guest")
    return files | _libraries(files)


def _below(folder: Path, place: str, without: Iterable[str] = ()) -> Files:
    files: Files = {}
    for entry in os.scandir(folder):
        if entry.name in without:
            continue
        if entry.is_dir():
            files |= _below(folder / entry.name, f"{place}/{entry.name}")
        elif entry.is_file() and (not entry.name.endswith(".pyc") or entry.name.endswith(_PYC)):
            files[f"{place}/{entry.name}"] = Path(entry.path)
    return files


def _is_useless(path: Path) -> bool:
    return path.parent.name == "lib-dynload" and path.name.startswith(_EXTENSIONS_WITHOUT)


def _package(name: str) -> Files:
    """Raises: Unavailable: there is no such package here."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise Unavailable(f'the package "{name}" that sandboxes are to have is not installed')
    files: Files = {}
    for folder in spec.submodule_search_locations or ():
        files |= _below(Path(folder), f"{SITE}/{name}")
    if spec.submodule_search_locations is None and spec.origin is not None and spec.has_location:
        files[f"{SITE}/{Path(spec.origin).name}"] = Path(spec.origin)
    return files


def _distributed(name: str) -> Files:
    """Return the files of a package, of all that is distributed with it, and of all that it requires.

    Raises:
        Unavailable: there is no such package here.
    """
    files = _package(name)
    waiting = list(importlib.metadata.packages_distributions().get(name.partition(".")[0], ()))
    seen: set[str] = set()
    while waiting:
        distribution = _installed(waiting.pop())
        if distribution is None or distribution.name in seen:
            continue
        seen.add(distribution.name)
        for part in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            path = Path(str(distribution.locate_file(part)))
            files |= _below(path, f"{SITE}/{part}") if path.is_dir() else {f"{SITE}/{part}": path}
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement and (named := re.match(r"[\w.-]+", requirement)):
                waiting.append(named[0])
    return files


def _installed(name: str) -> importlib.metadata.Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        # Required only on other systems.
        return None


def _libraries(files: Files) -> Files:
    """Return the shared libraries that *files* need, the loader among them.

    All of them go to the folder of the C library, because the loader looks there by itself.
    """
    folders = {path.parent for path in files.values()}
    found: dict[str, Path] = {}
    for name, path in _linked([files[PYTHON], *(path for path in files.values() if ".so" in path.suffixes)]):
        if path.parent not in folders:
            found[name] = path
    try:
        folder = next(path.parent for name, path in found.items() if name.startswith("libc."))
    except StopIteration:
        raise Unavailable("containers need a Python that uses the system's C library; ldd found none") from None
    return {(name if name.startswith("/") else f"{folder}/{name}").lstrip("/"): path for name, path in found.items()}


def _linked(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    ldd = shutil.which("ldd")
    if ldd is None:
        raise Unavailable("the program ldd is needed to prepare containers; on Debian: apt install libc-bin")
    told = subprocess.run([ldd, *paths], capture_output=True, check=False, env={}, timeout=_BUILD_SECONDS)  # noqa: S603
    for line in told.stdout.decode("utf-8", "replace").splitlines():
        if library := _LIBRARY.match(line):
            yield library[1] or library[2], Path(library[2])


def _digest(files: Mapping[str, Path]) -> str:
    """Return a name that changes with every change of a file, those apart that Python itself compiles."""
    digest = hashlib.sha256()
    for place, path in sorted(files.items()):
        if not place.endswith(".pyc"):
            state = path.stat()
            digest.update(f"{place}\0{state.st_size}\0{state.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def _build(tree: Path, files: Files) -> None:
    for place, path in files.items():
        copy = tree / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        # With its time, by which Python tells whether bytecode is up to date.
        shutil.copy2(path, copy)
    for name in ("dev", "proc", "tmp"):
        (tree / name).mkdir()
    compiling = [sys.executable, "-I", "-m", "compileall", "-q", "-s", str(tree), "-p", "/", str(tree)]
    # A file that no Python can compile is one that nobody imports.
    subprocess.run(compiling, check=False, capture_output=True, env={}, timeout=_BUILD_SECONDS)  # noqa: S603
    for folder, _, names in os.walk(tree):
        os.chmod(folder, 0o755)  # noqa: S103 - other users are to read them
        for name in names:
            os.chmod(os.path.join(folder, name), 0o555 if _is_program(folder, name) else 0o444)


def _is_program(folder: str, name: str) -> bool:
    return os.path.basename(folder) == "bin" or name.startswith("ld-")
