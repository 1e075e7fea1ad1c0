"""Run the code cells of a page once for both languages, whatever their figures' descriptions say.

Jupyter's cache tells notebooks apart by their code and by all metadata of their cells. Alternative
texts and captions are such metadata: they differ between a page and its twin, and do not change
what a cell computes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_cache.cache.main import JupyterCacheBase
from myst_nb.core.execute import cache as execution
from nbformat import NotebookNode
from sphinx.application import Sphinx

# Cell metadata that changes an execution: the tag raises-exception.
EXECUTION_METADATA = ("tags",)


class SharedCache(JupyterCacheBase):  # type: ignore[misc]
    """Jupyter's cache of executed notebooks, blind to metadata that execution does not see."""

    def create_hashed_notebook(
        self,
        nb: NotebookNode,
        nb_metadata: Iterable[str] | None = ("kernelspec",),
        cell_metadata: Iterable[str] | None = None,
    ) -> tuple[NotebookNode, str]:
        """Return the notebook and its key, from code and ``EXECUTION_METADATA`` only."""
        hashed: tuple[NotebookNode, str] = super().create_hashed_notebook(
            nb, nb_metadata, EXECUTION_METADATA
        )
        return hashed

    def merge_match_into_notebook(
        self, nb: NotebookNode, **options: Any
    ) -> tuple[int, NotebookNode]:
        """Return the notebook with the cached outputs, keeping its own metadata of cells."""
        merged: tuple[int, NotebookNode] = super().merge_match_into_notebook(
            nb, cell_meta=(), **options
        )
        return merged


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # MyST-NB has no setting for the class of its cache.
    execution.get_cache = SharedCache
    return {"parallel_read_safe": True, "parallel_write_safe": True}
