"""Python that goes past the language: system calls by number, machine code, other processes' memory. For x86-64."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Sign, program

RUNNER = "CVE-2026-42234"

_SECRETS: Mapping[str, str] = {
    "open": """
        fd = call(2, b'@FILE@', 0)
        @READ@
        """,
    "openat": """
        fd = call(257, -100, b'@FILE@', 0)
        @READ@
        """,
    "openat from another process's root": """
        fd = call(257, -100, b'/proc/@PID@/root@FILE@', 0)
        @READ@
        """,
    "openat2": """
        fd = call(437, -100, b'@FILE@', struct.pack('=QQQ', 0, 0, 0), 24)
        @READ@
        """,
    "a call by x32's numbers, or else open": (
        """
        try:
            fd = call(0x40000002, b'@FILE@', 0)
        except OSError:
            fd = call(2, b'@FILE@', 0)
        @READ@
        """
    ),
    "open_by_handle_at": (
        """
        handle = ctypes.create_string_buffer(struct.pack('=Ii', 128, 0) + bytes(128))
        mount = ctypes.c_int()
        call(303, -100, b'@FILE@', handle, ctypes.byref(mount), 0)
        root = call(2, b'/tmp', 0)
        fd = call(304, root, handle, 0)
        @READ@
        """
    ),
    "process_vm_readv": (
        """
        held = ctypes.create_string_buffer(@SECRET_BYTES@)
        mine = struct.pack('=QQ', ctypes.addressof(held), @SECRET_BYTES@)
        theirs = struct.pack('=QQ', @ADDRESS@, @SECRET_BYTES@)
        call(310, @PID@, mine, 1, theirs, 1, 0)
        return held.raw.decode()
        """
    ),
    "process_vm_readv of the server": (
        """
        held = ctypes.create_string_buffer(@SECRET_BYTES@)
        mine = struct.pack('=QQ', ctypes.addressof(held), @SECRET_BYTES@)
        theirs = struct.pack('=QQ', @PARENT_ADDRESS@, @SECRET_BYTES@)
        call(310, @PARENT@, mine, 1, theirs, 1, 0)
        return held.raw.decode()
        """
    ),
    "ptrace": (
        """
        call(101, 16, @PID@, 0, 0)
        os.waitpid(@PID@, 0x40000000)
        word = ctypes.c_long()
        found = b''
        for place in range(0, @SECRET_BYTES@, 8):
            call(101, 1, @PID@, @ADDRESS@ + place, ctypes.byref(word))
            found += struct.pack('=q', word.value)
        call(101, 17, @PID@, 0, 0)
        return found.decode('latin-1')
        """
    ),
    "a mount of the data folder": (
        """
        call(272, 0x20000)
        call(165, b'none', b'/', None, 0x44000, None)
        os.mkdir('@OPEN@/m')
        call(165, b'@DATA@', b'@OPEN@/m', None, 0x1000, None)
        found = open('@OPEN@/m/key').read()
        call(166, b'@OPEN@/m', 0)
        os.rmdir('@OPEN@/m')
        return found
        """
    ),
    "open_tree": (
        """
        tree = call(428, -100, b'@DATA@', 1)
        fd = call(257, tree, b'key', 0)
        @READ@
        """
    ),
    "the mounts of another process": """
        fd = call(2, b'/proc/@PID@/ns/mnt', 0)
        call(308, fd, 0)
        fd = call(2, b'@FILE@', 0)
        @READ@
        """,
    "a descriptor of another process": (
        """
        other = call(434, @PID@, 0)
        call(438, other, 0, 0)
        return open('/proc/@PID@/environ', 'rb').read().decode('latin-1')
        """
    ),
    "a changed root": """
        call(161, b'/tmp')
        fd = call(2, b'@FILE@'[4:], 0)
        @READ@
        """,
}

_PROOFS: Mapping[str, str] = {
    "a new user namespace": (
        """
        pid = os.fork()
        if pid == 0:
            os._exit(0 if libc.unshare(0x10000000) == 0 else 1)
        if os.waitpid(pid, 0)[1]:
            raise OSError('refused')
        @PROOF@
        """
    ),
    "a new network": """
        call(272, 0x40000000)
        @PROOF@
        """,
    "a ring for I/O": """
        call(425, 4, ctypes.create_string_buffer(120))
        @PROOF@
        """,
    "a map of BPF": """
        call(321, 0, struct.pack('=IIIII', 2, 4, 4, 1, 0) + bytes(100), 120)
        @PROOF@
        """,
    "performance counters": (
        """
        call(298, struct.pack('=IIQQQQQ', 1, 128, 0, 0, 0, 0, 0x20) + bytes(80), 0, -1, -1, 0)
        @PROOF@
        """
    ),
    "faults in user space": """
        call(323, 1)
        @PROOF@
        """,
    "the kernel's log": (
        """
        held = ctypes.create_string_buffer(4096)
        if call(103, 3, held, 4096) <= 0:
            raise OSError('empty')
        @PROOF@
        """
    ),
    "a table of segments": """
        call(154, 1, struct.pack('=IIII', 0, 0, 0, 0x51), 16)
        @PROOF@
        """,
    "the host's name": """
        call(272, 0x4000000)
        call(170, b'changed', 7)
        @PROOF@
        """,
    "a watch on files": """
        call(254, call(294, 0), b'/tmp', 0x100)
        @PROOF@
        """,
    "a watch on all files": """
        call(300, 0, 0)
        @PROOF@
        """,
    "a program in memory": (
        """
        @TINY_PROGRAM@
        fd = call(319, b'x', 0)
        os.write(fd, elf)
        pid = os.fork()
        if pid == 0:
            call(322, fd, b'', None, None, 0x1000)
            os._exit(1)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 42:
            raise OSError('refused')
        @PROOF@
        """
    ),
    "a process by clone": """
        pid = call(56, 17, 0, 0, 0, 0)
        if pid == 0:
            call(231, 0)
        os.waitpid(pid, 0)
        @PROOF@
        """,
    "a process by clone3": (
        """
        pid = call(435, struct.pack('=QQQQQQQQ', 0, 0, 0, 0, 17, 0, 0, 0), 64)
        if pid == 0:
            call(231, 0)
        os.waitpid(pid, 0)
        @PROOF@
        """
    ),
    "machine code on a page of its own": (
        """
        page = ctypes.CDLL(None).mmap
        page.restype = ctypes.c_void_p
        page = page(None, 4096, 7, 0x22, -1, 0)
        if page in (None, 2 ** 64 - 1):
            raise OSError('refused')
        @MACHINE_CODE@
        @RUN_IT@
        """
    ),
    "machine code after mprotect": (
        """
        make = libc.mmap
        make.restype = ctypes.c_void_p
        page = make(None, 4096, 3, 0x22, -1, 0)
        @MACHINE_CODE@
        ctypes.memmove(page, code, len(code))
        call(10, page, 4096, 5)
        return ctypes.CFUNCTYPE(ctypes.c_int)(page)()
        """
    ),
    "machine code after pkey_mprotect": (
        """
        make = libc.mmap
        make.restype = ctypes.c_void_p
        page = make(None, 4096, 3, 0x22, -1, 0)
        @MACHINE_CODE@
        ctypes.memmove(page, code, len(code))
        call(329, page, 4096, 5, -1)
        return ctypes.CFUNCTYPE(ctypes.c_int)(page)()
        """
    ),
    "machine code in a file in memory": (
        """
        fd = call(319, b'x', 0)
        @MACHINE_CODE@
        os.write(fd, code)
        make = libc.mmap
        make.restype = ctypes.c_void_p
        page = make(None, 4096, 5, 1, fd, 0)
        if page in (None, 2 ** 64 - 1):
            raise OSError('refused')
        return ctypes.CFUNCTYPE(ctypes.c_int)(page)()
        """
    ),
    "machine code where reading is running": (
        """
        call(135, 0x0400000)
        make = libc.mmap
        make.restype = ctypes.c_void_p
        page = make(None, 4096, 7, 0x22, -1, 0)
        if page in (None, 2 ** 64 - 1):
            raise OSError('refused')
        @MACHINE_CODE@
        @RUN_IT@
        """
    ),
    "machine code through mmap's module": (
        """
        import mmap
        page = mmap.mmap(-1, 4096, prot=7)
        @MACHINE_CODE@
        page.write(code)
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        """
    ),
    "another scheduler": """
        call(144, 0, 1, struct.pack('=i', 10))
        @PROOF@
        """,
    "another priority": """
        if call(141, 0, 0, -10) or call(140, 0, 0) != 30:
            raise OSError('refused')
        @PROOF@
        """,
    "limits of another process": """
        call(302, @PID@, 7, None, struct.pack('=QQ', 0, 0))
        @PROOF@
        """,
    "powers got back": (
        """
        call(126, struct.pack('=Ii', 0x20080522, 0), struct.pack('=6I', 0x200000, 0x200000, 0, 0, 0, 0))
        @PROOF@
        """
    ),
    "another user": """
        call(117, 0, 0, 0)
        if os.getuid():
            raise OSError('refused')
        open('@DATA@/key').close()
        @PROOF@
        """,
    "being looked into": """
        call(157, 4, 1, 0, 0, 0)
        if call(157, 3, 0, 0, 0, 0) != 1:
            raise OSError('refused')
        @PROOF@
        """,
}

_SIGNALS: Mapping[str, str] = {
    "kill": """
        import os
        os.kill(@PID@, 9)
        """,
    "tgkill": """
        @CALL@
        call(234, @PID@, @PID@, 9)
        """,
    "tkill": """
        @CALL@
        call(200, @PID@, 9)
        """,
    "a descriptor of a process": """
        @CALL@
        call(424, call(434, @PID@, 0), 9, None, 0)
        """,
    "rt_sigqueueinfo": """
        @CALL@
        call(129, @PID@, 9, struct.pack('=iii', 9, 0, -1) + bytes(116))
        """,
    "the owner of a pipe": (
        """
        import fcntl, os, signal, socket
        a, b = socket.socketpair()
        fcntl.fcntl(a, fcntl.F_SETOWN, @PID@)
        fcntl.fcntl(a, 10, 9)
        fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        b.send(b'x')
        import time
        time.sleep(0.05)
        """
    ),
}

ATTACKS = (
    *(
        Attack(f"a secret by {name}", Language.PYTHON, program("@CALL@", source), Sign.SECRET, "system calls", RUNNER)
        for name, source in _SECRETS.items()
    ),
    *(
        Attack(f"getting {name}", Language.PYTHON, program("@CALL@", source), Sign.PROOF, "system calls", RUNNER)
        for name, source in _PROOFS.items()
    ),
    *(
        Attack(f"a signal by {name}", Language.PYTHON, source, Sign.SIGNAL, "signals", RUNNER)
        for name, source in _SIGNALS.items()
    ),
    Attack(
        "a connection by system calls",
        Language.PYTHON,
        """
        @CALL@
        fd = call(41, 2, 1, 0)
        call(42, fd, @LISTENER@, 16)
        """,
        Sign.CONNECTION,
        "system calls",
        RUNNER,
    ),
    Attack(
        "a program by posix_spawn",
        Language.PYTHON,
        """
        @CALL@
        array = (ctypes.c_char_p * 3)(b'touch', b'@MARKER@', None)
        pid = ctypes.c_int()
        libc.posix_spawn(ctypes.byref(pid), b'/usr/bin/touch', None, None, array, None)
        os.waitpid(pid.value, 0)
        """,
        Sign.MARKER,
        "system calls",
        RUNNER,
    ),
    Attack(
        "a program by system calls",
        Language.PYTHON,
        """
        @CALL@
        array = (ctypes.c_char_p * 3)(b'touch', b'@MARKER@', None)
        call(59, b'/usr/bin/touch', array, None)
        """,
        Sign.MARKER,
        "system calls",
        RUNNER,
    ),
)
