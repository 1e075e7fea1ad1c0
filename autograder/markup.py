"""HTML and SVG that students' code or text may show: rebuilt from allow-lists, never passed on.

What is shown sits in pages of others: the grader's formgrader, where a script would act with the
grader's rights and an overlay could imitate its buttons, and feedback, which must open without a
network. So nothing that runs, loads, overlays or borrows the page's own classes is on the lists.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Final

import nh3
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

# Ids keep links inside a notebook working; the prefix keeps them apart from the page's own ids,
# by which formgrader finds its score boxes.
ID_PREFIX: Final = "nb-"

# A parser of HTML needs time in the square of the depth: 200 000 nested tags took two minutes.
# The depth is bounded by the number of tags, which is known before anything is parsed.
MOST_TAGS: Final = 5_000
DEEPEST: Final = 100

# Landmarks (nav, header ...), forms and frames belong to the page.
TAGS: Final = (nh3.ALLOWED_TAGS | {"font", "tfoot"}) - {
    *("area", "article", "aside", "footer", "header", "hgroup", "map", "nav")
}
# Their text is no text for readers.
DROPPED_WITH_CONTENT: Final = {
    *("script", "style", "svg", "math", "template", "noscript", "iframe", "object", "select"),
    *("textarea", "title", "xmp", "noembed", "noframes"),
}
# Colours and cells of tables, nothing that moves content out of its place.
STYLE_PROPERTIES: Final = {
    *("color", "background-color", "text-align", "vertical-align", "white-space"),
    *("font-weight", "font-style", "text-decoration", "width", "max-width", "min-width"),
    *("border", "border-top", "border-bottom", "border-left", "border-right"),
    *("border-collapse", "border-color", "border-style", "border-width"),
    *("padding", "padding-top", "padding-bottom", "padding-left", "padding-right"),
}
ATTRIBUTES: Final = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"style", "id", "lang", "dir", "title", "align"},
    "details": {"open"},
    "font": {"color"},
    "table": nh3.ALLOWED_ATTRIBUTES["table"] | {"border"},
}
# Classes of highlighted code and of pandas' tables: all that pages style, and no more.
CLASSES: Final = {
    "div": {"highlight"},
    "span": {"formula", *filter(None, STANDARD_TYPES.values())},
    "table": {"dataframe"},
}
MATHML: Final = {
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mn": set[str](),
    "mo": {
        *("stretchy", "fence", "form", "movablelimits", "minsize", "maxsize", "lspace", "rspace"),
        *("symmetric", "separator"),
    },
    "mover": {"accent"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mphantom": set[str](),
    "mroot": set[str](),
    "mrow": set[str](),
    "mspace": {"width", "height", "depth"},
    "msqrt": set[str](),
    "mstyle": {"displaystyle", "scriptlevel", "mathcolor"},
    "msub": set[str](),
    "msubsup": set[str](),
    "msup": set[str](),
    "mtable": {"displaystyle"},
    "mtd": {"columnalign"},
    "mtext": set[str](),
    "mtr": set[str](),
    "munder": {"accentunder"},
    "munderover": set[str](),
}

_DATA_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]*", re.I)
_FILE = re.compile(r"[^\W_][\w./ %-]*")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_VOID = {"br", "hr", "img", "col", "wbr"}


def clean_html(source: str, *, is_standalone: bool = False) -> str | None:
    """Rebuild HTML from what may be shown.

    Parameters
    ----------
    source : str
    is_standalone : bool
        Whether it is for a page that must do without other files and scripts: images have their
        data with them, and formulas may be MathML. In formgrader MathJax draws them from TeX.

    Returns
    -------
    str or None
        Well-formed HTML; None when it is too intricate to be looked at.
    """
    if source.count("<") - source.count("</") > MOST_TAGS:
        return None
    cleaner = _FOR_STANDALONE if is_standalone else _FOR_JUPYTER
    cleaned = cleaner.clean(valid_unicode(source))
    if is_standalone:
        cleaned = _IMAGE.sub(_described, cleaned)
    return cleaned if _depth(cleaned) <= DEEPEST else None


def valid_unicode(text: str) -> str:
    """Replace lone surrogates, which no file in UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _depth(cleaned: str) -> int:
    """Count how deep the elements of cleaned, so well-formed, HTML are nested."""
    depth = deepest = 0
    for closing, name in _TAG.findall(cleaned):
        if name not in _VOID:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return link_address(value)
    return image_address(value) if attribute == "src" else value


def _filter_attribute_standalone(tag: str, attribute: str, value: str) -> str | None:
    is_file = attribute == "src" and not value.lower().startswith("data:")
    return None if is_file else _filter_attribute(tag, attribute, value)


def link_address(address: str) -> str | None:
    """Return an address that a link may have."""
    if address.startswith("#"):
        return f"#{ID_PREFIX}{address[1:].removeprefix(ID_PREFIX)}"
    is_absolute = address.lower().startswith(("http://", "https://", "mailto:"))
    # "files/javascript:..." is a harmless file, until nbconvert strips "files/" from links.
    return address if is_absolute or ":" not in address else None


