"""The trusted end of a connection to a process of the box: requests, answers, failures."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from typing import Any

from autograder.box import wire

# How long a box may take to notice that its time is up, before it is killed.
GRACE_SECONDS = 3.0
CHECKPOINT_SECONDS = 20.0


class BoxFailure(BaseException):
    """The box did not answer: no ``except Exception`` of a test may take it for an answer.

    Parameters
    ----------
    code : {"TLE", "OLE", "RE"}
        An online judge's word for what happened; a lost connection may turn out to be MLE.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Process:
    """A process of the box that answers requests.

    Parameters
    ----------
    connection : socket
    pid : int
        Its number inside the box, as the box says; 0 where it is not known.
    """

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid
        self.is_alive = True

    def request(
        self,
        form: dict[str, Any],
        blobs: list[bytes],
        seconds: float,
        fd: int | None = None,
    ) -> tuple[dict[str, Any], memoryview]:
        """Send a request and wait for the answer.

        Raises
        ------
        BoxFailure
            When there is none in time, or it breaks the rules.
        CannotCross
            When the request is too large to be sent.
        """
        deadline = time.monotonic() + seconds + GRACE_SECONDS
        try:
            self._connection.settimeout(seconds + GRACE_SECONDS)
            wire.send_frame(self._connection, form, blobs, fd)
            answer, blob, fds = wire.receive_frame(self._connection, deadline)
        except TimeoutError as error:
            self.is_alive = False
            raise BoxFailure("TLE") from error
        except wire.WireError as error:
            self.is_alive = False
            too_large = isinstance(error, wire.TooLarge)
            raise BoxFailure("OLE" if too_large else "RE") from error
        except (wire.ConnectionLost, OSError) as error:
            self.is_alive = False
            raise BoxFailure("RE") from error
        for received in fds:
            os.close(received)
        if type(answer) is not dict:
            self.is_alive = False
            raise BoxFailure("RE")
        return answer, blob

    def checkpoint(self) -> Process:
        """Fork it; the child waits on a connection of its own."""
        ours, theirs = socket.socketpair()
        with theirs:
            answer, _ = self.request(
                {"op": "checkpoint"}, [], CHECKPOINT_SECONDS, fd=theirs.fileno()
            )
        pid = answer.get("pid")
        return Process(ours, pid if type(pid) is int else 0)

    def run(self, source: str, name: str, seconds: float, output_limit: int) -> dict[str, Any]:
        """Run a notebook's cell; return what the box says of it, with exact types or defaults."""
        answer, _ = self.request(
            {
                "op": "run",
                "source": source,
                "name": name,
                "seconds": seconds,
                "output_limit": output_limit,
            },
            [],
            seconds,
        )
        outputs = answer.get("outputs")
        count = answer.get("count")
        return {
            "outputs": outputs if type(outputs) is list else [],
            "raised": str(answer.get("raised", ""))[:100],
            "timed_out": answer.get("timed_out") is True,
            "overflowed": answer.get("overflowed") is True,
            "count": count if type(count) is int else None,
        }

    def write_files(self, files: Mapping[str, bytes]) -> None:
        """Write files into the working folder; what the disk limit refuses is left out."""
        encoder = wire.Encoder(wire.no_reference)
        form = encoder.encode([(name, content) for name, content in files.items()])
        request = {"op": "files", "files": form, "seconds": CHECKPOINT_SECONDS}
        self.request(request, encoder.blobs, CHECKPOINT_SECONDS)

    def close(self) -> None:
        """Close the connection; an honest process ends by that."""
        self.is_alive = False
        self._connection.close()
