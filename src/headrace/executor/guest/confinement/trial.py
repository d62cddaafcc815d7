"""Try each part of the wall by itself: `python -I -m headrace.executor.guest.confinement.trial [--uid=N]`.

Prints a JSON object: each part's name with null, or with the reason why it does not work here. The survey of the
machine reads it. A part is tried in a process of its own, and nothing is left of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial

from headrace.executor.guest.confinement import identity, landlock, namespaces, policies, seccomp
from headrace.executor.guest.confinement.missing import PartMissing


def _parts(uid: int | None) -> Mapping[str, Callable[[], None]]:
    def own_users() -> None:
        folder = os.open("/proc/self", os.O_PATH)
        if uid is not None:
            identity.become(uid)
        namespaces.leave_users(folder)

    def leave(part: str, flag: int) -> None:
        if uid is None:
            own_users()
        namespaces.leave(part, flag)

    def empty_root() -> None:
        if uid is None:
            own_users()
        namespaces.leave_all_others()
        namespaces.trade_files_for_nothing()

    def no_rights() -> None:
        identity.stay_as_is()
        landlock.give_up_all()

    def filtered() -> None:
        identity.stay_as_is()
        seccomp.install(policies.for_javascript(jit=False).program())

    return {
        namespaces.USERS[0]: own_users,
        **{part: partial(leave, part, flag) for part, flag in namespaces.OTHERS},
        namespaces.EMPTY_ROOT: empty_root,
        landlock.NAME: no_rights,
        seccomp.NAME: filtered,
    }


def _tried(action: Callable[[], None]) -> str | None:
    """Return why *action* does not work, None if it does."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            action()
        except (PartMissing, OSError) as missing:
            why = missing.why if isinstance(missing, PartMissing) else str(missing)
            os.write(writer, why.encode("utf-8", "replace"))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as reasons:
        why = reasons.read()
    os.waitpid(child, 0)
    return why or None


def main() -> None:
    uid = next((int(flag.removeprefix("--uid=")) for flag in sys.argv[1:] if flag.startswith("--uid=")), None)
    sys.stdout.write(json.dumps({part: _tried(action) for part, action in _parts(uid).items()}))


if __name__ == "__main__":
    main()
