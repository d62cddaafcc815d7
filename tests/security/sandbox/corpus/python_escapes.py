"""Python that looks for the machine through the language: classes, frames, modules, formats, exceptions."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

FIRST = "CVE-2025-68668"
EXCEPTIONS = "CVE-2026-0863"
BROKEN_OUT = "CVE-2026-25115"
BUILTINS = "CVE-2026-27494"
RUNNER = "CVE-2026-42234"

_READING: Mapping[str, tuple[str, str]] = {
    "open": ("return open('@FILE@').read()", BUILTINS),
    "open by another name": (
        """
        named = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)
        return named['op' + 'en']('@FILE@').read()
        """,
        BUILTINS,
    ),
    "__import__": ("return __import__('io').open('@FILE@').read()", BUILTINS),
    "os.open": (
        """
        import os
        return os.read(os.open('@FILE@', os.O_RDONLY), 1000).decode()
        """,
        RUNNER,
    ),
    "posix": (
        """
        import posix
        return posix.read(posix.open('@FILE@', 0), 1000).decode()
        """,
        RUNNER,
    ),
    "_io.FileIO": (
        """
        import _io
        return _io.FileIO('@FILE@').readall().decode()
        """,
        RUNNER,
    ),
    "pathlib": (
        """
        import pathlib
        return pathlib.Path('@FILE@').read_text()
        """,
        RUNNER,
    ),
    "io.open_code": (
        """
        import io
        return io.open_code('@FILE@').read().decode()
        """,
        RUNNER,
    ),
    "subclasses of object": (
        """
        found = ().__class__.__base__.__subclasses__()
        more = [s for c in found for s in type.__subclasses__(c)]
        loader = [c for c in (*found, *more) if c.__name__ == 'FileLoader'][0]
        return loader('x', '@FILE@').get_data('@FILE@').decode()
        """,
        BROKEN_OUT,
    ),
    "a subclass that keeps os": (
        """
        wrap = [c for c in object.__subclasses__() if c.__name__ == '_wrap_close'][0]
        return wrap.__init__.__globals__['popen']('cat @FILE@').read()
        """,
        BROKEN_OUT,
    ),
    "warnings' globals": (
        """
        catch = [c for c in object.__subclasses__() if c.__name__ == 'catch_warnings'][0]
        return catch()._module.__builtins__['open']('@FILE@').read()
        """,
        BROKEN_OUT,
    ),
    "frames further out": (
        """
        import sys
        frame = sys._getframe()
        while frame:
            if 'os' in frame.f_globals:
                os = frame.f_globals['os']
                return os.read(os.open('@FILE@', 0), 1000).decode()
            frame = frame.f_back
        """,
        RUNNER,
    ),
    "a generator's frame": (
        """
        g = (g.gi_frame.f_back.f_builtins for _ in (1,))
        for builtins in g:
            return builtins['open']('@FILE@').read()
        """,
        RUNNER,
    ),
    "an exception's frames": (
        """
        try:
            1 / 0
        except ZeroDivisionError as e:
            frame = e.__traceback__.tb_frame
            while frame.f_back:
                frame = frame.f_back
            return frame.f_builtins['open']('@FILE@').read()
        """,
        EXCEPTIONS,
    ),
    "an AttributeError's object": (
        """
        import os
        try:
            os.gone
        except AttributeError as e:
            return e.obj.popen('cat @FILE@').read()
        """,
        EXCEPTIONS,
    ),
    "an exception raised while formatting": (
        """
        class A:
            def __format__(self, text):
                import io
                raise ValueError(io.open('@FILE@').read())
        try:
            return f'{A():x}'
        except ValueError as e:
            return e.args[0]
        """,
        EXCEPTIONS,
    ),
    "a format with fields": (
        """
        class A:
            def __init__(self):
                pass
        told = '{0.__init__.__globals__[__builtins__]}'.format(A())
        builtins = A.__init__.__globals__['__builtins__']
        return (builtins if isinstance(builtins, dict) else vars(builtins))['open']('@FILE@').read()
        """,
        EXCEPTIONS,
    ),
    "string.Formatter": (
        """
        import string, os
        get = string.Formatter().get_field('0.environ.__class__.__init__.__globals__', (os,), {})[0]
        return get['__builtins__']['open']('@FILE@').read()
        """,
        EXCEPTIONS,
    ),
    "objects of the collector": (
        """
        import gc
        for found in gc.get_objects():
            if isinstance(found, dict) and 'open' in found and 'compile' in found:
                try:
                    return found['open']('@FILE@').read()
                except TypeError:
                    pass
        """,
        BROKEN_OUT,
    ),
    "referrers of the collector": (
        """
        import gc
        for found in gc.get_referrers(len.__self__):
            if isinstance(found, dict):
                for value in list(found.values()):
                    if getattr(value, '__name__', '') == 'builtins':
                        return value.open('@FILE@').read()
        """,
        BROKEN_OUT,
    ),
    "modules that are loaded": (
        """
        import sys
        return sys.modules['builtins'].open('@FILE@').read()
        """,
        BUILTINS,
    ),
    "a module loaded anew": (
        """
        import importlib
        return importlib.reload(importlib.import_module('io')).open('@FILE@').read()
        """,
        BUILTINS,
    ),
    "importlib's loader of files": (
        """
        from importlib.machinery import SourceFileLoader
        return SourceFileLoader('x', '@FILE@').get_data('@FILE@').decode()
        """,
        RUNNER,
    ),
    "_frozen_importlib_external": (
        """
        import _frozen_importlib_external as f
        return f.FileLoader('x', '@FILE@').get_data('@FILE@').decode()
        """,
        RUNNER,
    ),
    "a codec's file": (
        """
        import codecs
        return codecs.open('@FILE@').read()
        """,
        RUNNER,
    ),
    "linecache": (
        """
        import linecache
        return linecache.getlines('@FILE@')
        """,
        RUNNER,
    ),
    "tokenize": (
        """
        import tokenize
        return tokenize.open('@FILE@').read()
        """,
        RUNNER,
    ),
    "fileinput": (
        """
        import fileinput
        return list(fileinput.input('@FILE@'))
        """,
        RUNNER,
    ),
    "a parser for settings": (
        """
        import configparser
        try:
            configparser.ConfigParser().read_file(open('@FILE@'))
        except configparser.Error as e:
            return str(e)
        """,
        RUNNER,
    ),
    "sqlite's attached files": (
        """
        import sqlite3
        c = sqlite3.connect('file:@FILE@?mode=ro', uri=True)
        try:
            c.execute('select * from x')
        except sqlite3.DatabaseError as e:
            if 'not a database' not in str(e):
                raise
            @PROOF@ and open('@FILE@').read()
        """,
        RUNNER,
    ),
    "runpy": (
        """
        import runpy
        try:
            return runpy.run_path('@FILE@')
        except NameError as e:
            return str(e)
        """,
        RUNNER,
    ),
    "a copy": (
        """
        import shutil
        shutil.copyfile('@FILE@', '@MARKER@')
        return open('@MARKER@').read()
        """,
        RUNNER,
    ),
    "a link": (
        """
        import os
        os.symlink('@FILE@', '@MARKER@')
        return open('@MARKER@').read()
        """,
        RUNNER,
    ),
    "a hard link": (
        """
        import os
        os.link('@FILE@', '@MARKER@')
        return open('@MARKER@').read()
        """,
        RUNNER,
    ),
    "a path with dots": ("return open('/proc/self/cwd/../../../../../../../../..@FILE@').read()", RUNNER),
    "a mapping of a file": (
        """
        import mmap, os
        return mmap.mmap(os.open('@FILE@', 0), 0, prot=mmap.PROT_READ)[:].decode()
        """,
        RUNNER,
    ),
    "sendfile": (
        """
        import os, socket
        a, b = socket.socketpair()
        os.sendfile(a.fileno(), os.open('@FILE@', 0), 0, 100)
        return b.recv(100).decode()
        """,
        RUNNER,
    ),
    "the data folder": ("return open('@DATA@/key').read()", RUNNER),
    "code as an object": (
        """
        code = compile("open('@FILE@').read()", 'x', 'eval')
        return eval(code.replace(co_name='y'), {})
        """,
        EXCEPTIONS,
    ),
    "a function with other code": (
        """
        def f():
            return open
        def g():
            pass
        g.__code__ = f.__code__
        return g()('@FILE@').read()
        """,
        EXCEPTIONS,
    ),
    "a decorator and a lambda": (
        """
        @lambda f: f()
        def told():
            return open('@FILE@').read()
        return told
        """,
        EXCEPTIONS,
    ),
    "a metaclass": (
        """
        class M(type):
            def __getitem__(cls, path):
                return open(path).read()
        class A(metaclass=M):
            pass
        return A['@FILE@']
        """,
        EXCEPTIONS,
    ),
    "a trace function": (
        """
        import sys
        found = []
        def trace(frame, event, arg):
            found.append(frame.f_builtins['open'])
            return None
        sys.settrace(trace)
        (lambda: 0)()
        sys.settrace(None)
        return found[0]('@FILE@').read()
        """,
        RUNNER,
    ),
    "an audit hook": (
        """
        import sys
        found = []
        sys.addaudithook(lambda event, args: found.append((event, args)))
        return open('@FILE@').read()
        """,
        RUNNER,
    ),
    "a thread": (
        """
        import threading
        found = []
        t = threading.Thread(target=lambda: found.append(open('@FILE@').read()))
        t.start()
        t.join()
        return found
        """,
        RUNNER,
    ),
    "asyncio's executor": (
        """
        import asyncio
        return await asyncio.to_thread(lambda: open('@FILE@').read())
        """,
        RUNNER,
    ),
}

_BRIDGES: Mapping[str, str] = {
    "js": """
        import js
        return js.process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')
        """,
    "the bridge by importlib": (
        """
        import importlib
        return importlib.import_module('js').process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')
        """
    ),
    "the bridge by what is loaded": (
        """
        import sys
        bridge = next(m for n, m in sys.modules.items() if n in ('js', 'pyodide_js', '_pyodide_core'))
        return bridge.process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')
        """
    ),
}

ATTACKS = (
    *(
        Attack(f"a file through {name}", Language.PYTHON, source, Sign.SECRET, "files by the language", after)
        for name, (source, after) in _READING.items()
    ),
    *(
        Attack(f"a bridge: {name}", Language.PYTHON, source, Sign.SECRET, "bridges to the host", FIRST, Naive.BRIDGED)
        for name, source in _BRIDGES.items()
    ),
)
