"""Code that writes on the pipe itself, crashes on purpose, or strikes at its own keeper: is the next answer right?"""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import RIGHT, Attack, Language, Naive, Sign, program

_THEN = f"return {RIGHT!r}"
"""In both languages."""

_FRAMES: Mapping[str, str] = {
    "an answer": """
        everywhere(frame(b'ok', @FORGED@))
        return 1
        """,
    "many answers": """
        everywhere(frame(b'ok', @FORGED@) * 50)
        return 1
        """,
    "an answer, and then the end": """
        everywhere(frame(b'ok', @FORGED@) * 2)
        os._exit(0)
        """,
    "an answer that is begun": """
        everywhere(struct.pack('>III', 2, 2, 1000) + b'ok' + b'x' * 100)
        return 1
        """,
    "an answer from a thread that goes on": (
        """
        import threading
        def late():
            while True:
                everywhere(frame(b'ok', @FORGED@))
        threading.Thread(target=late).start()
        return 1
        """
    ),
    "a greeting": """
        everywhere(frame(b'hello', b'1', b'python') * 3)
        return 1
        """,
    "errors": """
        everywhere(frame(b'error', b'memory', b'@PLANT@') * 3)
        return 1
        """,
    "an end": """
        everywhere(frame(b'end', b'unsettled') * 3)
        return 1
        """,
    "a reply": """
        everywhere(frame(b'reply', b'{"value": "@PLANT@"}') * 3)
        return 1
        """,
    "questions": """
        everywhere(frame(b'ask', b'{"method":"node","args":["Source"]}') * 20)
        return 1
        """,
    "questions without sense": """
        everywhere(frame(b'ask', b'[' * 5000) + frame(b'ask', b'\\xff') + frame(b'ask'))
        return 1
        """,
    "a frame of many parts": """
        everywhere(struct.pack('>I', 0xffffffff) + b'x' * 4096)
        return 1
        """,
    "a frame of much": """
        everywhere(struct.pack('>III', 2, 2, 0xfffffff0) + b'ok' + b'x' * 4096)
        return 1
        """,
    "no frame at all": """
        everywhere(os.urandom(4096))
        return 1
        """,
    "a frame without parts": """
        everywhere(struct.pack('>I', 0) * 10)
        return 1
        """,
}

_ANSWERS: Mapping[str, str] = {
    "a deep answer": "'[' * 100_000 + ']' * 100_000",
    "an answer with a long integer": """
        '{"values":[{"value":' + '9' * 900_000 + '}],"static":{"global":{},"node":{}},"custom":{},"lines":[]}'
        """,
    "an answer that is no JSON": "'{\"values\"'",
    "an answer of another shape": '\'{"values":{"a":1},"static":[],"custom":5,"lines":"x"}\'',
    "an answer with wrong texts": """
        '{"values":[{"value":"\\\\ud800"}],"static":{"global":{},"node":{}},"custom":{},"lines":[]}'
        """,
    "too many values": """
        '{"values":[' + ','.join(['{"value":1}'] * 50_000)
        + '],"static":{"global":{},"node":{}},"custom":{},"lines":[]}'
        """,
}
"""Texts that are put in place of an answer; the process then stays."""

