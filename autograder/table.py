"""The table of verdicts that ``autograder grade`` prints for the instructor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from autograder.batch import Record
from autograder.problem import KNOWN_MISTAKE
from autograder.text import Text
from autograder.trusted import MANUAL

STYLES = {"AC": "green", "WA": "red", "RE": "magenta", "CE": "cyan", MANUAL: "blue"}
MEANINGS = {
    "AC": "accepted 通过",
    "WA": "wrong answer 答案错误",
    "RE": "runtime error 运行时错误",
    "TLE": "time limit exceeded 超时",
    "MLE": "memory limit exceeded 内存超限",
    "OLE": "output limit exceeded 输出超限",
    "CE": "nothing that can be run 提交无法运行",
    MANUAL: "needs manual grading 需人工评分",
}
# A submission may bring any number of links, each of which is noted.
MOST_NOTES = 3


def show(console: Console, records: Sequence[Record], unchanged: int = 0) -> None:
    """Print a row a student: verdict, points, which groups failed, and why.

    Parameters
    ----------
    console : Console
    records : sequence of Record
    unchanged : int
        How many submissions were graded before, and are not in the table.
    """
    if records:
        console.print(_table(records))
    counts = Counter(record.verdict for record in records)
    for verdict in sorted(counts):
        console.print(f"{verdict:>6} {counts[verdict]:3}  {MEANINGS[verdict]}", highlight=False)
    if unchanged:
        console.print(f"{unchanged} graded before and unchanged (--force grades them again).")
    if any(record.sandbox == "none" for record in records):
        console.print("Graded without a sandbox; each grade is marked so.", style="bold red")


def _table(records: Sequence[Record]) -> Table:
    table = Table(show_lines=True)
    table.add_column("Student", overflow="fold")
    table.add_column("Verdict", justify="center")
    table.add_column("Points", justify="right")
    table.add_column("Groups that failed, and why", overflow="fold")
    for record in records:
        lines = [_groups(record), *(Rich(line) for line in _reasons(record))]
        table.add_row(
            Rich(_printable(record.student)),
            Rich(record.verdict, style=f"bold {STYLES.get(record.verdict, 'yellow')}"),
            f"{record.points:g}/{record.max_points:g}",
            Rich("\n").join(line for line in lines if line),
        )
    return table


# --------------------------------------------------------------------------------- which groups


def _groups(record: Record) -> Rich:
    """Name the groups that failed, with their points, and those that a person grades."""
    judged = [cell for cell in record.cells if cell["verdict"] != MANUAL]
    failed = _failed(record)
    by_hand = [cell for cell in record.cells if cell["verdict"] == MANUAL]
    parts = [Rich(f"{_name(record, cell)} by hand", style=STYLES[MANUAL]) for cell in by_hand]
    if len(judged) < 2 or 0 < len(failed) < len(judged) or any(c["points"] for c in failed):
        parts = [_points(record, cell) for cell in failed or judged] + parts
    elif failed:
        parts.insert(0, Rich(f"none of the {len(judged)} groups", style="red"))
    else:
        parts.insert(0, Rich(f"all {len(judged)} groups", style="green"))
    return Rich(", ").join(parts)


def _failed(record: Record) -> list[dict[str, Any]]:
    return [cell for cell in record.cells if cell["verdict"] not in ("AC", MANUAL)]


def _points(record: Record, cell: dict[str, Any]) -> Rich:
    text = f"{_name(record, cell)} {cell['points']:g}/{cell['max_points']:g}"
    return Rich(text, style="green" if cell["verdict"] == "AC" else "red")


def _name(record: Record, cell: dict[str, Any]) -> str:
    name = str(cell["grade_id"]).removeprefix("test-")
    has_several = len({other["notebook"] for other in record.cells}) > 1
    return _printable(f"{cell['notebook']}/{name}" if has_several else name)


# ------------------------------------------------------------------------------------- and why


def _reasons(record: Record) -> list[str]:
    """Return what explains the verdict, in English and then in Chinese."""
    told = _told(record)
    # What is said of a cell that ran out of time is said of the tests below it again.
    notes = [note for note in record.notes if not told or told.en not in note.en]
    texts = notes[:MOST_NOTES]
    if (more := len(notes) - MOST_NOTES) > 0:
        texts.append(Text(f"... and {more} more.", f"……另有 {more} 条。"))
    if told:
        texts.append(told)
    # What a course says in both languages at once is printed once.
    lines = dict.fromkeys([text.en for text in texts] + [text.zh for text in texts])
    return [_printable(line) for line in lines if line.strip()]


def _told(record: Record) -> Text | None:
    """Return what is said of the first group that failed, or of one whose mistake is known."""
    failed = _failed(record)
    known = [cell for cell in failed if KNOWN_MISTAKE.en in cell["message"]["en"]]
    for cell in known or failed:
        en, zh = cell["message"]["en"], cell["message"]["zh"]
        return Text(
            _most_telling(en, cell["verdict"], KNOWN_MISTAKE.en),
            _most_telling(zh, cell["verdict"], KNOWN_MISTAKE.zh),
        )
    return None


def _most_telling(message: str, verdict: str, known: str) -> str:
    """Return one line of a message.

    A judge's message goes from the general, "WA · a title ...", to the particular: the quantity
    that is wrong, and then misconceptions, whose hints are for the student's own page.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    for line in lines:
        if line.startswith(known):
            return re.split(r"(?<=[.?!])\s+|(?<=[。？！])", line)[0]
    if not lines:
        return ""
    return lines[-1] if lines[0].startswith(f"{verdict} · ") else lines[0]


def _printable(text: str) -> str:
    """Keep what a terminal only shows: names and lines of a submission may steer it otherwise."""
    return "".join(character if character.isprintable() else " " for character in text)
