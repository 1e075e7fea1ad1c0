"""A machine with something to lose: secrets, servers and files that a batch must not touch."""

from __future__ import annotations

import contextlib
import hashlib
import selectors
import shutil
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.attacks import corpus

# In a file of the grader's home, beside the course, in shared places and in the environment.
SECRET = "marmalade-6502"
SHARED = (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"))
ROOTS = (Path("/"), Path("/run"), Path("/dev"))


def fingerprint(folder: Path) -> dict[str, str]:
    """Return what is in a folder: for each path its kind, its mode and a digest of its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        digest = f"{stat.filemode(status.st_mode)} {status.st_size}"
        if stat.S_ISREG(status.st_mode) and status.st_size < 10_000_000:
            digest += hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = digest
    return found


class Host:
    """What surrounds a course: a home folder, secrets, and servers that note who calls.

    Parameters
    ----------
    folder : Path
        An empty folder; the course is to be in ``course`` below it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = folder / "course"
        self.home = folder / "home"
        self.heard: list[bytes] = []
        self._secrets = [self.home / ".netrc", folder / "secret.txt"]
        # A name of its own in shared places, since other tests may run at the same time.
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
        self._secrets += [place / f"marmalade-{digest}.txt" for place in SHARED]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the grader runs."""
        return corpus.environment(HOME=str(self.home), MARMALADE=SECRET)

    @contextlib.contextmanager
    def open(self) -> Iterator[Host]:
        """Lay out the secrets and open the servers; clear them away afterwards."""
        self.home.mkdir(parents=True)
        for path in self._secrets:
            path.write_text(SECRET, encoding="utf-8")
        servers = list(_servers())
        over = threading.Event()
        listener = threading.Thread(target=self._listen, args=(servers, over), daemon=True)
        listener.start()
        try:
            yield self
        finally:
            over.set()
            listener.join()
            for server in servers:
                server.close()
            for path in self._secrets:
                path.unlink(missing_ok=True)

    def secrets_intact(self) -> bool:
        """Return whether every secret is as it was laid out."""
        return all(path.read_text(encoding="utf-8") == SECRET for path in self._secrets)

    def traces(self) -> list[str]:
        """Return the files of attacks that are where no attack may write."""
        places = [*SHARED, *ROOTS, Path.home(), Path.cwd()]
        places += [self.folder, self.home, self.course, self.course / "submitted"]
        places += [self.course / "autograded", self.course / "feedback", self.course / "source"]
        found = {path for place in places for path in place.glob(f"{corpus.FILE_PREFIX}*")}
        return sorted(map(str, found))

    def _listen(self, servers: list[socket.socket], over: threading.Event) -> None:
        with selectors.DefaultSelector() as selector:
            for server in servers:
                selector.register(server, selectors.EVENT_READ)
            while not over.is_set():
                for key, _ in selector.select(timeout=0.1):
                    with contextlib.suppress(OSError):
                        self.heard.append(_receive(key.fileobj))


def remove_traces() -> None:
    """Remove what attacks left in shared places, so that the next run starts clean."""
    for path in [
        path for place in (*SHARED, *ROOTS) for path in place.glob(f"{corpus.FILE_PREFIX}*")
    ]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _servers() -> Iterator[socket.socket]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        for family, address in (
            (socket.AF_INET, ("127.0.0.1", corpus.PORT)),
            (socket.AF_UNIX, corpus.SOCKET),
        ):
            server = socket.socket(family, kind)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(address)
            except OSError:
                # Another run of these tests, at the same time, listens there.
                server.close()
                continue
            if kind == socket.SOCK_STREAM:
                server.listen()
            server.setblocking(False)
            yield server


def _receive(server: object) -> bytes:
    assert isinstance(server, socket.socket)
    if server.type == socket.SOCK_DGRAM:
        return server.recv(4096)
    connection, _ = server.accept()
    with connection:
        connection.settimeout(1)
        return b"a connection: " + connection.recv(4096)
