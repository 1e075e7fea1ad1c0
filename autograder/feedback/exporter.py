"""The exporter that ``nbgrader generate_feedback`` uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from autograder.feedback.page import feedback_page


class FeedbackExporter(Exporter):
    """Turn an autograded notebook into a page.

    It is not nbconvert's HTML exporter with another template, because those templates escape
    nothing by themselves, load scripts from other sites, and share their settings with formgrader.
    """

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **settings: Any
    ) -> tuple[str, Any]:
        """Make the page."""
        notebook, resources = super().from_notebook_node(nb, resources, **settings)
        folder = Path(str(resources["metadata"].get("path", "") or "."))
        return feedback_page(notebook, dict(resources.get("nbgrader", {})), folder), resources
