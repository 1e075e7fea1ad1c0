import contextlib
import socket


def build(notebook, folder):
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as server:
        server.bind("data.socket")
    (folder / "mission.ipynb").symlink_to("/dev/zero")
