"""What the survey found, as tables and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.survey.definitions import Definition, Findings
from tools.survey.failures import EVERYWHERE
from tools.survey.measure import Judgement
from tools.survey.shapes import DETECTING, FUNCTIONS, POOL_BACKWARD, SHAPES, Shape

# What some would not hold against a pool's backward function.
FORGIVING: dict[str, Callable[[Shape], bool]] = {
    "ties forgiven": lambda shape: shape.values == "random",
    "sizes that the stride does not divide left out": lambda shape: shape.divides,
    "both": lambda shape: shape.values == "random" and shape.divides,
}


def as_json(findings: Findings, judgements: list[Judgement]) -> dict[str, Any]:
    """Return everything that was found, for other programs."""
    complete = [judgement for judgement in judgements if not judgement.is_incomplete]
    wrong = [judgement for judgement in complete if not judgement.is_right()]
    return {
        "shapes": len(SHAPES),
        "files": len({definition.path for definition in findings.definitions}),
        "left_out": findings.left_out,
        "functions": {name: _counts(name, judgements) for name in FUNCTIONS},
        "pool_backward": _forgiven(complete),
        "failures": {
            cause: dict(Counter(j.function for j in wrong if cause in j.causes))
            for cause, _ in _most_common_causes(wrong)
        },
        "detecting": {str(shape): sum(shape in j.caught_by for j in wrong) for shape in DETECTING},
        "not_detected": sum(not judgement.caught_by for judgement in wrong),
        "wrong": [_wrong_as_json(judgement) for judgement in wrong],
    }


def _counts(function: str, judgements: list[Judgement]) -> dict[str, int]:
    mine = [judgement for judgement in judgements if judgement.function == function]
    complete = [judgement for judgement in mine if not judgement.is_incomplete]
    wrong = [judgement for judgement in complete if not judgement.is_right()]
    return {
        "found": sum(len(judgement.definitions) for judgement in mine),
        "incomplete": sum(len(j.definitions) for j in mine if j.is_incomplete),
        "distinct": len(complete),
        "right": len(complete) - len(wrong),
        "wrong": len(wrong),
        "wrong_but_pass_own_check": sum(judgement.passes_own_check for judgement in wrong),
    }


def _forgiven(complete: list[Judgement]) -> dict[str, int]:
    pools = [judgement for judgement in complete if judgement.function == POOL_BACKWARD]
    return {name: sum(j.is_right(where) for j in pools) for name, where in FORGIVING.items()}


def _most_common_causes(wrong: list[Judgement]) -> list[tuple[str, int]]:
    return Counter(cause for judgement in wrong for cause in judgement.causes).most_common()


def _wrong_as_json(judgement: Judgement) -> dict[str, Any]:
    details = Counter(
        f"raises {outcome.detail}" if outcome.kind == "raised" else outcome.detail
        for outcome in judgement.outcomes.values()
        if outcome.detail
    )
    return {
        "function": judgement.function,
        "where": [_place(definition) for definition in judgement.definitions],
        "failures": judgement.causes,
        "passes_own_check": judgement.passes_own_check,
        "caught_by": [str(shape) for shape in judgement.caught_by],
        "wrong_on": [str(shape) for shape in judgement.failing],
        "details": dict(details),
    }


def _place(definition: Definition) -> str:
    return f"{definition.path}:{definition.line}"


def show(console: Console, findings: Findings, judgements: list[Judgement]) -> None:
    """Print the tables."""
    found = as_json(findings, judgements)
    for table in (_functions(found), _failures(found), _detecting(found), _wrong(found)):
        if table.row_count:
            console.print(table)
    distinct = found["functions"][POOL_BACKWARD]["distinct"]
    for what, right in found["pool_backward"].items():
        if distinct:
            share = f"{_share(right, distinct)} ({right} of {distinct})"
            console.print(f"{POOL_BACKWARD}, {what}: {share} right.", highlight=False)
    for what in found["left_out"]:
        console.print(_plain(f"Left out: {what}."))


def _functions(found: dict[str, Any]) -> Table:
    table = Table(title=f"Compared with PyTorch on {found['shapes']} shapes")
    table.add_column("Function")
    columns = ("Found", "Incomplete", "Distinct", "Right", "Share", "Wrong", "Pass own check")
    for column in columns:
        table.add_column(column, justify="right")
    for name, counts in found["functions"].items():
        share = _share(counts["right"], counts["distinct"])
        numbers = list(counts.values())
        table.add_row(name, *map(str, numbers[:4]), share, *map(str, numbers[4:]))
    return table


def _failures(found: dict[str, Any]) -> Table:
    table = Table(title="How the wrong ones fail")
    table.add_column("Failure", overflow="fold")
    for name in FUNCTIONS:
        table.add_column(name.removesuffix("_naive").replace("_", " "), justify="right")
    for cause, counts in found["failures"].items():
        table.add_row(Text(cause), *_row(counts.get(name, 0) for name in FUNCTIONS))
    return table


def _detecting(found: dict[str, Any]) -> Table:
    table = Table(title="Wrong functions that each of six shapes detects")
    table.add_column("Shape")
    table.add_column("Detected", justify="right")
    for shape, count in found["detecting"].items():
        table.add_row(shape, str(count))
    if found["wrong"]:
        table.add_row("none of them", str(found["not_detected"]))
    return table


def _wrong(found: dict[str, Any]) -> Table:
    table = Table(title="The wrong ones", show_lines=True)
    for heading in ("Function", "Failure", "Detected by"):
        table.add_column(heading, overflow="fold")
    for wrong in found["wrong"]:
        first, *others = wrong["where"]
        more = f" and {len(others)} more" if others else ""
        name = _plain(f"{wrong['function']}\n{first}{more}")
        details = [*wrong["details"]] if wrong["failures"] == [EVERYWHERE] else []
        table.add_row(name, _lines(wrong["failures"] + details), _lines(wrong["caught_by"]))
    return table


def _lines(texts: Iterable[str]) -> Text:
    return _plain("\n".join(texts))


def _row(counts: Iterable[int]) -> list[str]:
    return [str(count or "") for count in counts]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _plain(text: str) -> Text:
    """Return a text that may hold a stranger's file name."""
    return Text("".join(c if c.isprintable() or c == "\n" else "?" for c in text))
