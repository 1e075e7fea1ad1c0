"""What every widget of the course has in common: its language, style sheet and reserved height."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

FOLDER = Path(__file__).parent


def stylesheet(name: str) -> str:
    """Return the style sheet that all widgets share, followed by a widget's own."""
    sheets = (FOLDER / "common.css", FOLDER / name)
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


class CourseWidget(anywidget.AnyWidget):
    """A widget that speaks the language of its page.

    Attributes
    ----------
    language : str or None
        "en" or "zh"; None follows the page's ``lang`` attribute.
    reserved_height : list of int
        Pixels that a static page keeps free until the widget is drawn: in a narrow column (under
        560 pixels) and in a wide one.
    """

    language = traitlets.Enum(["en", "zh"], default_value=None, allow_none=True).tag(sync=True)
    reserved_height = traitlets.List(traitlets.Int(), default_value=[600, 600]).tag(sync=True)
