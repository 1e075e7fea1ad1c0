"""Run bubblewrap where the kernel lets nothing inside it make a user namespace.

``python forbid_nesting.py BWRAP ARGUMENT ...``. It is no imitation: the limit is the kernel's, set
in a user namespace around bubblewrap, as an administrator sets it for a whole machine.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

import pytest

CLONE_NEWUSER = 0x1000_0000
# Root's bubblewrap needs no user namespace. Anybody else's needs two, one to mount with and one to
# be another user in; no box may have one more.
USERS, LIMIT = ("0 0 65536", "0") if os.getuid() == 0 else (f"{os.getuid()} {os.getuid()} 1", "2")


def forbid_nesting(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Put such a bubblewrap on the PATH, in an empty folder."""
    command = [sys.executable, str(Path(__file__).resolve()), str(shutil.which("bwrap"))]
    (folder / "bwrap").write_text(f'#!/bin/sh\nexec {" ".join(command)} "$@"\n')
    (folder / "bwrap").chmod(0o755)
    patch.setenv("PATH", str(folder), prepend=os.pathsep)


def main() -> None:
    """Become bubblewrap, inside a namespace with that limit."""
    process = Path("/proc", str(os.getpid()))
    entered, enter = os.pipe()
    if not os.fork():
        os.close(enter)
        os.read(entered, 1)
        if os.getuid():
            (process / "setgroups").write_text("deny")
        (process / "uid_map").write_text(USERS)
        (process / "gid_map").write_text(USERS if not os.getuid() else f"{os.getgid()} " * 2 + "1")
        os._exit(0)
    os.close(entered)
    if ctypes.CDLL(None).unshare(CLONE_NEWUSER):
        sys.exit("this machine lets nobody make a user namespace")
    os.close(enter)
    _, status = os.wait()
    if status:
        sys.exit("the users of the namespace cannot be mapped")
    Path("/proc/sys/user/max_user_namespaces").write_text(LIMIT)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
