"""Parse every formula at build time with the MathJax that will draw it in the reader's browser.

The check sees exactly what the page holds, after Sphinx has wrapped it, and names file and line.
MathJax runs in QuickJS, a small JavaScript engine, and takes about a millisecond a formula.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import quickjs  # type: ignore[import-untyped]
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from book._ext.offline import mathjax_folder

LOGGER = logging.getLogger(__name__)
SCRIPTS = ("loader.js", "core.js", "adaptors/liteDOM.js", "input/tex-full.js")
# Left out: what turns errors into red text, what would load scripts, what the page does not load.
LEFT_OUT = ("noerrors", "noundefined", "require", "autoload", "bussproofs", "physics", "colorv2")
PARSER = """
const { TeX } = MathJax._.input.tex_ts, { STATE } = MathJax._.core.MathItem;
const { AllPackages } = MathJax._.input.tex.AllPackages;
MathJax._.handlers.html_ts.RegisterHTMLHandler(MathJax._.adaptors.liteAdaptor.liteAdaptor());
const tex = new TeX(Object.assign(%(options)s, {
  packages: AllPackages.filter((name) => !%(left_out)s.includes(name)),
  formatError: (_, error) => { throw error; },
}));
const page = MathJax._.mathjax.mathjax.document("", { InputJax: tex });
function complaint(source, display) {
  try {
    tex.reset();
    page.convert(source, { display, end: STATE.CONVERT });
    return "";
  } catch (error) {
    return error.message;
  }
}
"""

Visitor = Callable[[Any, nodes.Element], None]


@cache
def formula_parser(options: str = "{}") -> Callable[[str, bool], str]:
    """Return a function that tells what MathJax finds wrong with a formula.

    Parameters
    ----------
    options : str
        The page's settings of MathJax's ``tex`` input, as JSON.

    Returns
    -------
    callable
        Takes the TeX source and whether it is displayed; returns MathJax's complaint, or ``""``.
    """
    engine = quickjs.Context()
    engine.eval("var window = globalThis, MathJax = {};")
    for script in SCRIPTS:
        engine.eval((mathjax_folder() / script).read_text(encoding="utf-8"))
    engine.eval(PARSER % {"options": options, "left_out": json.dumps(LEFT_OUT)})
    parser: Callable[[str, bool], str] = engine.get("complaint")
    return parser


def check_formulas(app: Sphinx) -> None:
    """Wrap Sphinx's two visitors of formulas by ones that parse what was written."""
    if app.builder.format != "html":
        return
    options = json.dumps((app.config.mathjax3_config or {}).get("tex", {}))
    renderers = (
        (app.registry.html_inline_math_renderers, app.config.mathjax_inline, False),
        (app.registry.html_block_math_renderers, app.config.mathjax_display, True),
    )
    for table, delimiters, display in renderers:
        visit, depart = table["mathjax"]
        table["mathjax"] = (_checked(visit, delimiters, display, options), depart)


def _checked(visit: Visitor, delimiters: tuple[str, str], display: bool, options: str) -> Visitor:
    def visit_and_check(translator: Any, node: nodes.Element) -> None:
        start = len(translator.body)
        try:
            visit(translator, node)
        finally:
            written = "".join(translator.body[start:])
            left, right = delimiters
            source = written.partition(left)[2].rpartition(right)[0]  # "" for an unwrapped block
            source = html.unescape(source) or node.astext()
            if complaint := formula_parser(options)(source, display):
                LOGGER.warning(
                    "formula does not parse: %s: %s",
                    complaint,
                    " ".join(node.astext().split()),
                    location=node,
                    type="formula_check",
                )

    return visit_and_check


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", check_formulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
