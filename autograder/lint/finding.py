"""What a rule has found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something in a source notebook that its author should look at.

    Attributes
    ----------
    notebook : Path
    cell : str
        nbgrader's id of the cell, or its number: "cell 3".
    line : int
        Within the cell, counted from 1.
    rule : str
    severity : {"error", "warning"}
        An error gives wrong grades, shows what is meant to be hidden, or stops nbgrader.
    message : str
        What is wrong and what to do.
    """

    notebook: Path
    cell: str
    line: int
    rule: str
    severity: Severity
    message: str
