"""Print what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from autograder.lint.finding import Finding

COLOURS = {"error": "red", "warning": "yellow"}


def show(console: Console, notebooks: Sequence[Path], findings: Sequence[Finding]) -> None:
    """Print a table for each notebook in which something was found, and a count."""
    for notebook in notebooks:
        own = [finding for finding in findings if finding.notebook == notebook]
        if own:
            console.print(_table(notebook, own))
    counts = Counter(finding.severity for finding in findings)
    console.print(
        f"{_count(len(notebooks), 'notebook')}: {_count(counts['error'], 'error')}, "
        f"{_count(counts['warning'], 'warning')}.",
        highlight=False,
    )


def _table(notebook: Path, findings: Sequence[Finding]) -> Table:
    table = Table(
        "cell", "line", "rule", "what to do", title=Rich(_name(notebook)), show_lines=True
    )
    table.title_justify = "left"
    for finding in findings:
        rule = Rich(f"{finding.severity}\n", style=f"bold {COLOURS[finding.severity]}")
        rule.append(finding.rule, style="not bold default")
        table.add_row(Rich(finding.cell), str(finding.line), rule, Rich(finding.message))
    return table


def _name(notebook: Path) -> str:
    here = Path.cwd()
    return str(notebook.relative_to(here) if notebook.is_relative_to(here) else notebook)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data, for ``--json``."""
    return {
        "notebook": finding.notebook.as_posix(),
        "cell": finding.cell,
        "line": finding.line,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
    }
