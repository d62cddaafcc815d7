"""Python that starts programs and makes files, at once or when nobody looks any more."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Sign

FIRST = "CVE-2025-68668"
BROKEN_OUT = "CVE-2026-25115"
RUNNER = "CVE-2026-49444"

_RUNNING: Mapping[str, tuple[str, str]] = {
    "os.system": (
        """
        import os
        return os.system('touch @MARKER@')
        """,
        BROKEN_OUT,
    ),
    "subprocess": (
        """
        import subprocess
        return subprocess.run(['touch', '@MARKER@']).returncode
        """,
        BROKEN_OUT,
    ),
    "os.posix_spawn": (
        """
        import os
        os.waitpid(os.posix_spawn('/usr/bin/touch', ['touch', '@MARKER@'], {}), 0)
        """,
        BROKEN_OUT,
    ),
    "os.execv": (
        """
        import os
        os.execv('/usr/bin/touch', ['touch', '@MARKER@'])
        """,
        BROKEN_OUT,
    ),
    "pty.spawn": (
        """
        import pty
        pty.spawn(['touch', '@MARKER@'], lambda fd: b'', lambda fd: b'')
        """,
        BROKEN_OUT,
    ),
    "multiprocessing": (
        """
        import multiprocessing
        p = multiprocessing.get_context('fork').Process(target=lambda: open('@MARKER@', 'w'))
        p.start()
        p.join()
        """,
        BROKEN_OUT,
    ),
    "pickle": (
        """
        import pickle
        return pickle.loads(b"cposix\\nsystem\\n(S'touch @MARKER@'\\ntR.")
        """,
        RUNNER,
    ),
    "marshal": (
        """
        import marshal, types
        code = marshal.loads(marshal.dumps(compile("open('@MARKER@', 'w')", 'x', 'exec')))
        types.FunctionType(code, {'__builtins__': __builtins__})()
        """,
        RUNNER,
    ),
    "a fork": (
        """
        import os
        if os.fork() == 0:
            open('@MARKER@', 'w').close()
            os._exit(0)
        os.wait()
        """,
        RUNNER,
    ),
    "ctypes and libc's system": (
        """
        import ctypes
        ctypes.CDLL(None).system(b'touch @MARKER@')
        """,
        FIRST,
    ),
    "_posixsubprocess": (
        """
        import _posixsubprocess, os, time
        r, w = os.pipe()
        _posixsubprocess.fork_exec(
            [b'/usr/bin/touch', b'@MARKER@'], [b'/usr/bin/touch'], True, (w,), None, None,
            -1, -1, -1, -1, -1, -1, r, w, False, False, -1, None, None, None, -1, None, True,
        )
        time.sleep(0.2)
        """,
        BROKEN_OUT,
    ),
    "code at the interpreter's end": (
        """
        import atexit
        atexit.register(lambda: open('@MARKER@', 'w').close())
        return 1
        """,
        RUNNER,
    ),
    "a finaliser": (
        """
        class A:
            def __del__(self):
                open('@MARKER@', 'w').close()
        A()
        import builtins
        builtins.kept = A()
        return 1
        """,
        RUNNER,
    ),
    "a thread that outlives the call": (
        """
        import threading, time
        def late():
            time.sleep(0.1)
            open('@MARKER@', 'w').close()
        threading.Thread(target=late).start()
        return 1
        """,
        RUNNER,
    ),
}

_WRITING: Mapping[str, str] = {
    "a new file": "open('@MARKER@', 'w').write('x')",
    "a file in shared memory": "open('@SHM@', 'w').write('x')",
    "a folder": """
        import os
        os.mkdir('@MARKER@')
        """,
    "a pipe with a name": """
        import os
        os.mkfifo('@MARKER@')
        """,
    "a socket with a name": """
        import socket
        socket.socket(socket.AF_UNIX).bind('@MARKER@')
        """,
    "a temporary file": """
        import os, tempfile
        os.rename(tempfile.mkstemp(dir='@OPEN@')[1], '@MARKER@')
        """,
    "a database": """
        import sqlite3
        c = sqlite3.connect('@MARKER@')
        c.execute('create table t (a)')
        """,
    "a log": """
        import logging
        logging.FileHandler('@MARKER@').stream.write('x')
        """,
    "named shared memory": (
        """
        from multiprocessing import resource_tracker, shared_memory
        resource_tracker.register = lambda *a: None
        shared_memory.SharedMemory('@SHM@'.split('/')[-1], create=True, size=10)
        """
    ),
}

ATTACKS = (
    *(
        Attack(f"a program through {name}", Language.PYTHON, source, Sign.MARKER, "running programs", after)
        for name, (source, after) in _RUNNING.items()
    ),
    *(
        Attack(f"making {name}", Language.PYTHON, source, Sign.MARKER, "making files", RUNNER)
        for name, source in _WRITING.items()
    ),
)
