"""Feedback as a page: what was said about each part on top, then the notebook."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.feedback.cells import Cell, show_cell
from autograder.feedback.preprocessors import HIDDEN
from autograder.markdown import markdown_to_html
from autograder.text import Text

# What an online judge calls it, and what it means.
VERDICTS: Final = {
    "AC": Text("Accepted", "通过"),
    "WA": Text("Wrong answer", "答案错误"),
    "RE": Text("Runtime error", "运行时错误"),
    "TLE": Text("Time limit exceeded", "运行超时"),
    "MLE": Text("Memory limit exceeded", "内存超限"),
    "OLE": Text("Output limit exceeded", "输出超限"),
    "CE": Text("Not graded", "未评分"),
}
WAITING: Final = Text("Needs manual grading", "等待人工评分")
BY_HAND: Final = Text("Graded by hand", "人工评分")
GRADED: Final = Text("Graded", "已评分")
UNANSWERED: Final = Text("No answer", "未作答")
CHANGED: Final = Text("A grader set these points.", "分数由评分人给出。")
UNSANDBOXED: Final = Text(
    "This was graded without a sandbox, so the verdicts are not protected against manipulation.",
    "本次评分未使用沙箱，因此评测结果不受防篡改保护。",
)

# The page's own headings are of levels 1 and 2.
LOWEST_OF_PAGE: Final = 2

_HEADING_TAG = re.compile(r"<(/?)h([1-6])\b")
_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h[1-6]>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Badge:
    """A verdict as it is shown.

    Attributes
    ----------
    code : str
        AC, WA ..., or nothing where no online judge has a word for it.
    name : Text
    kind : str
        What the style sheet calls it.
    """

    code: str
    name: Text
    kind: str


@dataclass(frozen=True)
class Part:
    """A graded cell in the summary.

    Attributes
    ----------
    anchor : str
        Where the cell is on the page.
    title : str
        The heading that the cell stands under.
    name : str
        nbgrader's name of the cell.
    badge : Badge
    points, most : str
    notes : sequence of Text
        The reason for the verdict, and what else there is to say.
    """

    anchor: str
    title: str
    name: str
    badge: Badge
    points: str
    most: str
    notes: Sequence[Text] = ()


@dataclass(frozen=True)
class Section:
    """A cell on the page, with what nbgrader knows about it."""

    cell: Cell
    anchor: str
    part: Part | None
    is_answer: bool
    has_hidden_tests: bool
    comment: Markup | None


class _Outline:
    """Levels for headings: below the page's own, and none is skipped, whatever the notebook has."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def fit_cell(self, cell: Cell) -> Cell:
        """Change the headings of a cell and of its outputs."""
        body = self.fit(cell.body)
        outputs = [replace(output, body=self.fit(output.body)) for output in cell.outputs]
        return replace(cell, body=body, outputs=outputs)

    def fit(self, body: Markup) -> Markup:
        """Change the headings in clean HTML, which comes next on the page."""
        return Markup(_HEADING_TAG.sub(self._fitted, body))

    def _fitted(self, tag: re.Match[str]) -> str:
        closing, level = tag[1], int(tag[2])
        if not closing:
            self._open = [*(outer for outer in self._open if outer < level), level]
        return f"<{closing}h{min(6, LOWEST_OF_PAGE + len(self._open))}"


def feedback_page(notebook: NotebookNode, about: Mapping[str, Any], folder: Path) -> str:
    """Make the page for an autograded notebook.

    Parameters
    ----------
    notebook : NotebookNode
        As `ReadGrades` and `HideTests` leave it.
    about : mapping
        nbgrader's: notebook, assignment, student, score, max_score, late_penalty.
    folder : Path
        Where the notebook is, for images beside it.
    """
    sections = list(_sections(notebook, folder))
    parts = [section.part for section in sections if section.part]
    record = _mapping(notebook.metadata.get("autograder"))
    notes = [UNSANDBOXED] if record.get("sandbox") == "none" else []
    score, most = about.get("score", 0.0), about.get("max_score", 0.0)
    return _render(
        "notebook.html.j2",
        title=str(about.get("notebook", "")),
        assignment=str(about.get("assignment", "")),
        student=str(about.get("student", "")),
        badge=_overall_badge(record, parts),
        points=f"{number(score)} / {number(most)}",
        share=100 * min(1.0, max(0.0, score / most)) if most else 0.0,
        late_penalty=number(about.get("late_penalty") or 0.0),
        warnings=notes,
        notes=[_text(note) for note in record.get("notes") or ()],
        parts=parts,
        sections=sections,
    )


