"""Make anywidgets live on the static page: no kernel, no require.js, no content network.

MyST-NB embeds the state of a page's widgets and marks where each view belongs. This extension turns
the marks into places of the right height and loads ``widget_host.js`` on the pages that have some.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset_file

FILES = ("widget_host.js", "widget_host.css")
NO_SCRIPT = {
    "en": "This figure is interactive; switch on JavaScript in your browser to use it.",
    "zh": "这是一幅交互图；请在浏览器中启用 JavaScript 后使用。",
}
VIEW = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*)</script>', re.DOTALL
)

logger = logging.getLogger(__name__)


def drop_remote_scripts(app: Sphinx, config: Config) -> None:
    """Take require.js and the html-manager out: MyST-NB would load both from another site."""
    config.nb_ipywidgets_js = {}


def copy_host(app: Sphinx) -> None:
    """Place the host in ``_static`` of the output.

    It is not kept in the book's own ``_static``, whose scripts Jupyter Book loads on every page.
    """
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            copy_asset_file(Path(__file__).with_name(name), static)


def widget_states(app: Sphinx, docname: str) -> dict[str, Any]:
    """Return the embedded state of each widget of a page, by model id; empty without widgets."""
    scripts = NbMetadataCollector.get_js_files(app.env, docname)
    if "ipywidgets_state" not in scripts:
        return {}
    _, attributes = scripts["ipywidgets_state"]
    states: dict[str, Any] = json.loads(attributes["body"])["state"]
    return states


def make_places(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Wrap each view's mark in a place that reserves its height and says what is missing."""
    if app.builder.format != "html":
        return
    states = widget_states(app, docname)
    for node in doctree.findall(nodes.raw):
        if match := VIEW.fullmatch(node.astext().strip()):
            model_id = json.loads(match[1])["model_id"]
            if "_esm" not in states.get(model_id, {}).get("state", {}):
                logger.warning(
                    "this output is a widget that a page cannot run without a kernel; "
                    "use an anywidget (see convlab.widgets)",
                    location=node if node.line else docname,
                )
            node.replace_self(nodes.raw("", _place(app, match[0], states, model_id), format="html"))


def _place(app: Sphinx, mark: str, states: dict[str, Any], model_id: str) -> str:
    state = states.get(model_id, {}).get("state", {})
    narrow, wide = state.get("reserved_height", [300, 300])
    text = NO_SCRIPT["zh" if (app.config.language or "en").startswith("zh") else "en"]
    return (
        f'<div class="cnn-widget-host" '
        f'style="--cnn-narrow-height: {narrow}px; --cnn-wide-height: {wide}px">'
        f"{mark}<noscript><p>{text}</p></noscript></div>"
    )


def load_host(app: Sphinx, pagename: str, *_: Any) -> None:
    """Load the host on pages with widgets only."""
    if app.builder.format == "html" and widget_states(app, pagename):
        app.add_css_file("widget_host.css")
        app.add_js_file("widget_host.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", drop_remote_scripts)
    app.connect("builder-inited", copy_host)
    app.connect("doctree-resolved", make_places)
    app.connect("html-page-context", load_host)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
