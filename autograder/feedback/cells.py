"""Cells and their outputs as safe HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from nbconvert.filters import ansi2html
from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from autograder.markdown import formula_to_html, markdown_to_html
from autograder.markup import clean_html, valid_unicode
from autograder.outputs import clean_attachments, clean_outputs

OUTPUT_BYTES: Final = 8_000_000
LONGEST_HIGHLIGHTED: Final = 100_000
LONGEST_TEX: Final = 20_000

_TEX = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\\\[(?P<brackets>.+?)\\\]|\$(?P<dollar>.+?)\$|\\\((?P<round>.+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)


@dataclass(frozen=True)
class Output:
    """One output of a code cell.

    Attributes
    ----------
    kind : {"text", "error", "html", "image"}
    body : Markup
    """

    kind: str
    body: Markup


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown.

    Attributes
    ----------
    kind : {"text", "code"}
    body : Markup
    outputs : list of Output
    number : int
        Its place in the notebook, from 1.
    """

    kind: str
    body: Markup
    outputs: list[Output]
    number: int


def show_cell(cell: NotebookNode, folder: Path, number: int) -> Cell:
    """Render a cell.

    Parameters
    ----------
    cell : NotebookNode
    folder : Path
        Where the notebook is.
    number : int
        The cell's place in the notebook, from 1.
    """
    if cell.cell_type == "markdown":
        body = markdown_to_html(
            cell.source,
            attachments=clean_attachments(cell.get("attachments")),
            folder=folder,
            is_standalone=True,
        )
        return Cell("text", _scrollable(body), [], number)
    if cell.cell_type == "code":
        return Cell("code", _highlighted(cell.source), list(_outputs(cell, number)), number)
    return Cell("code", Markup(escape(valid_unicode(cell.source))), [], number)


def _highlighted(source: str) -> Markup:
    source = valid_unicode(source)
    if len(source) > LONGEST_HIGHLIGHTED:
        return Markup(escape(source))
    lexer = get_lexer_by_name("python3", stripnl=False, ensurenl=False)
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)))


def _outputs(cell: NotebookNode, number: int) -> Iterator[Output]:
    # They were cleaned when they were stored, if it was this package that stored them.
    for output in clean_outputs(cell.outputs, limit_bytes=OUTPUT_BYTES):
        if output.output_type == "stream":
            yield Output("text", _coloured(output.text))
        elif output.output_type == "error":
            yield Output("error", _coloured("\n".join(output.traceback)))
        else:
            yield _display(output.data, number)


def _display(data: dict[str, Any], number: int) -> Output:
    """Show the richest form of what was displayed, as Jupyter does."""
    for mime, kind, show in _FORMS:
        if mime in data:
            return Output(kind, _scrollable(show(data[mime], number)))
    return Output("text", _coloured(data.get("text/plain", "")))


def _coloured(text: str) -> Markup:
    """Turn a terminal's colours into HTML; everything else is escaped."""
    return Markup(ansi2html(text))  # type: ignore[no-untyped-call]


def _scrollable(html: str) -> Markup:
    """Make wide formulas reachable for those who scroll by keyboard."""
    return Markup(html.replace('<span class="formula">', '<span class="formula" tabindex="0">'))


def _image(mime: str) -> Callable[[str, int], str]:
    def show(content: str, number: int) -> str:
        encoded = base64.b64encode(content.encode()).decode() if "svg" in mime else content
        alt = f"Figure from cell {number} · 单元格 {number} 的图"
        return f'<img src="data:{mime};base64,{escape(encoded)}" alt="{alt}">'

    return show


def tex_to_html(text: str) -> str:
    """Draw the formulas in a text, which may have all the delimiters that MathJax knows."""
    if len(text) > LONGEST_TEX:
        return f"<pre>{escape(text)}</pre>"
    return f"<p>{''.join(_tex_pieces(text))}</p>"


def _tex_pieces(text: str) -> Iterable[str]:
    end = 0
    for match in _TEX.finditer(text):
        yield escape(text[end : match.start()])
        found = match.groupdict()
        tex = found["dollars"] or found["brackets"] or found["environment"]
        inline = found["dollar"] or found["round"] or ""
        yield formula_to_html(tex or inline, match[0], block=bool(tex))
        end = match.end()
    yield escape(text[end:])


def _html(content: str, number: int) -> str:
    cleaned = clean_html(content, is_standalone=True) or ""
    # pandas leaves the corner of its tables empty: a header of nothing, which confuses readers.
    return re.sub(r"<th[^<>]*></th>", "<td></td>", cleaned)


def _markdown(content: str, number: int) -> str:
    return markdown_to_html(content, is_standalone=True)


def _latex(content: str, number: int) -> str:
    return clean_html(tex_to_html(content), is_standalone=True) or f"<pre>{escape(content)}</pre>"


_FORMS: Final[list[tuple[str, str, Callable[[str, int], str]]]] = [
    ("text/html", "html", _html),
    ("text/markdown", "html", _markdown),
    ("image/svg+xml", "image", _image("image/svg+xml")),
    ("image/png", "image", _image("image/png")),
    ("image/jpeg", "image", _image("image/jpeg")),
    ("text/latex", "html", _latex),
]