def refusal_page(title: str, verdict: str, reason: Text, points: str) -> str:
    """Make the page for a submission that was not graded.

    Parameters
    ----------
    title : str
        The assignment's or notebook's name.
    verdict : str
        AC, WA ... or another short word.
    reason : Text
    points : str
        Such as "0 / 10".
    """
    return _render(
        "refusal.html.j2", title=title, badge=_badge(verdict), points=points, reason=reason, share=0
    )


def number(value: Any) -> str:
    """Write points as people do: 2, 2.5, 0.33."""
    try:
        return f"{round(float(value), 2):g}"
    except (TypeError, ValueError):
        return "–"


def _sections(notebook: NotebookNode, folder: Path) -> Iterator[Section]:
    title, outline = "", _Outline()
    for index, cell in enumerate(notebook.cells):
        shown = outline.fit_cell(show_cell(cell, folder, index + 1))
        if cell.cell_type == "markdown":
            title = _title(shown.body) or title
        # A grade_id may be anything that is no valid id in HTML.
        anchor = f"part-{index + 1}"
        yield Section(
            cell=shown,
            anchor=anchor,
            part=_part(cell, anchor, title) if is_grade(cell) or is_task(cell) else None,
            is_answer=bool(is_solution(cell)),
            has_hidden_tests=bool(cell.metadata.get(HIDDEN) and is_locked(cell)),
            comment=_comment(cell, outline),
        )


def _title(body: str) -> str:
    """Return the last heading of a text; where it stands in two languages, both."""
    headings = [
        (level, html.unescape(_TAG.sub("", inner)).strip())
        for level, inner in _HEADING.findall(body)
    ]
    last = headings[-2:]
    is_twin = len({level for level, _ in last}) == 1 and (
        len({bool(_CHINESE.search(text)) for _, text in last}) == 2
    )
    return " · ".join(text for _, text in (last if is_twin else last[-1:]))


def _part(cell: NotebookNode, anchor: str, title: str) -> Part:
    record = _mapping(cell.metadata.get("autograder"))
    about = cell.metadata.nbgrader
    is_waiting = bool(about.get("needs_manual_grade"))
    notes = [_text(record["message"])] if record.get("message") else []
    if about.get("has_manual_score") and record:
        notes.append(CHANGED)
    return Part(
        anchor=anchor,
        title=title,
        name=str(about.get("grade_id", "")),
        badge=_part_badge(cell, record, is_waiting),
        points="–" if is_waiting and not about.get("score") else number(about.get("score")),
        most=number(about.get("points")),
        notes=[note for note in notes if note.en or note.zh],
    )


def _part_badge(cell: NotebookNode, record: Mapping[str, Any], is_waiting: bool) -> Badge:
    verdict = record.get("verdict")
    if verdict in VERDICTS:
        return _badge(verdict)
    if is_waiting:
        return Badge("", WAITING, "waiting")
    if verdict or is_task(cell) or cell.metadata.nbgrader.get("has_manual_score"):
        return Badge("", BY_HAND, "plain")
    return Badge("", UNANSWERED if is_solution(cell) else GRADED, "plain")


def _overall_badge(record: Mapping[str, Any], parts: Sequence[Part]) -> Badge | None:
    if "verdict" not in record:
        return None
    badge = _badge(record["verdict"])
    # Somebody may have graded it since the verdict was written.
    is_done = badge.name == WAITING and all(part.badge.name != WAITING for part in parts)
    return Badge("", BY_HAND, "plain") if is_done else badge


def _badge(verdict: Any) -> Badge:
    if verdict in VERDICTS:
        return Badge(str(verdict), VERDICTS[verdict], str(verdict).lower())
    if verdict == "manual":
        return Badge("", WAITING, "waiting")
    return Badge(str(verdict), GRADED, "plain")


def _comment(cell: NotebookNode, outline: _Outline) -> Markup | None:
    comment = cell.metadata.get("nbgrader", {}).get("comment")
    if not comment:
        return None
    return outline.fit(Markup(markdown_to_html(str(comment), is_standalone=True)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(message: Any) -> Text:
    parts = _mapping(message)
    return Text(str(parts.get("en", "")).strip(), str(parts.get("zh", "")).strip())


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def _render(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(**values)
