import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def sees_the_machine():
    """Return whether this is no sandbox; whoever runs this keeps their machine, and we say so."""
    return sum(name.isdigit() for name in os.listdir("/proc")) > 8


if sees_the_machine():
    print("attack-corpus", "harm", "sees processes of others")
else:
    with open("/proc/self/mounts") as file:
        places = [line.split()[1] for line in file]
    for place in reversed(places):
        if libc.umount2(place.encode(), 2) == 0:
            print("attack-corpus", "harm", "unmounted " + place)
    for place in ("/tmp", "/home", "/mnt", "/dev/shm", "."):
        if libc.mount(b"proc", place.encode(), b"proc", 0, None) == 0:
            print("attack-corpus", "harm", "mounted proc on " + place)
    if libc.mount(None, b"/", None, 32 | 1 << 18, None) == 0:
        print("attack-corpus", "harm", "remounted / as shared")
    if libc.mount(b"none", b"/", None, 32 | 4096, b"rw") == 0:
        print("attack-corpus", "harm", "remounted / as writable")


def moving_average(values, width):
    return np.zeros(len(values) - width + 1)


def count_words(text):
    return {}