def image_address(address: str) -> str | None:
    """Return an address that an image may have: its own data, or a file beside the notebook.

    An image is fetched without a click, so "/logout" would log the grader out of Jupyter; so would
    "files//logout", of which nbconvert strips "files/".
    """
    is_elsewhere = re.search(r"\.\.|//|%2e|%2f", address, re.IGNORECASE)
    is_file = _FILE.fullmatch(address) and not is_elsewhere
    return address if is_file or _DATA_IMAGE.fullmatch(address) else None


def _described(image: re.Match[str]) -> str:
    """Give an image a description; leave only that of one that has lost its address."""
    description = re.search(r' alt="([^"]*)"', image[1])
    if ' src="' not in image[1]:
        return description[1] if description else ""
    return image[0] if description else f'<img alt=""{image[1]}>'


def _cleaner(
    extra: dict[str, set[str]],
    attribute_filter: Callable[[str, str, str], str | None],
    added: dict[str, dict[str, str]],
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS | set(extra),
        clean_content_tags=DROPPED_WITH_CONTENT - set(extra),
        attributes={**ATTRIBUTES, **extra},
        attribute_filter=attribute_filter,
        set_tag_attribute_values=added,
        url_schemes={"http", "https", "mailto", "data"},
        allowed_classes=CLASSES,
        filter_style_properties=STYLE_PROPERTIES,
        id_prefix=ID_PREFIX,
    )


_FOR_JUPYTER = _cleaner({}, _filter_attribute, {})
# Code may be wider than a page; with this, it can be scrolled by keyboard.
_FOR_STANDALONE = _cleaner(MATHML, _filter_attribute_standalone, {"pre": {"tabindex": "0"}})


SVG_SHAPES: Final = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
SVG_ELEMENTS: Final = SVG_SHAPES | {
    *("svg", "g", "defs", "text", "tspan", "use", "clipPath", "image", "title", "desc", "style"),
    *("linearGradient", "radialGradient", "stop"),
}
SVG_ATTRIBUTES: Final = {
    *("id", "class", "transform", "viewBox", "preserveAspectRatio", "version", "style"),
    *("width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "d"),
    *("points", "dx", "dy", "rotate", "textLength", "offset", "opacity", "color", "fill"),
    *("fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
    *("stroke-dasharray", "stroke-dashoffset", "stroke-linejoin", "stroke-miterlimit"),
    *("clip-path", "clip-rule", "clipPathUnits", "font-family", "font-size", "font-style"),
    *("font-weight", "text-anchor", "dominant-baseline", "stop-color", "stop-opacity"),
    *("gradientUnits", "gradientTransform"),
}
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(\s*['\"]?#[\w-]+['\"]?\s*\)")


def clean_svg(source: str) -> str | None:
    """Rebuild an SVG image from shapes, text and embedded bitmaps.

    Pages show it in an ``img``, where browsers run and load nothing; it is safe elsewhere too.

    Parameters
    ----------
    source : str

    Returns
    -------
    str or None
        None when it is no SVG image that could be shown.
    """
    # Declared entities could expand without end; drawing programs need none.
    if "<!ENTITY" in source or source.count("<") > 20 * MOST_TAGS:
        return None
    try:
        root = ET.fromstring(valid_unicode(source))
    except (ET.ParseError, ValueError):
        return None
    if root.tag != f"{{{_SVG}}}svg":
        return None
    shapes = {node.get("id", "") for node in root.iter() if _local(node) in SVG_SHAPES}
    copy = _copy_svg(root, shapes, depth=0)
    copy.attrib |= {"xmlns": _SVG, "xmlns:xlink": _XLINK}
    return ET.tostring(copy, encoding="unicode")


def _copy_svg(node: ET.Element, shapes: set[str], depth: int) -> ET.Element:
    copy = ET.Element(_local(node), dict(_svg_attributes(node, shapes)))
    copy.text, copy.tail = node.text, node.tail
    if depth < DEEPEST:
        copy.extend(_copy_svg(child, shapes, depth + 1) for child in node if _is_shown(child))
    return copy


def _local(node: ET.Element) -> str:
    """Return an element's name if it is one of SVG's, else nothing."""
    # Comments and processing instructions have functions for names.
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag.removeprefix(f"{{{_SVG}}}") if tag.startswith(f"{{{_SVG}}}") else ""


def _is_shown(node: ET.Element) -> bool:
    if _local(node) == "style":
        return not len(node) and not re.search(r"[@\\<]|url\(", node.text or "", re.I)
    return _local(node) in SVG_ELEMENTS


def _svg_attributes(node: ET.Element, shapes: set[str]) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if name in (f"{{{_XLINK}}}href", "href"):
            # Only shapes may be used again: groups of groups would multiply without end.
            is_shape = value.startswith("#") and value[1:] in shapes
            if is_shape if _local(node) == "use" else _DATA_IMAGE.fullmatch(value):
                yield "xlink:href", value
        elif name in SVG_ATTRIBUTES and not _refers_elsewhere(value):
            yield name, value


def _refers_elsewhere(value: str) -> bool:
    rest = _REFERENCE.sub("", value).lower()
    # A backslash could spell "url" in another way.
    return "url" in rest or "\\" in rest or "@" in rest
