r"""Markdown of students: stored so that it cannot harm any reader, shown so that it looks right.

Tried with nbconvert 7.17 and nbgrader 0.9.6:

* ``HTMLExporter.sanitize_html`` alone does not help: formgrader's and feedback's own templates
  never ask for it in Markdown cells, so ``<script>`` and ``[x](javascript:...)`` stay live. Where
  it is asked for, it escapes paragraphs, headings, images and the heads of tables.
* ``HTMLExporter.filters`` reaches both. Sanitising what was rendered leaves no gap between two
  readings of Markdown, keeps the source byte for byte, and lets harmless HTML through.
* After the filter, the templates call ``strip_files_prefix``, which makes a live link of
  ``files/javascript:...``; so links are also checked for what would be left of them.

So pages are made with `markdown_to_html`. A course may still open autograded notebooks without our
settings; therefore `clean_markdown` also stores as plain source what would not be harmless there.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.markup import (
    ATTRIBUTES,
    CLASSES,
    STYLE_PROPERTIES,
    TAGS,
    clean_html,
    image_address,
    link_address,
    valid_unicode,
)
from autograder.maths import tex_to_mathml

Attachments = Mapping[str, dict[str, str]]

# The renderer needs time in the square of the number of beginnings that have no end.
LONGEST: Final = 50_000
MOST_BEGINNINGS: Final = 300
LARGEST_IMAGE: Final = 4_000_000

_BEGINNING = re.compile(r"\\begin\{|\\\\[\[(]")
_CHECKBOX = re.compile(r'<input class="task-list-item-checkbox"([^<>]*)>')
_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}


def clean_markdown(source: str, attachments: Attachments | None = None) -> str:
    """Return the source of a Markdown cell as it may be stored.

    Parameters
    ----------
    source : str
    attachments : mapping of str to mapping, optional
        The images that are stored with the cell. A link to another one would keep formgrader from
        showing the notebook at all.

    Returns
    -------
    str
        The source itself, byte for byte, if nbconvert makes harmless HTML of it; else a block of
        code that shows it.
    """
    source = valid_unicode(source).replace("\0", "\ufffd")
    if _is_manageable(source):
        renderer = IPythonRenderer(escape=False, attachments=dict(attachments or {}))
        try:
            if _is_harmless(MarkdownWithMath(renderer=renderer).render(source)):
                return source
        except Exception:
            # A student's text may bring the renderer down in ways that it does not name.
            pass
    longest = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"


def markdown_to_html(
    source: str,
    *,
    attachments: Attachments | None = None,
    folder: Path | None = None,
    is_standalone: bool = False,
) -> str:
    """Render Markdown into HTML that cannot run or load anything. It never fails.

    Parameters
    ----------
    source : str
    attachments : mapping of str to mapping, optional
        The cell's images: file name, then MIME type, then base64.
    folder : Path, optional
        Where images beside the notebook are; they are put into the page.
    is_standalone : bool
        Whether the page must do without scripts: formulas are drawn. Otherwise they stay TeX, for
        MathJax.
    """
    html = None
    if _is_manageable(source):
        renderer = _Renderer(attachments or {}, folder, is_standalone)
        try:
            html = MarkdownWithMath(renderer=renderer).render(source)
            html = clean_html(_CHECKBOX.sub(_box, html), is_standalone=is_standalone)
        except Exception:
            # A student's text may bring the renderer down in ways that it does not name.
            html = None
    return f'<pre tabindex="0">{escape(valid_unicode(source))}</pre>' if html is None else html


def _box(checkbox: re.Match[str]) -> str:
    """Draw a box that nobody can tick."""
    return "☑ " if "checked" in checkbox[1] else "☐ "


@pass_context
def markdown_filter(context: Context, source: str) -> str:
    """Stand in for nbconvert's filter ``markdown2html``, in formgrader."""
    cell = context.get("cell") or {}
    return markdown_to_html(source, attachments=cell.get("attachments"))


