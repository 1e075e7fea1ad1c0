"""``python -m tools.survey FOLDER``: see the package.

Exit codes: 0, measured; 2, there is nothing to measure; 3, there is no sandbox.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

import tools.survey
from autograder.sandbox import Sandbox, SandboxError, default_environment
from tools.survey.definitions import find_definitions
from tools.survey.measure import measure
from tools.survey.report import as_json, show
from tools.survey.shapes import FUNCTIONS
from tools.survey.trial import SECONDS

ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Survey a folder from the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.survey", description=tools.survey.__doc__
    )
    parser.add_argument("folder", type=Path, help="with .py and .ipynb files, at any depth")
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="time limit of a call (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        return _stop(f"There is no folder {options.folder}; name one that holds Python files.", 2)
    findings = find_definitions(options.folder)
    if not findings.definitions:
        names = ", ".join(FUNCTIONS)
        return _stop(
            f"No function to measure in {options.folder}: none of its .py and .ipynb files "
            f"defines {names}.",
            2,
        )
    try:
        with Sandbox(default_environment(ROOT), modules=("numpy",)) as sandbox:
            judgements = measure(sandbox, findings.definitions, options.seconds, _progress)
    except SandboxError as error:
        return _stop(str(error), 3)
    if options.json:
        print(json.dumps(as_json(findings, judgements), indent=1))
    else:
        show(Console(), findings, judgements)
    return 0


def _progress(items: list[Any], description: str) -> Iterable[Any]:
    return track(items, description, console=Console(stderr=True), transient=True)


def _stop(message: str, code: int) -> int:
    print(f"survey: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
