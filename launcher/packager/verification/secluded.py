"""Start a program where nothing of this machine is left but the system; a script of its own.

    python secluded.py TOLD PROGRAM [ARGUMENT ...]

TOLD is JSON: `covered` (folders that become empty), `open` (those among them that everybody may write in),
`shown` (folders that stay visible nevertheless) and `user` (the numbers of a user and a group to become, or
null). Without a program it only tries. Mounts are made in a namespace that ends with the program; nobody
else sees them. It runs in any Python and imports nothing of ours, for it stands before the door.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import Any

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def main() -> None:
    """Do as told, and become the program."""
    told, command = json.loads(sys.argv[1]), sys.argv[2:]
    umask = os.umask(0o022)  # another user must find his way through the folders made here
    _own_namespace()
    shown = {place: os.open(place, os.O_PATH) for place in told["shown"]}
    for place in told["covered"]:
        mode = b"mode=1777" if place in told["open"] else b"mode=755"
        _call("mount", b"tmpfs", os.fsencode(place), b"tmpfs", 0, mode)
    for place, descriptor in shown.items():
        os.makedirs(place, exist_ok=True)
        # By descriptor: its name is covered, or is its own cover by now.
        _call("mount", b"/proc/self/fd/%d" % descriptor, os.fsencode(place), None, MS_BIND | MS_REC, None)
        os.close(descriptor)
    if told["user"] is not None:
        user, group = told["user"]
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    os.umask(umask)
    if command:
        os.execv(command[0], command)


def _own_namespace() -> None:
    """Leave for a mount namespace; who is not root gets the right to mount by a user namespace around it."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _call("unshare", CLONE_NEWNS)
    else:
        _call("unshare", CLONE_NEWUSER | CLONE_NEWNS)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def _call(name: str, *values: Any) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*values) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
