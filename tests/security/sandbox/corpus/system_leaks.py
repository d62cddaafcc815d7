"""Python that looks for what another execution had, below the language: in memory, in the kernel, in files."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Sign

SHARED = "GHSA-9cmh-xcqm-5hqr"
OLD_MEMORY = "CVE-2025-61917"

_RESIDUE: Mapping[str, tuple[str, str, str]] = {
    "objects of the collector": (
        """
        import builtins
        kept = ['@PLANT@', {'left': '@PLANT@'}]
        kept.append(kept)
        """,
        """
        import gc, re
        found = []
        for o in gc.get_objects():
            try:
                found += re.findall(r'pl' + r'ant[0-9a-f]{20}', repr(o)[:5000])
            except Exception:
                pass
        return found[:3]
        """,
        OLD_MEMORY,
    ),
    "frames further out": (
        """
        _items[0]['json']['left'] = '@PLANT@'
        import sys
        sys._getframe(1).f_globals['left'] = '@PLANT@'
        """,
        """
        import re, sys
        frame = sys._getframe()
        found = []
        while frame:
            found += re.findall(r'pl' + r'ant[0-9a-f]{20}', repr(frame.f_globals) + repr(frame.f_locals))
            frame = frame.f_back
        return found[:3]
        """,
        OLD_MEMORY,
    ),
    "memory that was freed": (
        """
        import builtins
        builtins.between = []
        freed = []
        for _ in range(100):
            freed.append('@PLANT@' * 1200)
            between.append(b'x' * 30000)
        del freed
        """,
        """
        import re
        found = []
        for size in (64, 200, 1000, 30000, 200000):
            for _ in range(200):
                import ctypes
                libc = ctypes.CDLL(None)
                libc.malloc.restype = ctypes.c_void_p
                place = libc.malloc(size)
                found += re.findall(b'pl' + b'ant' + b'[0-9a-f]{20}', ctypes.string_at(place, size))
        return [t.decode() for t in found[:3]]
        """,
        OLD_MEMORY,
    ),
    "all memory that is mapped": (
        """
        import builtins
        kept = ['@PLANT@' + str(n) for n in range(20000)]
        builtins.half = kept[::100]
        """,
        """
        import ctypes, re, socket
        libc = ctypes.CDLL(None, use_errno=True)
        a, b = socket.socketpair()
        a.setblocking(False)
        b.setblocking(False)
        found = []
        libc.send.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
        begin = id(object()) & ~0xfff
        for page in range(begin - (1 << 25), begin + (1 << 25), 4096):
            if libc.write(a.fileno(), page, 4096) == 4096:
                found += re.findall(b'pl' + b'ant' + b'[0-9a-f]{20}', b.recv(4096))
        return sorted({t.decode() for t in found})[:5]
        """,
        OLD_MEMORY,
    ),
    "a file": (
        """
        import tempfile
        open('/tmp/left-@LEFT@', 'w').write('@PLANT@')
        """,
        """
        import os
        told = open('/tmp/left-@LEFT@').read()
        os.remove('/tmp/left-@LEFT@')
        return told
        """,
        SHARED,
    ),
    "a file in memory that all share": (
        "open('/dev/shm/left-@LEFT@', 'w').write('@PLANT@')",
        """
        import os
        told = open('/dev/shm/left-@LEFT@').read()
        os.remove('/dev/shm/left-@LEFT@')
        return told
        """,
        SHARED,
    ),
    "shared memory of System V": (
        """
        @CALL@
        shared = call(29, @LEFT@, 4096, 0o1666)
        libc.shmat.restype = ctypes.c_void_p
        ctypes.memmove(libc.shmat(shared, None, 0), b'@PLANT@', 25)
        """,
        """
        @CALL@
        shared = call(29, @LEFT@, 4096, 0)
        libc.shmat.restype = ctypes.c_void_p
        told = ctypes.string_at(libc.shmat(shared, None, 0), 25).decode()
        call(31, shared, 0, None)
        return told
        """,
        SHARED,
    ),
    "a queue of System V": (
        """
        @CALL@
        queue = call(68, @LEFT@, 0o1666)
        call(69, queue, struct.pack('=q', 1) + b'@PLANT@', 25, 0)
        """,
        """
        @CALL@
        queue = call(68, @LEFT@, 0)
        held = ctypes.create_string_buffer(100)
        call(70, queue, held, 60, 0, 0)
        call(71, queue, 0, None)
        return held.raw[8:33].decode()
        """,
        SHARED,
    ),
    "a key of the kernel": (
        """
        @CALL@
        key = call(248, b'user', b'left-@LEFT@', b'@PLANT@', 25, -4)
        call(250, 15, key, 10, 0, 0)
        """,
        """
        @CALL@
        key = call(250, 10, -4, b'user', b'left-@LEFT@', 0)
        held = ctypes.create_string_buffer(100)
        call(250, 11, key, held, 100, 0)
        return held.value.decode()
        """,
        SHARED,
    ),
    "an abstract socket": (
        """
        import socket, builtins
        builtins.s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind('\\0left-@LEFT@')
        c = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        c.sendto(b'@PLANT@', '\\0left-@LEFT@')
        """,
        "return s.recv(100).decode()",
        SHARED,
    ),
    "a descriptor": (
        """
        import os, socket
        a, b = socket.socketpair()
        a.send(b'@PLANT@')
        os.dup2(b.fileno(), 200)
        a.detach()
        """,
        """
        import os
        return os.read(200, 100).decode()
        """,
        SHARED,
    ),
    "libc's environment": (
        """
        import ctypes
        ctypes.CDLL(None).putenv(ctypes.create_string_buffer(b'LEFT=@PLANT@'))
        ctypes.CDLL(None).setenv(b'LEFT', b'@PLANT@', 1)
        """,
        """
        import ctypes
        get = ctypes.CDLL(None).getenv
        get.restype = ctypes.c_char_p
        return get(b'LEFT').decode()
        """,
        SHARED,
    ),
    "the name of the process": (
        """
        @CALL@
        call(157, 15, b'@PLANT@'[:15], 0, 0, 0)
        """,
        """
        @CALL@
        held = ctypes.create_string_buffer(20)
        call(157, 16, held, 0, 0, 0)
        name = held.value.decode()
        return name.startswith('plant') and @PLANTED@
        """,
        SHARED,
    ),
    "the folder it works in": (
        """
        import os, sys
        os.chdir('/proc')
        sys.path.append('@PLANT@')
        """,
        """
        import os, sys
        return sys.path[-1]
        """,
        SHARED,
    ),
    "the mask for new files": (
        """
        import os
        os.umask(0o123)
        """,
        """
        import os
        return os.umask(0) == 0o123 and @PLANTED@
        """,
        SHARED,
    ),
    "a limit of the system": (
        """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))
        """,
        """
        import resource
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 99 and @PLANTED@
        """,
        SHARED,
    ),
    "a handler of a signal": (
        """
        import signal
        signal.signal(signal.SIGUSR1, lambda *a: None)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        """,
        """
        import signal
        return signal.getsignal(signal.SIGTERM) == signal.SIG_IGN and @PLANTED@
        """,
        SHARED,
    ),
}

_TENANTS = (
    "objects of the collector",
    "all memory that is mapped",
    "shared memory of System V",
    "a key of the kernel",
)

ATTACKS = (
    *(
        Attack(f"left: {name}", Language.PYTHON, source, Sign.RESIDUE, "residue between executions", after, then=then)
        for name, (source, then, after) in _RESIDUE.items()
    ),
    *(
        Attack(
            f"left for another tenant: {name}",
            *(Language.PYTHON, source, Sign.RESIDUE, "residue between tenants", after),
            then=then,
            across=True,
        )
        for name, (source, then, after) in _RESIDUE.items()
        if name in _TENANTS
    ),
)
