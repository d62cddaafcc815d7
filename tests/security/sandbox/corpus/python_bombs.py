"""Python that uses up what there is: time, memory, output, logs, processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.security.sandbox.attack import Attack, Language, Sign
from tests.security.sandbox.corpus.bombs import LOG, MEMORY, OUTPUT, TIME

PROCESSES = ("sandbox_processes",)

_FOR_EVER: Mapping[str, str] = {
    "a loop": """
        while True:
            pass
        """,
    "a loop that catches everything": """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
    "a loop that ignores signals": (
        """
        import signal
        for s in range(1, 65):
            try:
                signal.signal(s, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass
        """
    ),
    "a sleep": """
        import time
        time.sleep(1000)
        """,
    "a power": "return len(str(7 ** (10 ** 8)))",
    "factorials": """
        import math
        return math.factorial(10 ** 7) % 7
        """,
    "a regular expression that tries everything": """
        import re
        return re.match(r'^(a+)+$', 'a' * 60 + 'b')
        """,
    "a comparison that never returns": (
        """
        class A:
            def __lt__(self, other):
                while True:
                    pass
        sorted([A(), A()])
        """
    ),
    "an answer that never ends": """
        def more():
            while True:
                yield from ()
        return more()
        """,
    "a text that never ends": """
        class A(dict):
            def items(self):
                while True:
                    pass
            def __str__(self):
                while True:
                    pass
        raise ValueError(A())
        """,
    "threads that spin": (
        """
        import threading
        def spin():
            while True:
                pass
        for _ in range(3):
            threading.Thread(target=spin).start()
        spin()
        """
    ),
    "an event loop": """
        import asyncio
        async def spin():
            while True:
                await asyncio.sleep(0)
        await spin()
        """,
    "a lock that is held": """
        import threading
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
        """,
    "a stop of itself": """
        import os, signal
        os.kill(os.getpid(), signal.SIGSTOP)
        while True:
            pass
        """,
    "sleep in libc": """
        import ctypes
        ctypes.CDLL(None).sleep(1000)
        """,
}

_MEMORY: Mapping[str, tuple[str, bool]] = {
    "bytes": (
        """
        kept = []
        while True:
            kept.append(b'x' * (1 << 24))
        """,
        False,
    ),
    "a bytearray that is written to": (
        """
        kept = []
        while True:
            kept.append(bytearray(b'x') * (1 << 24))
        """,
        False,
    ),
    "one large list": ("return len([0.5] * (1 << 27))", False),
    "a dictionary": (
        """
        kept = {}
        place = 0
        while True:
            kept[place] = (place, str(place))
            place += 1
        """,
        False,
    ),
    "an integer": (
        """
        n = 3
        while True:
            n = n << (1 << 28)
        """,
        False,
    ),
    "a text": (
        """
        text = 'x'
        while True:
            text += text
        """,
        False,
    ),
    "zlib": (
        """
        import zlib
        small = zlib.compress(bytes(1 << 24))
        kept = []
        while True:
            kept.append(zlib.decompress(small))
        """,
        False,
    ),
    "lzma": (
        """
        import lzma
        small = lzma.compress(bytes(1 << 24), preset=0)
        kept = []
        while True:
            kept.append(lzma.decompress(small))
        """,
        False,
    ),
    "json": (
        """
        import json
        text = '[' + '[],' * 100000 + '[]]'
        kept = []
        while True:
            kept.append(json.loads(text))
        """,
        False,
    ),
    "a mapping of its own": (
        """
        import mmap
        kept = []
        while True:
            pages = mmap.mmap(-1, 1 << 24, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            pages.write(b'x' * (1 << 24))
            kept.append(pages)
        """,
        True,
    ),
    "a mapping that is shared": (
        """
        import mmap
        kept = []
        while True:
            pages = mmap.mmap(-1, 1 << 24)
            pages.write(b'x' * (1 << 24))
            kept.append(pages)
        """,
        True,
    ),
    "memory of libc": (
        """
        @CALL@
        libc.malloc.restype = ctypes.c_void_p
        libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
        while True:
            place = libc.malloc(1 << 24)
            if not place:
                raise MemoryError
            libc.memset(place, 1, 1 << 24)
        """,
        True,
    ),
    "threads that pile up": (
        """
        import threading
        kept = []
        held = threading.Event()
        while True:
            kept.append(b'x' * (1 << 22))
            threading.Thread(target=held.wait, daemon=True).start()
        """,
        True,
    ),
    "a limit raised first": (
        """
        import resource
        for which in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
            try:
                resource.setrlimit(which, (-1, -1))
            except (OSError, ValueError):
                pass
        kept = []
        while True:
            kept.append(b'x' * (1 << 24))
        """,
        False,
    ),
    "an error that is caught": (
        """
        kept = []
        while True:
            try:
                kept.append(bytes(b'x' * (1 << 22)))
            except MemoryError:
                kept.append(1)
                if len(kept) > 5000:
                    raise
        """,
        False,
    ),
    "an answer that never ends": (
        """
        def more():
            while True:
                yield 'x' * 1000
        return more()
        """,
        False,
    ),
}

_OUTPUT: Mapping[str, str] = {
    "a long text": "return ['x' * (1 << 20), 'y' * (1 << 20)]",
    "many items": "return [{'json': {'i': i, 'text': 'x' * 20}} for i in range(100000)]",
    "static data": """
        _getWorkflowStaticData('global')['all'] = 'x' * (1 << 21)
        return _getWorkflowStaticData('global')
        """,
    "an error's message": """
        try:
            raise ValueError('x' * (1 << 21))
        except ValueError as e:
            return {'all': e.args[0]}
        """,
}

_LOGS: Mapping[str, str] = {
    "lines": """
        for i in range(100000):
            print('line', i)
        """,
    "one line": "print('x' * (1 << 20))",
    "a line without end": """
        for _ in range(2000):
            print('x' * 1000, end='')
        """,
}

_PROCESSES: Mapping[str, str] = {
    "fork": """
        import os, time
        for _ in range(20):
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
        time.sleep(30)
        """,
    "fork of forks": """
        import os, time
        for _ in range(4):
            os.fork()
        time.sleep(30)
        """,
    "fork that leaves": (
        """
        import os, time
        for _ in range(10):
            if os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(30)
                time.sleep(0.5)
                os._exit(0)
        time.sleep(30)
        """
    ),
}


def _bomb(name: str, source: str, limits: Sequence[str], *, may_fail: bool = False) -> Attack:
    return Attack(name, Language.PYTHON, source, Sign.UNLIMITED, "bombs", stopped_by=limits, may_fail=may_fail)


ATTACKS = (
    *(_bomb(f"time: {name}", source, TIME) for name, source in _FOR_EVER.items()),
    *(_bomb(f"memory: {name}", source, MEMORY, may_fail=fails) for name, (source, fails) in _MEMORY.items()),
    *(_bomb(f"output: {name}", source, OUTPUT) for name, source in _OUTPUT.items()),
    *(_bomb(f"log: {name}", source, LOG) for name, source in _LOGS.items()),
    *(_bomb(f"processes: {name}", source, PROCESSES, may_fail=True) for name, source in _PROCESSES.items()),
)
