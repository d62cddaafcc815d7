"""What the system shows to every process: /proc, descriptors, the environment, sockets of all families."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Naive, Sign, program

RUNNER = "CVE-2026-42234"
VM = "CVE-2026-27495"

_PROC: Mapping[str, str] = {
    "its own environment": "return open('/proc/self/environ', 'rb').read().decode('latin-1')",
    "its parent's environment": (
        """
        import os
        return open(f'/proc/{os.getppid()}/environ', 'rb').read().decode('latin-1')
        """
    ),
    "another process's environment": "return open('/proc/@PID@/environ', 'rb').read().decode('latin-1')",
    "every process's environment": (
        """
        import os
        found = ''
        for name in os.listdir('/proc'):
            try:
                found += open(f'/proc/{name}/environ', 'rb').read().decode('latin-1')
            except OSError:
                pass
        return [t for t in found.split('\\0') if 'SECRET' in t]
        """
    ),
    "another process's memory": (
        """
        memory = open('/proc/@PID@/mem', 'rb', buffering=0)
        memory.seek(@ADDRESS@)
        return memory.read(@SECRET_BYTES@).decode()
        """
    ),
    "the server's memory": (
        """
        memory = open('/proc/@PARENT@/mem', 'rb', buffering=0)
        memory.seek(@PARENT_ADDRESS@)
        return memory.read(@SECRET_BYTES@).decode()
        """
    ),
    "its own memory": (
        """
        import os
        kept = os.environ
        found = b''
        for line in open('/proc/self/maps'):
            if '[stack]' in line:
                begin, end = (int(part, 16) for part in line.split()[0].split('-'))
                memory = open('/proc/self/mem', 'rb', buffering=0)
                memory.seek(begin)
                found = memory.read(end - begin)
        return [p.decode('latin-1') for p in found.split(b'\\0') if b'SECRET' in p]
        """
    ),
    "its root in /proc": "return open('/proc/self/root@FILE@').read()",
    "another process's root": "return open('/proc/@PID@/root@FILE@').read()",
    "another process's folder": "return open('/proc/@PID@/cwd/../../../../../../../..@FILE@').read()",
    "the server's open files": (
        """
        import os
        for name in os.listdir('/proc/@PARENT@/fd'):
            try:
                if os.readlink(f'/proc/@PARENT@/fd/{name}') == '@FILE@':
                    return open(f'/proc/@PARENT@/fd/{name}').read()
            except OSError:
                pass
        """
    ),
    "its own open files": (
        """
        import os
        for name in os.listdir('/proc/self/fd'):
            try:
                if os.readlink(f'/proc/self/fd/{name}') == '@FILE@':
                    return open(f'/proc/self/fd/{name}').read()
            except OSError:
                pass
        """
    ),
    "its environment": """
        import os
        return dict(os.environ)
        """,
    "libc's environment": (
        """
        import ctypes
        environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')
        place = 0
        found = []
        while environ and environ[place]:
            found.append(environ[place].decode('latin-1'))
            place += 1
        return found
        """
    ),
    "getenv of libc": (
        """
        import ctypes
        get = ctypes.CDLL(None).getenv
        get.restype = ctypes.c_char_p
        return get(b'HEADRACE_BAIT_SECRET').decode()
        """
    ),
    "inherited descriptors": (
        """
        import os, stat
        for fd in range(256):
            try:
                if stat.S_ISREG(os.fstat(fd).st_mode):
                    told = os.pread(fd, 200, 0)
                    if told.startswith(b'secret'):
                        return told.decode()
            except OSError:
                pass
        """
    ),
    "inherited descriptors that were duplicated": (
        """
        import fcntl, os
        for fd in range(256):
            try:
                other = fcntl.fcntl(fd, fcntl.F_DUPFD, 100)
                told = os.pread(other, 200, 0)
                if told.startswith(b'secret'):
                    return told.decode()
            except OSError:
                pass
        """
    ),
}

_TCP = "socket.create_connection(('127.0.0.1', @PORT@), timeout=0.5)"

_PYTHON_SOCKETS: Mapping[str, str] = {
    "a connection": """
        import socket
        socket.create_connection(('127.0.0.1', @PORT@), timeout=0.5)
        """,
    "a connection by _socket": """
        import _socket
        s = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM, 0)
        s.connect(('127.0.0.1', @PORT@))
        """,
    "a connection over IPv6": (
        """
        import socket
        s = socket.socket(socket.AF_INET6)
        s.connect(('::ffff:127.0.0.1', @PORT@))
        """
    ),
    "a connection without waiting": (
        """
        import socket, select
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(('127.0.0.1', @PORT@))
        select.select([], [s], [], 0.3)
        """
    ),
    "asyncio": """
        import asyncio
        await asyncio.wait_for(asyncio.open_connection('127.0.0.1', @PORT@), 1)
        """,
    "urllib": """
        import urllib.request
        try:
            urllib.request.urlopen('http://127.0.0.1:@PORT@', timeout=0.2)
        except OSError as e:
            return str(e)
        """,
    "http.client": """
        import http.client
        http.client.HTTPConnection('127.0.0.1', @PORT@, timeout=0.5).connect()
        """,
    "a mail": """
        import smtplib
        smtplib.SMTP('127.0.0.1', @PORT@, timeout=0.2)
        """,
    "a packet": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @UDP@))
        """,
    "a socket with a name": """
        import socket
        socket.socket(socket.AF_UNIX).connect('@UNIX@')
        """,
    "an abstract socket": """
        import socket
        socket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')
        """,
    "sendto with an address": """
        @CALL@
        fd = call(41, 2, 2, 0)
        call(44, fd, b'x', 1, 0, struct.pack('=H', 2) + struct.pack('!H', @UDP@) + bytes([127, 0, 0, 1]) + bytes(8), 16)
        """,
    "a pair that is connected elsewhere": (
        """
        import socket
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            a.connect('\\0@ABSTRACT@')
        except OSError:
            socket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')
        """
    ),
    "a connection by fast open": (
        """
        import socket
        s = socket.socket()
        try:
            s.sendto(b'x', 0x20000000, ('127.0.0.1', @PORT@))
        except OSError:
            s.connect(('127.0.0.1', @PORT@))
        """
    ),
    "a pool of threads": (
        """
        from concurrent.futures import ThreadPoolExecutor
        import socket
        def connect(_):
            return socket.create_connection(('127.0.0.1', @PORT@), timeout=0.5)
        list(ThreadPoolExecutor(2).map(connect, range(2)))
        """
    ),
}

