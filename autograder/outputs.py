"""What a student's code displayed, as nbformat's outputs that are safe to store and to show.

Nothing is passed on: each output is built anew from known fields and known kinds of data. What has
another structure is dropped. Metadata is dropped too: it only steers how viewers show things.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import nbformat
from nbformat import NotebookNode

from autograder.markdown import clean_markdown
from autograder.markup import MOST_TAGS, clean_html, clean_svg, valid_unicode
from autograder.text import Text

__all__ = ["clean_attachments", "clean_markdown", "clean_outputs", "clean_text"]

# What each output costs beyond its content, so that a million empty ones cost something.
OUTPUT_BYTES: Final = 64
# nbconvert needs time in the square of their number; tracebacks have some hundred.
MOST_COLOURS: Final = 2_000
DEEPEST_JSON: Final = 20
SHORTENED: Final = Text(
    "[The output is too long: only its beginning is kept.]", "[输出过长，只保留了开头部分。]"
)

_COLOUR = re.compile(r"\x1b\[\d{0,3}(?:;\d{0,3}){0,15}m")
_ESCAPE = re.compile(
    rf"(?P<colour>{_COLOUR.pattern})"
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # other commands: cursor, screen
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # commands with text: title, clipboard, links
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)


def clean_outputs(outputs: list[NotebookNode], *, limit_bytes: int) -> list[NotebookNode]:
    """Rebuild the outputs of a cell.

    Parameters
    ----------
    outputs : list of NotebookNode
        Whatever came from the student's side.
    limit_bytes : int
        How much of it is kept, as a whole. A note says when it was more.

    Returns
    -------
    list of NotebookNode
        Valid outputs in nbformat 4. They hold no script, load nothing, and no key but those of
        their type.
    """
    room = _Room(limit_bytes)
    cleaned = []
    for output in _with_joined_streams(outputs):
        if not room.take(OUTPUT_BYTES):
            break
        if (result := _clean_output(output, room)) is not None:
            cleaned.append(result)
    if room.is_exceeded:
        cleaned.append(_stream("stdout", f"\n{SHORTENED.en}\n{SHORTENED.zh}\n"))
    return cleaned


def clean_text(text: str) -> str:
    r"""Make text valid, keep colours, and drop every other command to a terminal.

    Parameters
    ----------
    text : str
        What follows a carriage return replaces the line, as a progress bar means it to.
    """
    lines = valid_unicode(text).split("\n")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    text = _ESCAPE.sub(lambda match: match["colour"] or "", text)
    return text if text.count("\x1b") <= MOST_COLOURS else _COLOUR.sub("", text)


class _Room:
    """The bytes that are left for a cell's outputs."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._tags_left = 2 * MOST_TAGS
        self.is_exceeded = False

    def holds(self, size: int) -> bool:
        """Tell whether there are so many bytes left; remember if not."""
        self.is_exceeded |= size > self._left
        return size <= self._left

    def take(self, size: int) -> bool:
        """Reserve bytes, if there are as many."""
        if not self.holds(size):
            return False
        self._left -= size
        return True

    def take_tags(self, html: Any) -> bool:
        """Reserve the time that HTML needs, if there is as much."""
        self._tags_left -= str(html).count("<")
        self.is_exceeded |= self._tags_left < 0
        return self._tags_left >= 0

    def fit(self, text: str) -> str:
        """Reserve what a text needs, and return as much of it as has room."""
        encoded = text.encode()
        kept = encoded[: self._left]
        self._left -= len(kept)
        if len(kept) == len(encoded):
            return text
        self.is_exceeded = True
        # A colour code that is cut in two is no longer one.
        return clean_text(kept.decode(errors="ignore"))


def _with_joined_streams(outputs: Any) -> Iterable[dict[str, Any]]:
    """Join what was printed piece by piece, so that lines and colours are whole."""
    known = [output for output in _as_list(outputs) if isinstance(output, dict)]
    for name, group in itertools.groupby(known, _stream_name):
        if name is None:
            yield from group
        else:
            text = "".join(_as_text(output.get("text")) or "" for output in group)
            yield {"output_type": "stream", "name": name, "text": text}


def _stream_name(output: dict[str, Any]) -> str | None:
    name = output.get("name")
    is_stream = _is(output.get("output_type"), "stream") and _is(name, "stdout", "stderr")
    return name if is_stream else None


