"""Two languages from one book: ``zh/X.md`` takes the place of ``X.md`` in the Chinese build.

Document names, labels, addresses and the cache of executed cells are thereby shared. What a page
must share with its twin, line by line, is checked by :func:`compare_twins`.
"""

from __future__ import annotations

import logging as standard_logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
TWIN_FOLDERS = {"zh_CN": "zh"}
# Cell front matter that speaks to the reader, and may therefore differ between twins.
TRANSLATED_METADATA = (("mystnb", "image", "alt"), ("mystnb", "figure", "caption"))


@dataclass(frozen=True)
class Part:
    """One thing that a page and its twin must share.

    Attributes
    ----------
    kind : str
        ``code cell``, ``formula``, ``label``, ``reference``, ``citation`` or ``heading``.
    text : str
        What is compared.
    line : int
        Where it starts, from 1.
    """

    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Difference:
    """A place where a twin departs from its page.

    Attributes
    ----------
    line : int
        Line of the twin.
    message : str
        What differs, with the page's own line.
    """

    line: int
    message: str


def twin_path(page: Path, source: Path, language: str) -> Path | None:
    """Return the file that replaces `page` in `language`, or None when pages have no twin in it.

    Parameters
    ----------
    page, source : Path
        A page and the book's source folder, which contains it.
    language : str
        Sphinx's name of the language, such as ``"zh_CN"``.
    """
    folder = TWIN_FOLDERS.get(language)
    return None if folder is None else source / folder / page.relative_to(source)


# -- Comparison ---------------------------------------------------------------------------------

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,}|:{3,})\s*(?P<info>.*)$")
_MATHS = re.compile(
    r"(?<![\\$])\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$]+?)(?<!\\)\$", re.S
)
_ROLE = re.compile(r"\{(?P<role>[\w:-]+)\}`(?P<target>[^`]+)`")
_LABEL = re.compile(r"^\((?P<label>[^()\s]+)\)=\s*$", re.M)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^(?P<marks>#{1,6})\s", re.M)
_DIRECTIVE_LABEL = re.compile(r"^:(?:name|label):\s*(?P<label>\S+)\s*$", re.M)
_INLINE_CODE = re.compile(r"(?<!`)(?<!\})(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)


def compare_twins(page_text: str, twin_text: str) -> list[Difference]:
    """Return where a twin departs from its page in what both must share.

    Shared are code cells (with their metadata, except alternative texts and captions of figures),
    formulas, labels, references, citations and the levels of headings. Prose is free, and so is the
    order of references and formulas inside one section; headings and code cells keep theirs.

    Parameters
    ----------
    page_text, twin_text : str
        The two files' contents.

    Returns
    -------
    list of Difference
        Empty when the twins agree.
    """
    page_sections, twin_sections = list(_sections(page_text)), list(_sections(twin_text))
    for page, twin in zip_longest(page_sections, twin_sections):
        if page is None or twin is None or page[0].text != twin[0].text:
            # What follows would be compared with the wrong sections.
            return [_different_heading(page, twin, twin_sections[-1][0].line)]
    pairs = zip(page_sections, twin_sections, strict=True)
    return [difference for page, twin in pairs for difference in _compare_sections(page, twin)]


def _different_heading(page: list[Part] | None, twin: list[Part] | None, last: int) -> Difference:
    if page is None:
        assert twin is not None
        return Difference(twin[0].line, "a section that the page does not have")
    if twin is None:
        return Difference(last, f"a section is missing behind this one (page: line {page[0].line})")
    message = (
        f"heading of level {len(twin[0].text)}, but level {len(page[0].text)} in the page "
        f"(line {page[0].line}): a section is missing or too many"
    )
    return Difference(twin[0].line, message)


def _compare_sections(page: list[Part], twin: list[Part]) -> Iterator[Difference]:
    heading = twin[0]
    cells = [part for part in page if part.kind == "code cell"]
    twin_cells = [part for part in twin if part.kind == "code cell"]
    for cell, twin_cell in zip_longest(cells, twin_cells):
        if cell is None:
            yield Difference(twin_cell.line, "code cell that the page does not have")
        elif twin_cell is None:
            yield Difference(heading.line, f"code cell missing (page: line {cell.line})")
        elif cell.text != twin_cell.text:
            yield Difference(
                twin_cell.line, f"code cell differs from the page's (line {cell.line})"
            )
    yield from _compare_unordered(page[1:], twin[1:], heading.line)


def _compare_unordered(
    page: list[Part], twin: list[Part], section_line: int
) -> Iterator[Difference]:
    rest = [part for part in twin if part.kind != "code cell"]
    for part in page:
        if part.kind == "code cell":
            continue
        match = next(
            (other for other in rest if (other.kind, other.text) == (part.kind, part.text)), None
        )
        if match is None:
            yield Difference(
                section_line,
                f"{part.kind} missing in this section: {part.text} (page: line {part.line})",
            )
        else:
            rest.remove(match)
    for part in rest:
        yield Difference(part.line, f"{part.kind} that the page does not have: {part.text}")


def _sections(text: str) -> Iterator[list[Part]]:
    """Yield each section's parts, its heading first; what precedes the first heading is level 0."""
    section = [Part("heading", "", 1)]
    for part in sorted(_parts(text), key=lambda part: part.line):
        if part.kind == "heading":
            yield section
            section = [part]
        else:
            section.append(part)
    yield section


def _parts(text: str) -> Iterator[Part]:
    prose = list(text.splitlines())
    _blank(prose, *_front_matter(prose))
    yield from _code_cells(prose)
    body = "\n".join(prose)
    body = _INLINE_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), body)
    patterns = (
        (_MATHS, "formula"),
        (_LABEL, "label"),
        (_DIRECTIVE_LABEL, "label"),
        (_HEADING, "heading"),
    )
    for pattern, kind in patterns:
        for match in pattern.finditer(body):
            found = next(group for group in match.groups() if group is not None)
            yield Part(kind, " ".join(found.split()), body.count("\n", 0, match.start()) + 1)
    yield from _references("\n".join(prose))