_FAMILIES: Mapping[str, str] = {
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "raw IP": "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
    "virtual machines": "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
    "a listener": """
        s = socket.socket()
        s.bind(('127.0.0.1', 0))
        s.listen()
        """,
    "an abstract listener": """
        s = socket.socket(socket.AF_UNIX)
        s.bind('\\0left-@LEFT@')
        s.listen()
        """,
    "a descriptor sent over a pair": (
        """
        import array
        a, b = socket.socketpair()
        a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [a.fileno()]))])
        """
    ),
}

_JAVASCRIPT_SOCKETS: Mapping[str, str] = {
    "net": """
        await new Promise((ok, no) => require('net').connect(@PORT@, '127.0.0.1').on('connect', ok).on('error', no))
        """,
    "a socket with a name by net": """
        await new Promise((ok, no) => require('net').connect('@UNIX@').on('connect', ok).on('error', no))
        """,
    "an abstract socket by net": """
        await new Promise((ok, no) => require('net').connect('\\0@ABSTRACT@').on('connect', ok).on('error', no))
        """,
    "dgram": """
        await new Promise((ok) => require('dgram').createSocket('udp4').send('x', @UDP@, '127.0.0.1', ok))
        """,
    "http": """
        await new Promise((ok) => {
          const r = require('http').get('http://127.0.0.1:@PORT@');
          r.on('socket', (s) => s.on('connect', ok));
        })
        """,
    "fetch": "await Promise.race([fetch('http://127.0.0.1:@PORT@'), new Promise((ok) => setTimeout(ok, 200))])",
    "a web socket": "const s = new WebSocket('ws://127.0.0.1:@PORT@'); await new Promise((ok) => setTimeout(ok, 200))",
    "process.binding": (
        """
        const { TCP, constants, TCPConnectWrap } = process.binding('tcp_wrap');
        const t = new TCP(constants.SOCKET);
        t.connect(new TCPConnectWrap(), '127.0.0.1', @PORT@);
        await new Promise((ok) => setTimeout(ok, 100))
        """
    ),
    "a command": "require('child_process').execSync('bash -c \"exec 3<>/dev/tcp/127.0.0.1/@PORT@\"')",
}

_JAVASCRIPT_FILES: Mapping[str, str] = {
    "fs": "require('fs').writeFileSync('@MARKER@', 'x')",
    "a command": "require('child_process').execSync('touch @MARKER@')",
    "spawn": "require('child_process').spawnSync('touch', ['@MARKER@'])",
    "a stream": "await new Promise((ok) => require('fs').createWriteStream('@MARKER@').end('x', ok))",
    "a database": """
        const { DatabaseSync } = require('node:sqlite');
        new DatabaseSync('@MARKER@').exec('create table t (a)')
        """,
    "a report": "process.report.writeReport('@MARKER@')",
    "a file that all share": "require('fs').closeSync(require('fs').openSync('@SHM@', 'w'))",
}

ATTACKS = (
    *(
        Attack(f"looking at {name}", Language.PYTHON, source, Sign.SECRET, "what the system shows", RUNNER)
        for name, source in _PROC.items()
    ),
    Attack(
        "looking at the machine's table of sockets",
        Language.PYTHON,
        "if '@ABSTRACT@' in open('/proc/net/unix').read():\n    return @LEFT@ * @RIGHT@",
        Sign.PROOF,
        "what the system shows",
        RUNNER,
    ),
    *(
        Attack(f"reaching out by {name}", Language.PYTHON, source, Sign.CONNECTION, "sockets", RUNNER)
        for name, source in _PYTHON_SOCKETS.items()
    ),
    *(
        Attack(
            f"a socket for {name}",
            Language.PYTHON,
            program("import socket", source, "@PROOF@"),
            Sign.PROOF,
            "sockets",
            RUNNER,
        )
        for name, source in _FAMILIES.items()
    ),
    *(
        Attack(f"reaching out by {name}", Language.JAVASCRIPT, source, Sign.CONNECTION, "sockets", VM, Naive.FUNCTION)
        for name, source in _JAVASCRIPT_SOCKETS.items()
    ),
    *(
        Attack(f"making a file by {name}", Language.JAVASCRIPT, source, Sign.MARKER, "making files", VM, Naive.FUNCTION)
        for name, source in _JAVASCRIPT_FILES.items()
    ),
)
