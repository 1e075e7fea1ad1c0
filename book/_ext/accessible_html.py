"""Correct roles in HTML that others write, where they would mislead assistive technology.

Docutils writes a bibliography as a list whose entries have a role that ARIA 1.3 deprecates and that
no list may contain; an entry of a list is a ``listitem``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

CORRECTIONS = {'role="doc-biblioentry"': 'role="listitem"'}


def correct_roles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Apply the corrections to a page's body."""
    for wrong, right in CORRECTIONS.items():
        context["body"] = context.get("body", "").replace(wrong, right)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", correct_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
