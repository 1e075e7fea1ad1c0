"""Keep the site whole without a network: nothing on a page comes from another site.

MathJax is copied from the package ``sphinx-mathjax-offline``; Thebe, which Jupyter Book always
loads and this course does not use, is taken out; the theme's own font draws the icons.
"""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

# What the loader of MathJax asks for, by mathjax3_config in _config.yml, and what those parts load.
MATHJAX_FILES = (
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions/*.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "a11y/assistive-mml.js",
)


def mathjax_folder() -> Path:
    """Return the folder of the installed MathJax 3.

    Raises
    ------
    FileNotFoundError
        When ``sphinx-mathjax-offline`` is installed without its files.
    """
    for file in files("sphinx-mathjax-offline") or ():
        if file.match("mathjax/startup.js"):
            return Path(str(file.locate())).parent
    raise FileNotFoundError(
        "MathJax's startup.js is missing; reinstall the package sphinx-mathjax-offline"
    )


def serve_mathjax_locally(app: Sphinx, config: Config) -> None:
    """Point pages to the copy of MathJax in ``_static``."""
    config.mathjax_path = "mathjax/startup.js"


def remove_thebe(app: Sphinx, config: Config) -> None:
    """Disconnect sphinx-thebe, whose inline script throws without its configuration."""
    listeners = [listener for group in app.events.listeners.values() for listener in group]
    for listener in listeners:
        if listener.handler.__module__.startswith("sphinx_thebe"):
            app.disconnect(listener.id)
    app.registry.css_files[:] = [
        file for file in app.registry.css_files if file[0] != "sphinx-thebe.css"
    ]


def copy_assets(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax into the built site, and empty the script whose work the icon font does."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    source = mathjax_folder()
    for pattern in MATHJAX_FILES:
        for file in source.glob(pattern):
            target = static / "mathjax" / file.relative_to(source)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, target)
    icons = static / "scripts" / "fontawesome.js"
    if icons.exists():
        icons.write_text("// The theme's icon font draws the icons.\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", serve_mathjax_locally)
    app.connect("config-inited", remove_thebe)
    app.connect("build-finished", copy_assets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
