"""Random Python that means harm: system calls, machine words, modules of the standard library, broken bytecode."""

from __future__ import annotations

from random import Random

from tests.security.sandbox.attack import program
from tests.security.sandbox.grammar import rules, words

_MODULES = words("""
    os sys ctypes socket mmap signal threading gc marshal types resource select fcntl struct time io builtins
    importlib inspect ast dis pickle copyreg weakref json re zlib lzma bz2 decimal sqlite3 random hashlib
    asyncio subprocess shutil tempfile pathlib zipfile codecs warnings traceback linecache faulthandler atexit
    errno posix _io _thread _ctypes _socket _signal _posixsubprocess _imp _frozen_importlib_external
""")
_VALUES = rules("""
    0
    1
    -1
    2 ** 31
    -(2 ** 63)
    2 ** 64 - 1
    10 ** 30
    float('nan')
    None
    b''
    b'x' * 4096
    '@FILE@'
    '@MARKER@'
    '/proc/self/mem'
    '/dev/null'
    '\\x00'
    '\\ud800'
    []
    {}
    object()
    type
    lambda *a, **k: a
    _items
    _helpers
    __builtins__
    ('127.0.0.1', @PORT@)
    '\\x00@ABSTRACT@'
    @PID@
    @PARENT@
    @ADDRESS@
    id(None)
    bytearray(64)
""")
_WORDS = words("0 1 -1 3 page 2**31 4096")
_FRAMES = rules("""
    os.urandom(64)
    struct.pack('>III', 2, 2, 2) + b'ok' + b'{}'
    struct.pack('>III', 2, 2, 0xfffffff0) + b'ok'
    struct.pack('>I', 0xffffffff)
    struct.pack('>III', 2, 3, 2) + b'ask' + b'[]'
    struct.pack('>III', 2, 3, 3) + b'end' + b'cpu'
""")
_LASTING = words("pause input sigwait sigwaitinfo lockf flock wait waitpid sleep select poll")
_LASTING_CALLS = (7, 23, 34, 35, 127, 128, 130, 230)
"""They only wait for the deadline."""

_BOMBS = (
    "while True:\n    pass",
    "kept = []\nwhile True:\n    kept.append(b'x' * (1 << 20))",
    "for _ in range(10):\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "import threading\nfor _ in range(100):\n    threading.Thread(target=lambda: None).start()",
    "print('x' * (1 << 20))",
    "ctypes.string_at(0)",
    "ctypes.memset(id(object()), 0xff, 64)",
    "os._exit(3)",
    "import sys\nsys.setrecursionlimit(1 << 30)\ndef deep():\n    deep()\ndeep()",
    "os.closerange(0, 256)",
    "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True:\n    pass",
    "raise SystemExit('x')",
)


def code(random: Random) -> str:
    """Return the body of a function."""
    makers = (_system_calls, _module, _module, _attributes, _frames, _bytecode, _pollution)
    pieces = [
        random.choice(_BOMBS) if random.random() < 0.08 else random.choice(makers)(random)
        for _ in range(random.randint(1, 5))
    ]
    return program("@CALL@", *pieces, f"return {random.choice(_VALUES)}")


def _system_calls(random: Random) -> str:
    numbers = [random.randrange(0, 470) for _ in range(random.randint(1, 30))]
    calls = [
        f"    ({number}, {', '.join(random.choices(_WORDS, k=6))}),"
        for number in numbers
        if number not in _LASTING_CALLS
    ]
    listed = "\n".join(("page = ctypes.addressof(ctypes.create_string_buffer(8192))", "calls = [", *calls, "]"))
    return program(
        listed,
        """
        for number, *arguments in calls:
            try:
                call(number, *arguments)
            except BaseException:
                pass
        """,
    )


def _module(random: Random) -> str:
    return f"""
        import random
        import {random.choice(_MODULES)} as module
        chosen = random.Random({random.randrange(1 << 30)})
        values = ({", ".join(random.choices(_VALUES, k=3))})
        for name in chosen.choices(dir(module), k=20):
            if name in {_LASTING!r} or 'exit' in name:
                continue
            try:
                getattr(module, name)(*chosen.choices(values, k=chosen.randrange(4)))
            except BaseException:
                pass
        """


def _attributes(random: Random) -> str:
    return f"""
        import random
        chosen = random.Random({random.randrange(1 << 30)})
        thing = {random.choice(_VALUES)}
        for _ in range(30):
            try:
                thing = getattr(thing, chosen.choice(dir(thing)))
                if callable(thing) and chosen.random() < 0.5:
                    thing = thing()
            except BaseException:
                thing = {random.choice(_VALUES)}
        """


def _frames(random: Random) -> str:
    return f"""
        for fd in range(1, 20):
            try:
                os.set_blocking(fd, False)
                os.write(fd, {random.choice(_FRAMES)})
            except OSError:
                pass
        """


def _bytecode(random: Random) -> str:
    made = bytes(random.randrange(256) for _ in range(random.randrange(2, 60, 2)))
    return f"""
        def broken():
            return [1, None]
        try:
            broken.__code__ = broken.__code__.replace(co_code={made!r}, co_stacksize={random.randrange(9)})
            broken()
        except BaseException:
            pass
        """


def _pollution(random: Random) -> str:
    return f"""
        import {random.choice(_MODULES)} as polluted
        for name in dir(polluted)[::3]:
            try:
                setattr(polluted, name, {random.choice(_VALUES)})
            except BaseException:
                pass
        """
