"""Formulas without a network: TeX is turned into MathML, which browsers draw by themselves."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from typing import Final

from latex2mathml.converter import convert

from autograder.markup import MATHML

LONGEST: Final = 5_000

# latex2mathml does not know the first, and takes only the first letter's braces for granted.
_ALIGNED = re.compile(r"(\\(?:begin|end)\{)aligned\}")
_FONT = re.compile(r"\\(mathbb|mathbf|mathcal|mathfrak|mathit|mathrm|mathsf|bm)\s*([A-Za-z])")

# Elements that are nonsense with any other number of parts.
_PARTS: Final = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
# Browsers draw no fonts but Unicode's.
_ALPHABETS: Final = {
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "fraktur": "FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}
# Attributes that only lay out; \\href would bring a link, and with it a script.
_ATTRIBUTES: Final = frozenset(
    [
        "accent",
        "accentunder",
        "columnalign",
        "columnlines",
        "columnspacing",
        "columnspan",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linethickness",
        "lspace",
        "mathbackground",
        "mathcolor",
        "mathsize",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowalign",
        "rowlines",
        "rowspacing",
        "rowspan",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    ]
)


def tex_to_mathml(tex: str, *, block: bool) -> str | None:
    """Convert a formula.

    Parameters
    ----------
    tex : str
        Without its dollar signs.
    block : bool
        Whether it stands on a line of its own.

    Returns
    -------
    str or None
        None when it was not understood as a whole: its source says more than half a formula.
    """
    if len(tex) > LONGEST:
        return None
    tex = _FONT.sub(r"\\\1{\2}", _ALIGNED.sub(r"\1align*}", tex))
    try:
        mathml = convert(tex, display="block" if block else "inline")
        # What is not well-formed was not understood: a stray "&" is passed on as it is.
        root = ET.fromstring(mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1))
        return _finished(root)
    except Exception:
        # The library has errors of its own, and passes on StopIteration, RecursionError ...
        return None


def _finished(root: ET.Element) -> str | None:
    for element in root.iter():
        if not _is_understood(element):
            return None
        for name in set(element.attrib) - _ATTRIBUTES:
            del element.attrib[name]
        alphabet = _ALPHABETS.get(element.get("mathvariant", ""))
        if alphabet and element.text:
            element.text = "".join(_letter(alphabet, letter) for letter in element.text)
            del element.attrib["mathvariant"]
    return ET.tostring(root, encoding="unicode")


def _is_understood(element: ET.Element) -> bool:
    # Unknown commands come back as names with a backslash.
    is_command = "\\" in (element.text or "")
    is_whole = len(element) == _PARTS.get(element.tag, len(element))
    return element.tag in MATHML and is_whole and not is_command


def _letter(alphabet: str, letter: str) -> str:
    """Return a letter of one of Unicode's mathematical alphabets, or the letter itself."""
    kind = "SMALL" if letter.islower() else "CAPITAL" if letter.isupper() else "DIGIT"
    name = unicodedata.name(letter, "").rpartition(" ")[2]
    # The oldest letters have names without "MATHEMATICAL", such as the real numbers' R.
    for prefix in ("MATHEMATICAL ", ""):
        try:
            return unicodedata.lookup(f"{prefix}{alphabet} {kind} {name}")
        except KeyError:
            continue
    return letter