def _references(body: str) -> Iterator[Part]:
    for match in _ROLE.finditer(body):
        role, target = match["role"], match["target"]
        if (
            role in ("glue", "glue:text", "numref", "ref", "eq", "doc", "term", "nb-download")
            or "cite" in role
        ):
            # A role's own words, `words <target>`, belong to the language.
            target = re.sub(r"^.*<(.+)>$", r"\1", target, flags=re.S)
            kind = "citation" if "cite" in role else "reference"
            if role != "term":
                yield Part(kind, f"{role} {target}", body.count("\n", 0, match.start()) + 1)
    for match in _LINK.finditer(body):
        yield Part("reference", match["target"], body.count("\n", 0, match.start()) + 1)


def _front_matter(lines: list[str]) -> tuple[int, int]:
    if not lines or lines[0].strip() != "---":
        return 0, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    return 0, end + 1


def _code_cells(lines: list[str]) -> Iterator[Part]:
    """Yield the code cells and other literal blocks, and blank their lines."""
    start = 0
    while start < len(lines):
        fence = _FENCE.match(lines[start].strip())
        info = fence["info"].strip() if fence else ""
        literal = (
            fence is not None and fence["fence"][0] != ":" and not _is_markdown_directive(info)
        )
        if fence is None or not literal:
            start += 1
            continue
        end = next(
            (i for i in range(start + 1, len(lines)) if lines[i].strip() == fence["fence"]),
            len(lines),
        )
        content = lines[start + 1 : end]
        if info.startswith("{math}"):
            formula = " ".join(
                " ".join(line for line in content if not line.startswith(":")).split()
            )
            yield Part("formula", formula, start + 1)
            yield from (
                Part("label", line.split()[1], start + 2 + i)
                for i, line in enumerate(content)
                if line.startswith(":label:")
            )
        else:
            if info.startswith("{code-cell}"):
                yield Part("code cell", _code_cell_text(info, content), start + 1)
        _blank(lines, start, end + 1)
        start = end + 1


def _is_markdown_directive(info: str) -> bool:
    """Tell whether a fence holds prose: a directive other than code and maths."""
    literal = ("{code", "{math", "{literal", "{mermaid", "{eval-rst", "{bibliography")
    return info.startswith("{") and not info.startswith(literal)


