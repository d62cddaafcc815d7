"""What attackers look for, laid out for them: secrets, listeners, a process, folders. And whether it was touched."""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from headrace.kernel.ids import TenantId
from headrace.payloads.adapters.files import FilePayloads
from tests.security.sandbox.attack import RIGHT, Attack, Sign, program
from tests.security.sandbox.corpus.pieces import PIECES

_CODE = (
    "return typeof process === 'undefined' ? @LEFT@ * @RIGHT@"
    " : process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')"
)

_BYSTANDER = """
import ctypes, os, sys
held = ctypes.create_string_buffer(os.environ["BYSTANDER_SECRET"][::-1].encode()[::-1])
sys.stdout.write(f"{ctypes.addressof(held)}\\n")
sys.stdout.flush()
sys.stdin.read()
"""

VARIABLE = "HEADRACE_BAIT_SECRET"


class Bait:
    """All that must stay out of reach, for one session of tests."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="headrace-bait-"))
        self.folder.chmod(0o755)
        self._secrets = {
            place: f"secret{secrets.token_hex(12)}"
            for place in ("file", "data", "payload", "process", "environment", "memory")
        }
        (self.folder / "secret.txt").write_text(self._secrets["file"])
        (self.folder / "secret.txt").chmod(0o644)
        data = self.folder / "data"
        data.mkdir()
        (data / "key").write_text(self._secrets["data"])
        (data / "key").chmod(0o600)
        store = FilePayloads(self.payloads)
        self._foreign = store._put(TenantId("other"), "execution", self._secrets["payload"].encode())
        self._own = store._put(TenantId("tenant"), "execution", b"nothing special")
        self._open = self.folder / "open"
        self._open.mkdir()
        self._open.chmod(0o777)
        self._memory = ctypes.create_string_buffer(self._secrets["memory"].encode())
        self._inherited = os.open(self.folder / "secret.txt", os.O_RDONLY)
        os.set_inheritable(self._inherited, True)
        os.environ[VARIABLE] = self._secrets["environment"]
        self._abstract = f"headrace-bait-{secrets.token_hex(6)}"
        self._listeners = self._listen()
        self._bystander = self._start_bystander()
        self.left, self.right, self.plant = 0, 0, ""
        self._marker = self._open / "none"
        self._shared = Path("/dev/shm")
        self.renew()

    def close(self) -> None:
        os.environ.pop(VARIABLE, None)
        os.close(self._inherited)
        for listener in self._listeners.values():
            listener.close()
        self._bystander.kill()
        self._bystander.wait()
        assert self._bystander.stdin is not None
        assert self._bystander.stdout is not None
        self._bystander.stdin.close()
        self._bystander.stdout.close()
        shutil.rmtree(self.folder)

    def renew(self) -> None:
        """Before each attack: new names for what only it could leave, and nothing left of the one before."""
        self.left, self.right = 10_007 + secrets.randbelow(20_000), 10_009 + secrets.randbelow(20_000)
        self.plant = f"plant{secrets.token_hex(10)}"
        self._marker = self._open / f"marker-{secrets.token_hex(6)}"
        self._connections()
        if self._bystander.poll() is not None:
            self._bystander = self._start_bystander()

    def fill(self, text: str) -> str:
        """Return *text* with the names of what there is to find."""
        places = {
            "CODE": json.dumps(_CODE),
            "RAW": _CODE,
            "FILE": str(self.folder / "secret.txt"),
            "DATA": str(self.folder / "data"),
            "FOREIGN": self._foreign,
            "OWN": self._own,
            "OPEN": str(self._open),
            "MARKER": str(self._marker),
            "SHM": str(self._shared / self._marker.name),
            "PORT": str(self._listeners["tcp"].getsockname()[1]),
            "UDP": str(self._listeners["udp"].getsockname()[1]),
            "UNIX": str(self.folder / "socket"),
            "ABSTRACT": self._abstract,
            "PID": str(self._bystander.pid),
            "ADDRESS": str(self._address),
            "PARENT": str(os.getpid()),
            "PARENT_ADDRESS": str(ctypes.addressof(self._memory)),
            "SECRET_BYTES": str(len(self._secrets["memory"])),
            "PLANT": self.plant,
            # For programs whose own text may come back, in an error.
            "PLANTED": f"'{self.plant[:9]}' '{self.plant[9:]}'",
            "LEFT": str(self.left),
            "RIGHT": str(self.right),
        }
        for name, piece in PIECES.items():
            text = text.replace(f"@{name}@", program(piece))
        # Twice: some places name others.
        for _ in range(2):
            for name, place in places.items():
                text = text.replace(f"@{name}@", place)
        return text

    def signs(self, attack: Attack, answer: str, next_answer: str = "") -> Mapping[Sign, str]:
        """Return what shows that *attack* succeeded, and where."""
        found: dict[Sign, str] = {}
        everything = answer + next_answer
        leaked = [place for place, secret in self._secrets.items() if _contains(everything, secret)]
        if leaked:
            found[Sign.SECRET] = ", ".join(leaked)
        if str(self.left * self.right) in everything:
            found[Sign.PROOF] = "its product was computed"
        if _contains(next_answer, self.plant):
            found[Sign.RESIDUE] = next_answer[:2000]
        if attack.shows is Sign.CONFUSION and RIGHT not in next_answer:
            found[Sign.CONFUSION] = next_answer[:2000]
        connections = self._connections()
        if connections:
            found[Sign.CONNECTION] = ", ".join(connections)
        files = [str(path) for path in (*self._open.iterdir(), self._shared / self._marker.name) if path.exists()]
        for path in files:
            _remove(Path(path))
        if files:
            found[Sign.MARKER] = ", ".join(files)
        if self._bystander.poll() is not None:
            found[Sign.SIGNAL] = f"process {self._bystander.pid} ended with {self._bystander.returncode}"
        return found

    @property
    def payloads(self) -> Path:
        """The folder of a store of files, in which two tenants have one each."""
        return self.folder / "data" / "payloads"

    @property
    def inherited(self) -> int:
        """An open descriptor of a secret file, which children get that are not careful."""
        return self._inherited

    def _listen(self) -> Mapping[str, socket.socket]:
        listeners = {
            "tcp": socket.socket(socket.AF_INET, socket.SOCK_STREAM),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "unix": socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
            "abstract": socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        }
        listeners["tcp"].bind(("127.0.0.1", 0))
        listeners["udp"].bind(("127.0.0.1", 0))
        listeners["unix"].bind(str(self.folder / "socket"))
        (self.folder / "socket").chmod(0o777)
        listeners["abstract"].bind(f"\0{self._abstract}")
        for name, listener in listeners.items():
            listener.setblocking(False)
            if name != "udp":
                listener.listen(100)
        return listeners

    def _connections(self) -> list[str]:
        found: list[str] = []
        for name, listener in self._listeners.items():
            with contextlib.suppress(BlockingIOError):
                while True:
                    if name == "udp":
                        listener.recv(100)
                    else:
                        listener.accept()[0].close()
                    found.append(name)
        return found

    def _start_bystander(self) -> subprocess.Popen[bytes]:
        started = subprocess.Popen(
            [sys.executable, "-I", "-c", _BYSTANDER],
            env={"BYSTANDER_SECRET": self._secrets["process"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert started.stdout is not None
        self._address = int(started.stdout.readline())
        return started


def _contains(text: str, secret: str) -> bool:
    return any(form in text or form in text.lower() for form in _forms(secret))


def _forms(secret: str) -> set[str]:
    """Return ways to write a secret down."""
    raw = secret.encode()
    forms = {secret, secret[::-1], raw.hex(), raw[::-1].hex(), ",".join(map(str, raw)), ", ".join(map(str, raw))}
    for shift in range(3):
        # In the middle of other bytes, all but its edges is the same.
        forms.add(base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")[4 if shift else 0 : -1])
    return forms


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
