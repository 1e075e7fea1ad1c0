"""Shut a process of the box in: namespaces, mounts, limits, privileges, system calls.

Runs in the box, before any code of a student. What it promises is stated in the instructor guide;
``tests/autograder/box`` and ``tests/attacks`` show each promise kept.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUSER = 0x0002_0000, 0x1000_0000
CLONE_NEWPID, CLONE_NEWIPC = 0x2000_0000, 0x0800_0000
CLONE_ANY_NAMESPACE = 0x7E02_0000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
PR_SET_CHILD_SUBREAPER = 36
SIGKILL = 9
NOBODY = 65534

WORK = "/work"
# Every place that a box may write to, with its share of the disk space in percent.
PRIVATE_FOLDERS = {WORK: 50, "/tmp": 25, "/dev/shm": 25}
# Nobody who solves an exercise needs these; kernel exploits and hiding places do. Numbers:
# x86_64, aarch64. clone3 is refused with ENOSYS, so that the C library falls back on clone.
REFUSED_CALLS: dict[str, tuple[int, int]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "personality": (135, 92),
    "quotactl": (179, 60),
    "swapon": (167, 224),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "syslog": (103, 116),
    "acct": (163, 89),
}


def enter_namespaces() -> None:
    """Leave for new user, mount, process and IPC namespaces; the next child is process 1 there.

    Raises
    ------
    OSError
        Where the system forbids it.
    """
    uid, gid = os.getuid(), os.getgid()
    # What cannot be dumped may not write its own id maps.
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    _check(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC), "unshare")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _mount(None, "/", None, MS_REC | MS_PRIVATE)


def mount_private_folders(disk_mb: int) -> None:
    """Give this box folders of its own to write to, and leave everything else read-only."""
    for folder, share in PRIVATE_FOLDERS.items():
        size = f"size={disk_mb * share // 100}m,nr_inodes=4k,mode=1777"
        _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, size)
    try:
        _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    except OSError:
        # The kernel allows it only where nothing of the outer /proc is masked. Then there is none.
        _mount("tmpfs", "/proc", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k")
    for folder in ("/", "/dev"):
        _mount(None, folder, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def limit_resources(limits: dict[str, Any], *, counts_processes: bool = True) -> None:
    """Set the limits that the kernel keeps for each process."""
    memory = int(limits["memory_mb"]) * 2**20
    seconds = max(1, int(limits["cpu_seconds"]))
    numbers = {
        "DATA": memory,
        "CORE": 0,
        "CPU": seconds,
        "FSIZE": int(limits["disk_mb"]) * 2**20,
        "NOFILE": int(limits["files"]),
        "NPROC": int(limits["processes"]),
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    if not counts_processes:
        # Outside a namespace, all processes of the user would count.
        del numbers["NPROC"]
    for name, value in numbers.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def drop_privileges() -> None:
    """Give up every capability for good, and refuse system calls that only an attack needs."""
    _drop_bounding_set()
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("=Ii", 0x2008_0522, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    # So that the watchdog, which has the same user, can read how much memory is shared.
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    refuse_system_calls()


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide_memory() -> None:
    """Keep processes of the same user out of this one's memory and descriptors."""
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def become_nobody(uid: int = NOBODY) -> None:
    """Stop being root, whom limits on the number of processes do not bind."""
    if os.getuid() != 0:
        return
    _drop_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _drop_bounding_set() -> None:
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break


def refuse_system_calls() -> None:
    """Install a seccomp filter that answers EPERM to `REFUSED_CALLS`.

    On architectures that are not named there, namespaces and missing capabilities must do.
    """
    machine = platform.machine()
    if machine not in ("x86_64", "aarch64"):
        return
    column = 0 if machine == "x86_64" else 1
    audit = 0xC000_003E if column == 0 else 0xC000_00B7
    load, equal, greater, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, missing, kill = 0x7FFF_0000, 0x0005_0001, 0x0005_0026, 0x8000_0000
    program = [
        (load, 0, 0, 4),
        (equal, 1, 0, audit),
        (answer, 0, 0, kill),
        (load, 0, 0, 0),
        # The x32 interface numbers the same calls anew.
        (greater, 0, 1, 0x4000_0000),
        (answer, 0, 0, refuse),
        (equal, 0, 1, 435),
        (answer, 0, 0, missing),
        # clone itself, which forks as well, may not make namespaces.
        (equal, 0, 4, 56 if column == 0 else 220),
        (load, 0, 0, 16),
        (any_bit, 0, 1, CLONE_ANY_NAMESPACE),
        (answer, 0, 0, refuse),
        (load, 0, 0, 0),
    ]
    for numbers in REFUSED_CALLS.values():
        program += [(equal, 0, 1, numbers[column]), (answer, 0, 0, refuse)]
    program.append((answer, 0, 0, allow))
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    filter_ = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0), "seccomp")


def _write(path: str, text: str) -> None:
    with open(path, "w") as stream:  # noqa: PTH123 - pathlib is not loaded in the box
        stream.write(text)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    as_bytes = [None if text is None else text.encode() for text in (source, target, kind)]
    result = _libc.mount(*as_bytes, ctypes.c_ulong(flags), data.encode() if data else None)
    _check(result, f"mount {target}")


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