def _clean_output(output: dict[str, Any], room: _Room) -> NotebookNode | None:
    kind = output.get("output_type")
    if (name := _stream_name(output)) is not None:
        text = room.fit(clean_text(output["text"]))
        return _stream(name, text) if text else None
    if _is(kind, "error"):
        return _clean_error(output, room)
    if _is(kind, "display_data", "execute_result"):
        return _clean_display(output, room)
    return None


def _clean_error(error: dict[str, Any], room: _Room) -> NotebookNode:
    ename, evalue = (
        room.fit(clean_text(_as_text(error.get(key)) or "")) for key in ("ename", "evalue")
    )
    lines = [line for line in _as_list(error.get("traceback")) if isinstance(line, str)]
    traceback = room.fit(clean_text("\n".join(lines)))
    return _new("error", ename=ename, evalue=evalue, traceback=traceback.split("\n"))


def _clean_display(output: dict[str, Any], room: _Room) -> NotebookNode | None:
    data = _clean_data(output.get("data"), room)
    if not data:
        return None
    if not _is(output["output_type"], "execute_result"):
        return _new("display_data", data=data, metadata={})
    count = output.get("execution_count")
    count = count if type(count) is int and 0 <= count < 2**31 else None
    return _new("execute_result", data=data, metadata={}, execution_count=count)


def _clean_data(data: Any, room: _Room) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    plain = _as_text(data.get("text/plain"))
    cleaned: dict[str, Any] = {}
    if plain is not None:
        cleaned["text/plain"] = room.fit(clean_text(plain))
    for mime, clean in _CLEANERS.items():
        if mime not in data or (mime == "image/svg+xml" and "image/png" in cleaned):
            continue
        content = data[mime] if mime == "application/json" else _as_text(data[mime])
        # Cleaning takes time, so it waits for what has room; and what is cleaned may be longer.
        if isinstance(content, str) and not room.holds(_size(content)):
            continue
        if mime == "text/html" and not room.take_tags(content):
            continue
        result = None if content is None else clean(content)
        if result is not None and room.take(_size(result)):
            cleaned[mime] = result
    return cleaned


def _size(content: Any) -> int:
    text = content if isinstance(content, str) else json.dumps(content)
    return len(text.encode("utf-8", "replace"))


def clean_attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """Keep the images that are pasted into a Markdown cell.

    Parameters
    ----------
    attachments : object
        What a submitted notebook has there.
    """
    if not isinstance(attachments, dict):
        return {}
    images = {name: _images(bundle) for name, bundle in attachments.items()}
    return {name: found for name, found in images.items() if isinstance(name, str) and found}


def _images(bundle: Any) -> dict[str, str]:
    found = bundle.items() if isinstance(bundle, dict) else ()
    cleaned = {
        mime: _CLEANERS[mime](_as_text(content) or "")
        for mime, content in found
        if _is(mime, "image/png", "image/jpeg")
    }
    return {mime: content for mime, content in cleaned.items() if content}


def _clean_json(value: Any) -> Any:
    if _json_depth(value) > DEEPEST_JSON:
        return None
    try:
        return json.loads(valid_unicode(json.dumps(value, ensure_ascii=False, allow_nan=False)))
    except (TypeError, ValueError):
        return None


def _json_depth(value: Any) -> int:
    """Count how deep lists and objects are nested; one more than allowed stands for all beyond."""
    level, depth = [value], 0
    while level and depth <= DEEPEST_JSON:
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth += 1
    return depth


def _image_cleaner(signature: bytes) -> Callable[[str], str | None]:
    def clean(encoded: str) -> str | None:
        try:
            image = base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        return base64.b64encode(image).decode() if image.startswith(signature) else None

    return clean


# In the order in which they get room.
_CLEANERS: Final[dict[str, Callable[[Any], Any]]] = {
    "image/png": _image_cleaner(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _image_cleaner(b"\xff\xd8\xff"),
    "image/svg+xml": clean_svg,
    "text/html": clean_html,
    "text/latex": clean_text,
    "text/markdown": clean_markdown,
    "application/json": _clean_json,
}


def _stream(name: str, text: str) -> NotebookNode:
    return _new("stream", name=name, text=text)


def _new(output_type: str, **fields: Any) -> NotebookNode:
    return NotebookNode(nbformat.from_dict({"output_type": output_type, **fields}))


def _is(value: Any, *names: str) -> bool:
    return isinstance(value, str) and value in names


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_text(value: Any) -> str | None:
    """Return a text, which nbformat may also hold as a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None