def _code_cell_text(info: str, content: list[str]) -> str:
    end = _front_matter(content)[1]
    metadata = yaml.safe_load("\n".join(content[1 : end - 1])) if end else {}
    for *groups, key in TRANSLATED_METADATA:
        inner = metadata
        for group in groups:
            inner = inner.get(group, {}) if isinstance(inner, dict) else {}
        if isinstance(inner, dict):
            inner.pop(key, None)
    return "\n".join([info, repr(metadata), *content[end:]])


def _blank(lines: list[str], start: int, end: int) -> None:
    lines[start:end] = [""] * len(lines[start:end])


# -- Sphinx -------------------------------------------------------------------------------------


class TwinLocation(standard_logging.Filter):
    """Make warnings name the file that was read: the twin, where Sphinx knows the page only."""

    def __init__(self, source: Path, language: str) -> None:
        super().__init__()
        self.source, self.language = source, language

    def filter(self, record: standard_logging.LogRecord) -> bool:
        """Rewrite the record's location; never drop it."""
        location = getattr(record, "location", None)
        if isinstance(location, str) and location.startswith(f"{self.source}/"):
            page, _, rest = location.partition(":")
            twin = twin_path(Path(page), self.source, self.language)
            if twin is not None and twin.exists():
                record.location = f"{twin}:{rest}"
        return True


def read_twin(app: Sphinx, docname: str, content: list[str]) -> None:
    """Replace a page's text by its twin's, and compare the two."""
    source = Path(app.srcdir)
    page = Path(app.env.doc2path(docname))
    twin = twin_path(page, source, app.config.language)
    if twin is None:
        return
    app.env.note_dependency(str(twin))
    if not twin.exists():
        LOGGER.warning(
            "this page has no twin: write %s",
            twin.relative_to(source),
            location=f"{page}:1",
            type="twins",
        )
        return
    text = twin.read_text(encoding="utf-8")
    for difference in compare_twins(content[0], text):
        LOGGER.warning(difference.message, location=f"{twin}:{difference.line}", type="twins")
    content[0] = text


def configure_language(app: Sphinx, config: Config) -> None:
    """Apply the language's part of ``twin_config`` over the book's configuration."""
    for name, value in config.twin_config.get(config.language, {}).items():
        merged = {**config[name], **value} if isinstance(value, dict) else value
        config[name] = merged


def translate_captions(app: Sphinx, doctree: Any) -> None:
    """Put the captions of ``_toc.yml`` into the language that is being built."""
    if app.config.language not in TWIN_FOLDERS:
        return
    captions = app.config.twin_captions.get(app.config.language, {})
    for toctree in doctree.findall(addnodes.toctree):
        caption = toctree.get("caption")
        if not caption:
            continue
        if caption not in captions:
            toc = Path(app.srcdir) / "_toc.yml"
            lines = toc.read_text(encoding="utf-8").splitlines()
            line = next((i for i, text in enumerate(lines, 1) if caption in text), 1)
            LOGGER.warning(
                "caption %r has no translation: add it to twin_captions in _config.yml",
                caption,
                location=f"{toc}:{line}",
                type="twins",
            )
        toctree["caption"] = toctree["rawcaption"] = captions.get(caption, caption)


def copy_twin_sources(app: Sphinx, exception: Exception | None) -> None:
    """Offer the twin, not the page, for download beside the Chinese pages."""
    if exception is not None or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        page = Path(app.env.doc2path(docname))
        twin = twin_path(page, Path(app.srcdir), app.config.language)
        copy = Path(app.outdir) / "_sources" / page.relative_to(app.srcdir)
        if twin is not None and twin.exists() and copy.exists():
            copy.write_bytes(twin.read_bytes())


def name_twins_in_warnings(app: Sphinx) -> None:
    """Attach :class:`TwinLocation` behind Sphinx's own filters, which write the location."""
    twin_location = TwinLocation(Path(app.srcdir), app.config.language)
    for handler in standard_logging.getLogger("sphinx").handlers:
        handler.addFilter(twin_location)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("twin_config", {}, "env")
    app.add_config_value("twin_captions", {}, "env")
    app.connect("config-inited", configure_language)
    app.connect("builder-inited", name_twins_in_warnings)
    app.connect("source-read", read_twin, priority=100)
    app.connect("doctree-read", translate_captions)
    app.connect("build-finished", copy_twin_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
