"""Things that a guest behind its wall must not be able to reach; it tries, from inside, before it is used."""

from __future__ import annotations

import contextlib
import json
import os
import socket


def reached(canaries_json: bytes) -> bytes:
    """Try to reach each canary; return the JSON array of those that were reached, each in words."""
    canaries = json.loads(canaries_json)
    found: list[str] = []
    for path in canaries["files"]:
        with contextlib.suppress(OSError), open(path, "rb") as file:
            file.read(1)
            found.append(f"the file {path}")
    for host, port in canaries["sockets"]:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
            found.append(f"the address {host}:{port}")
    for path in canaries["unix_sockets"]:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.5)
            client.connect(path)
            found.append(f"the socket {path}")
    found += [f"the environment variable {name}" for name in canaries["environment"] if name in os.environ]
    for process in canaries["processes"]:
        with contextlib.suppress(OSError), open(f"/proc/{process}/environ", "rb") as environment:
            environment.read(1)
            found.append(f"the environment of process {process}")
        with contextlib.suppress(OSError):
            os.kill(process, 0)
            # In a namespace of its own the number is another process's, or nobody's.
            if os.getpid() != process:
                found.append(f"process {process}, with a signal")
    return json.dumps(found).encode()
