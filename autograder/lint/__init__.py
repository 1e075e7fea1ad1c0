"""Read an instructor's source notebooks before they are released, and say what would go wrong.

Nothing is executed. Each module holds one family of rules; :mod:`autograder.lint.linter` applies
them.
"""

from autograder.lint.finding import Finding
from autograder.lint.linter import LintError, find_notebooks, lint
from autograder.lint.report import as_json, show

__all__ = ["Finding", "LintError", "as_json", "find_notebooks", "lint", "show"]