def html_filter(source: Any) -> str:
    """Stand in for nbconvert's filter ``clean_html``, which escapes paragraphs and images."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else str(source)
    cleaned = clean_html(text)
    return escape(valid_unicode(text)) if cleaned is None else cleaned


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, without what fails, and with formulas that need no script."""

    def __init__(
        self,
        attachments: Attachments,
        folder: Path | None,
        draws_formulas: bool,
    ) -> None:
        super().__init__(escape=False, exclude_anchor_links=False, anchor_link_text="")
        self._images = attachments
        self._folder = folder
        self._draws_formulas = draws_formulas

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        html: str = super().heading(text, level, **attributes)
        return re.sub(r'<a class="anchor-link" href="[^"]*"\s*(/>|></a>)', "", html)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        html: str = super().image(text, self._embedded(url) or url, title)
        return html

    def _embedded(self, url: str) -> str | None:
        if url.startswith("attachment:"):
            bundle = self._images.get(unquote(url.removeprefix("attachment:")), {})
            for mime, content in bundle.items():
                return f"data:{mime};base64,{content}"
            # Without this, the base class would fail.
            return "missing"
        return _embedded_file(self._folder, url) if self._folder else None

    def block_math(self, body: str) -> str:
        return self._formula(body, f"$${body}$$", block=True)

    def inline_math(self, body: str) -> str:
        return self._formula(body, f"${body}$", block=False)

    def latex_environment(self, name: str, body: str) -> str:
        source = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formula(source, source, block=True)

    def _formula(self, tex: str, source: str, *, block: bool) -> str:
        if not self._draws_formulas:
            return escape(source, quote=False)
        return formula_to_html(tex, source, block=block)


def formula_to_html(tex: str, source: str, *, block: bool) -> str:
    """Draw a formula; one that cannot be drawn is shown as its source."""
    drawn = tex_to_mathml(tex, block=block) or f"<code>{escape(source)}</code>"
    return f'<span class="formula">{drawn}</span>' if block else drawn


def _embedded_file(folder: Path, url: str) -> str | None:
    """Return the content of an image beside the notebook; feedback is handed out as one file."""
    if image_address(url) is None:
        return None
    path = folder / unquote(url)
    try:
        # A link to a file elsewhere would show that file to the student.
        is_inside = path.resolve().is_relative_to(folder.resolve())
        if not is_inside or not path.is_file() or path.stat().st_size > LARGEST_IMAGE:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    for mime, signature in _SIGNATURES.items():
        if content.startswith(signature):
            return f"data:{mime};base64,{base64.b64encode(content).decode()}"
    return None


def _is_manageable(source: str) -> bool:
    beginnings = sum(1 for _ in _BEGINNING.finditer(source))
    return len(source) <= LONGEST and beginnings <= MOST_BEGINNINGS


# ------------------------------------------------------------------ what nbconvert would make of it

_ATTRIBUTE = r"""\s++([a-z-]++)(?:\s*+=\s*+("[^"<]*+"|'[^'<]*+'|[\w#%.,-]++))?+"""
_TOKEN = re.compile(rf"<(/?)([a-z][a-z0-9]*+)((?:{_ATTRIBUTE})*+)\s*+/?>", re.I)
_COMMENT = re.compile(r"<!--(?!-?>)[^<>]*-->")
_STYLE = re.compile(r"[\w\s:;#%.,()-]*+")
_KNOWN_CLASS = re.compile(
    r"language-[\w+#-]++|anchor-link|task-list-item(-checkbox)?+|(jp-M|m)ermaid"
)
_CLASSES = set().union(*CLASSES.values())


def _is_harmless(html: str) -> bool:
    """Tell whether HTML has nothing but known tags, each written so that it has one reading.

    This is stricter than a browser on purpose: what is unusual counts as harmful.
    """
    html = _COMMENT.sub("", html)
    return "<" not in _TOKEN.sub("", html) and all(
        _is_known(tag.lower(), name.lower(), unescape(value.strip("\"'")))
        for tag, name, value in _attributes(html)
    )


def _attributes(html: str) -> Iterator[tuple[str, str, str]]:
    for _, tag, attributes, *_ in _TOKEN.findall(html):
        yield tag, "", ""
        for name, value in re.findall(_ATTRIBUTE, attributes, re.I):
            yield tag, name, value


def _is_known(tag: str, name: str, value: str) -> bool:
    """Tell whether a tag may have an attribute; the empty name asks for the tag itself."""
    match name:
        case "":
            return tag in TAGS or tag == "input"
        case "href":
            return tag == "a" and link_address(value) is not None
        case "src":
            return tag == "img" and _is_image(value)
        case "style":
            return bool(_STYLE.fullmatch(value)) and _has_known_properties(value)
        case "class":
            return all(part in _CLASSES or _KNOWN_CLASS.fullmatch(part) for part in value.split())
        case "type":
            return tag == "input" and value == "checkbox"
        case "disabled" | "checked":
            return tag == "input"
        case _:
            return name in ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"]


def _is_image(address: str) -> bool:
    # A picture from the web does no harm to a reader who has a network; pages of ours leave it out.
    return image_address(address) is not None or address.lower().startswith("https://")


def _has_known_properties(style: str) -> bool:
    names = [part.partition(":")[0].strip().lower() for part in style.split(";") if part.strip()]
    return all(name in STYLE_PROPERTIES for name in names)
