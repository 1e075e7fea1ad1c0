"""What students get back: one file a notebook, which opens anywhere without a network.

nbgrader's own ``generate_feedback`` makes it (by command or by formgrader's button); a course turns
it on in ``nbgrader_config.py``::

    from autograder.feedback import configure_feedback

    configure_feedback(c)
"""

from __future__ import annotations

from traitlets.config import Config

from autograder.feedback.exporter import FeedbackExporter
from autograder.feedback.page import refusal_page
from autograder.feedback.preprocessors import HideTests, ReadGrades

__all__ = ["FeedbackExporter", "HideTests", "ReadGrades", "configure_feedback", "refusal_page"]


def configure_feedback(c: Config) -> None:
    """Have nbgrader write our feedback, and formgrader show students' text safely.

    Names stand for classes and functions, since formgrader shows the configuration as JSON.

    Parameters
    ----------
    c : Config
        Of ``nbgrader_config.py``.
    """
    c.GenerateFeedback.preprocessors = [
        "autograder.feedback.ReadGrades",
        "autograder.feedback.HideTests",
    ]
    c.GenerateFeedback.exporter_class = "autograder.feedback.FeedbackExporter"
    # Formgrader's exporter. Both are needed: its template asks for clean outputs only where
    # sanitize_html is set, and in Markdown cells not even there; autograder.markdown says more.
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "markdown2html": "autograder.markdown.markdown_filter",
        "clean_html": "autograder.markdown.html_filter",
    }
