"""Pieces of programs that several attacks are made of, by the names that stand for them between @ in sources."""

from __future__ import annotations

from collections.abc import Mapping

PIECES: Mapping[str, str] = {
    # A system call by its number.
    "CALL": """
        import ctypes, os, struct
        libc = ctypes.CDLL(None, use_errno=True)
        libc.syscall.restype = ctypes.c_long
        def call(number, *arguments):
            made = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
            done = libc.syscall(ctypes.c_long(number), *made)
            if done < 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            return done
        """,
    "READ": """
        held = ctypes.create_string_buffer(200)
        call(0, fd, held, 200)
        return held.value.decode()
        """,
    "PROOF": "return @LEFT@ * @RIGHT@",
    # 127.0.0.1 and the port of a listener, as the kernel takes it.
    "LISTENER": "(struct.pack('=H', 2) + struct.pack('!H', @PORT@) + bytes([127, 0, 0, 1]) + bytes(8))",
    # An executable that ends with 42.
    "TINY_PROGRAM": """
        code = bytes([0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05])
        elf = b'\\x7fELF\\x02\\x01\\x01' + bytes(9)
        elf += struct.pack('<HHIQQQIHHHHHH', 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
        elf += struct.pack('<IIQQQQQQ', 1, 5, 0, 0x400000, 0x400000, 120 + len(code), 120 + len(code), 0x1000) + code
        """,
    # A function that returns the proof.
    "MACHINE_CODE": (
        "code = b'\\xb8' + struct.pack('<i', @LEFT@) + b'\\x69\\xc0' + struct.pack('<i', @RIGHT@) + b'\\xc3'"
    ),
    "RUN_IT": """
        ctypes.memmove(page, code, len(code))
        return ctypes.CFUNCTYPE(ctypes.c_int)(page)()
        """,
    # Frames, written to every descriptor there is: as much as it takes at once, or to every pipe until all is written.
    "PACK": """
        import os, stat, struct
        def frame(*parts):
            lengths = [struct.pack(">I", len(part)) for part in parts]
            return b"".join((struct.pack(">I", len(parts)), *lengths, *parts))
        def everywhere(data):
            for fd in range(1, 256):
                try:
                    os.set_blocking(fd, False)
                    os.write(fd, data)
                except OSError:
                    pass
        def all_of_it(data):
            for fd in range(1, 256):
                try:
                    if stat.S_ISFIFO(os.fstat(fd).st_mode):
                        os.set_blocking(fd, True)
                        rest = data
                        while rest:
                            rest = rest[os.write(fd, rest) :]
                except OSError:
                    pass
        """,
    "FORGED": (
        """'{"values":[{"value":"@PLANT@"}],"static":{"global":{},"node":{}},"custom":{},"lines":[]}'.encode()"""
    ),
}
