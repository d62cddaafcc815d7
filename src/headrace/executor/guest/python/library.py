"""What code may import, loaded or kept in memory before the wall closes.

Modules that nearly every call needs are imported once. The rest of the standard library, and of the packages that the
server allows, is kept as bytecode and imported from memory by whoever asks for it: behind the wall there are no files.
Extension modules cannot be loaded from memory; those that are of use are imported at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import io
import marshal
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, BuiltinImporter, FrozenImporter, ModuleSpec
from types import CodeType, ModuleType

SETTING = "HEADRACE_PYTHON_PACKAGES"

_LOADED = """
    _strptime argparse array ast asyncio base64 binascii bisect bz2 calendar cmath collections.abc colorsys contextlib
    contextvars copy csv dataclasses datetime decimal difflib encodings.idna enum fractions functools gzip hashlib
    heapq hmac html html.parser inspect io ipaddress itertools json keyword linecache locale logging lzma math
    mimetypes numbers operator pathlib pickle platform pprint queue quopri random re secrets shlex signal sqlite3
    statistics string struct textwrap threading time timeit traceback types typing unicodedata urllib.parse uuid
    warnings weakref xml.etree.ElementTree zipfile zlib zoneinfo
"""
"""Modules that are ready for every call."""

_USELESS_EXTENSIONS = (
    *("_test", "_xx", "xx", "_ctypes_test", "_curses", "_tkinter", "_dbm", "_gdbm", "readline", "nis", "ossaudiodev"),
    *("spwd", "_crypt", "syslog", "_multiprocessing", "_posixshmem"),
)
"""Beginnings of the names of extension modules that are of no use without files, terminals and processes."""

_USELESS_FOLDERS = {
    *("__pycache__", "config", "ensurepip", "idlelib", "lib-dynload", "lib2to3", "pydoc_data", "site-packages"),
    *("test", "tests", "tkinter", "turtledemo", "venv"),
}

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Libraries for numbers start threads, which a fork would lose."""


def load(packages: Sequence[str]) -> None:
    """Import what is ready for every call, and keep the rest in memory; from now on nothing is imported from files."""
    for name in _LOADED.split():
        importlib.import_module(name)
    for name in _extensions():
        # Not every build has the libraries that some of them need.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # OpenSSL reads its configuration at the first use.
    hashlib.sha256(b"").hexdigest()
    _keep_zones()
    missing: dict[str, str] = {}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    for name in packages:
        try:
            importlib.import_module(name)
        except Exception as failure:  # noqa: BLE001 - told to whoever imports it; all else works without it
            missing[name] = f"{type(failure).__name__}: {failure}"
    os.environ.clear()
    kept = {**_modules_in(sysconfig.get_path("stdlib"))}
    for name in packages:
        for folder in getattr(sys.modules.get(name), "__path__", ()):
            kept |= _modules_in(folder, f"{name}.")
    sys.path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, MemoryFinder(kept, missing)]


class MemoryFinder(MetaPathFinder, InspectLoader):
    """Imports modules from memory.

    Args:
        modules: Bytecode with its header, or source, by the module's name; packages' names end in a dot.
        missing: Why packages that the server allows cannot be imported, by name.
    """

    def __init__(self, modules: Mapping[str, bytes], missing: Mapping[str, str]) -> None:
        self._modules = modules
        self._missing = missing

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec:
        """Raises: ModuleNotFoundError: there is no such module here; the message says why."""
        for key in (fullname, f"{fullname}."):
            if key in self._modules:
                return ModuleSpec(fullname, self, origin="memory", is_package=key != fullname)
        top = fullname.partition(".")[0]
        if top in self._missing:
            why = f"is in {SETTING}, but could not be loaded on this server: {self._missing[top]}"
        elif top in sys.stdlib_module_names or top in sys.modules:
            why = "is not available in the sandbox"
        else:
            why = f"is not available in the sandbox; packages are allowed with the setting {SETTING}"
        raise ModuleNotFoundError(f"the module '{fullname}' {why}", name=fullname)

    def is_package(self, fullname: str) -> bool:
        return f"{fullname}." in self._modules

    def get_source(self, fullname: str) -> None:
        return None

    def get_code(self, fullname: str) -> CodeType:
        content = self._modules[f"{fullname}." if self.is_package(fullname) else fullname]
        if content.startswith(importlib.util.MAGIC_NUMBER):
            code: CodeType = marshal.loads(memoryview(content)[16:])  # noqa: S302 - the installation's own
            return code
        return self.source_to_code(content, f"<{fullname}>")

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        exec(self.get_code(module.__spec__.name), module.__dict__)  # noqa: S102 - as every loader does


def _modules_in(folder: str, prefix: str = "") -> dict[str, bytes]:
    """Return the modules in and below *folder* that are not imported yet, as `MemoryFinder` takes them."""
    found: dict[str, bytes] = {}
    for entry in os.scandir(folder):
        if entry.is_dir():
            initial = os.path.join(entry.path, "__init__.py")
            if entry.name not in _USELESS_FOLDERS and os.path.exists(initial):
                name = f"{prefix}{entry.name}"
                if name not in sys.modules:
                    found[f"{name}."] = _content(initial)
                found |= _modules_in(entry.path, f"{name}.")
        elif entry.name.endswith(".py") and entry.name != "__init__.py":
            name = f"{prefix}{entry.name[:-3]}"
            if name not in sys.modules:
                found[name] = _content(entry.path)
    return found


def _content(path: str) -> bytes:
    """Return a module's bytecode where it is kept and up to date, else its source."""
    with contextlib.suppress(OSError), open(importlib.util.cache_from_source(path), "rb") as file:
        content = file.read()
        source = os.stat(path)
        stamp = b"".join(
            number.to_bytes(4, "little")
            for number in (0, int(source.st_mtime) & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
        )
        if content[:16] == importlib.util.MAGIC_NUMBER + stamp:
            return content
    with open(path, "rb") as file:
        return file.read()


def _extensions() -> Iterator[str]:
    """Yield the names of the standard library's extension modules that are of use."""
    folder = sysconfig.get_config_var("DESTSHARED")
    for name in sorted(os.listdir(folder)) if folder and os.path.isdir(folder) else ():
        module = name.partition(".")[0]
        if name.endswith(tuple(EXTENSION_SUFFIXES)) and not module.startswith(_USELESS_EXTENSIONS):
            yield module


def _keep_zones() -> None:
    """Read all time zones, and let `zoneinfo` look there."""
    import zoneinfo
    from zoneinfo import _common

    import tzdata  # type: ignore[import-untyped]

    zones: dict[str, bytes] = {}
    contents: dict[bytes, bytes] = {}
    root = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = file.read()
            if content.startswith(b"TZif"):
                # Many zones are other names of the same.
                zones[os.path.relpath(path, root)] = contents.setdefault(content, content)

    def load_tzdata(key: str) -> io.BytesIO:
        if key not in zones:
            raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
        return io.BytesIO(zones[key])

    zoneinfo.reset_tzpath(to=())
    _common.load_tzdata = load_tzdata  # type: ignore[assignment]
    zoneinfo.available_timezones = lambda: set(zones)
