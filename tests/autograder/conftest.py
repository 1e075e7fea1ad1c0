"""A sandbox for all tests of it: bubblewrap, with the environment that `make box` made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox, default_environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A real sandbox. One box at a time may be open in it."""
    with Sandbox(default_environment(ROOT)) as sandbox:
        yield sandbox