_CRASHES: Mapping[str, str] = {
    "an exit": """
        import os
        os._exit(0)
        """,
    "an exit with a number": """
        import os
        os._exit(77)
        """,
    "abort": """
        import os
        os.abort()
        """,
    "a read from nowhere": """
        import ctypes
        ctypes.string_at(0)
        """,
    "a jump to nowhere": """
        import ctypes
        ctypes.CFUNCTYPE(None)(8)()
        """,
    "a stack that ends": (
        """
        import sys
        sys.setrecursionlimit(1 << 30)
        import threading
        threading.stack_size(1 << 16)
        def deep():
            return [deep()]
        t = threading.Thread(target=lambda: repr(make()))
        def make():
            made = []
            for _ in range(1_000_000):
                made = [made]
            return made
        t.start()
        t.join()
        import os
        os._exit(1)
        """
    ),
    "a signal to itself": """
        import os
        os.kill(os.getpid(), 9)
        """,
    "an object's count": """
        import ctypes
        ctypes.memset(id(None), 0, 16)
        ctypes.memset(id(1), 0xff, 32)
        x = [1, None, str(1)]
        import gc
        gc.collect()
        ctypes.string_at(1)
        """,
    "an interpreter that ends": """
        import ctypes
        ctypes.pythonapi.Py_FinalizeEx()
        import os
        os._exit(1)
        """,
    "closed descriptors": """
        import os
        os.closerange(0, 256)
        return 1
        """,
    "a clock that ends it": """
        import ctypes, time
        ctypes.CDLL(None).alarm(1)
        import os
        os.kill(os.getpid(), 14)
        time.sleep(2)
        """,
    "code that is not code": (
        """
        def f():
            pass
        f.__code__ = f.__code__.replace(co_code=b'\\x64\\xff' * 50, co_stacksize=0, co_consts=())
        f()
        import os
        os._exit(1)
        """
    ),
    "faulthandler": """
        import faulthandler
        faulthandler._sigsegv()
        """,
    "a jump out of C": """
        @CALL@
        libc.longjmp(ctypes.create_string_buffer(512), 1)
        """,
}

_KEEPERS: Mapping[str, str] = {
    "its parent": """
        import os, time
        os.kill(os.getppid(), 9)
        time.sleep(0.2)
        return 1
        """,
    "its group": """
        import os
        os.killpg(0, 9)
        return 1
        """,
    "its parent by number": """
        @CALL@
        import time
        call(62, os.getppid(), 9)
        time.sleep(0.2)
        return 1
        """,
    "its parent's limits": """
        @CALL@
        call(302, os.getppid(), 7, struct.pack('=QQ', 0, 0), None)
        call(302, os.getppid(), 0, struct.pack('=QQ', 0, 0), None)
        import os
        os._exit(0)
        """,
    "its parent's memory": (
        """
        @CALL@
        held = ctypes.create_string_buffer(bytes(8))
        mine = struct.pack('=QQ', ctypes.addressof(held), 8)
        theirs = struct.pack('=QQ', id(None), 8)
        call(311, os.getppid(), mine, 1, theirs, 1, 0)
        os._exit(1)
        """
    ),
}

_JAVASCRIPT: Mapping[str, str] = {
    "lines on standard output": ('process.stdout.write(\'{"value":"@PLANT@"}\\n\'.repeat(3)); return 1'),
    "an exit": "process.exit(0)",
    "an abort": "process.abort()",
    "a signal to itself": "process.kill(process.pid, 'SIGKILL')",
    "closed pipes": "require('fs').closeSync(1); return 1",
    "errors that nobody catches": (
        """
        setTimeout(() => { process.exitCode = 9; process.reallyExit(1); }, 0);
        return new Promise((ok) => setTimeout(ok, 20))
        """
    ),
}

ATTACKS = (
    *(
        Attack(
            f"writing {name}",
            Language.PYTHON,
            program("@PACK@", source),
            Sign.CONFUSION,
            "protocol forgery",
            then=_THEN,
        )
        for name, source in _FRAMES.items()
    ),
    *(
        Attack(
            f"writing {name}",
            Language.PYTHON,
            program("@PACK@", f"all_of_it(frame(b'ok', ({text.strip()}).encode()))", "return 1"),
            *(Sign.CONFUSION, "protocol forgery"),
            then=_THEN,
        )
        for name, text in _ANSWERS.items()
    ),
    *(
        Attack(f"crashing by {name}", Language.PYTHON, source, Sign.CONFUSION, "crashes on purpose", then=_THEN)
        for name, source in _CRASHES.items()
    ),
    *(
        Attack(f"striking at {name}", Language.PYTHON, source, Sign.CONFUSION, "signals", then=_THEN)
        for name, source in _KEEPERS.items()
    ),
    *(
        Attack(
            f"forging: {name}",
            Language.JAVASCRIPT,
            source,
            Sign.CONFUSION,
            "protocol forgery",
            "",
            Naive.FUNCTION,
            then=_THEN,
        )
        for name, source in _JAVASCRIPT.items()
    ),
)
