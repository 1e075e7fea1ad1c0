"""The state of the random numbers that a test seeds and the student's code draws."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np


def get_state() -> dict[str, Any]:
    """Return the state of each library's global generator, in plain values."""
    name, key, *rest = np.random.get_state()
    state = {"random": random.getstate(), "numpy": (name, np.array(key), *rest)}
    torch = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = torch.get_rng_state().numpy().copy()
    return state


def set_state(state: dict[str, Any]) -> None:
    """Go on from a state; libraries that are not loaded here are left out."""
    random.setstate(state["random"])
    np.random.set_state(state["numpy"])
    torch = sys.modules.get("torch")
    if torch is not None and "torch" in state:
        torch.set_rng_state(torch.from_numpy(state["torch"]))
