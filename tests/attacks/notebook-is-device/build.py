import contextlib
import socket


def build(notebook, folder):
    server = socket.socket(socket.AF_UNIX)
    with contextlib.chdir(folder):
        server.bind("data.socket")
    (folder / "mission.ipynb").symlink_to("/dev/zero")
