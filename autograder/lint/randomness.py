"""Rules on random numbers: a test that draws others each time gives other grades each time."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from autograder.lint.finding import Finding, Severity
from autograder.lint.imports import qualified
from autograder.lint.notebook import Cell, Source
from autograder.names import Names

# By library: what seeds its global generator, and what draws from that.
SEEDS = {
    "numpy.random": {"numpy.random.seed", "numpy.random.set_state"},
    "random": {"random.seed", "random.setstate"},
    "torch": {"torch.manual_seed", "torch.random.manual_seed", "torch.seed"},
}
SEED_WITH = {
    "numpy.random": "np.random.seed(...)",
    "random": "random.seed(...)",
    "torch": "torch.manual_seed(...)",
}
DRAWS_NOTHING = {
    *("BitGenerator", "Generator", "MT19937", "PCG64", "PCG64DXSM", "Philox", "RandomState"),
    *("SFC64", "SeedSequence", "Random", "SystemRandom", "default_rng", "get_state", "getstate"),
}
TORCH_DRAWS = {
    f"torch.{name}"
    for name in ("bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
                 "randint_like", "randn", "randn_like", "randperm")
}  # fmt: skip
# Take a seed as their first argument, and a random one without it.
GENERATORS = {
    *(f"numpy.random.{name}" for name in ("MT19937", "PCG64", "PCG64DXSM", "Philox", "RandomState",
                                          "SFC64", "SeedSequence", "default_rng")),
    "random.Random",
}  # fmt: skip


def unseeded_randomness(source: Source) -> Iterator[Finding]:
    """Find random numbers on which a grade depends, and which are others each time."""
    everywhere = set().union(*(_seeded(source, cell) for cell in _instructors(source)))
    seeded: set[str] = set()
    for cell in _instructors(source):
        for statement, names in cell.named:
            # A function is called later than it is written.
            is_late = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in _calls(statement):
                name = qualified(node.func, source.imports)
                seeded |= {library for library, known in SEEDS.items() if name in known}
                remedy = _remedy(node, name, everywhere if is_late else seeded)
                severity = _severity(source, cell, names, is_late=is_late) if remedy else None
                if severity:
                    text = f"{ast.unparse(node.func)}() is not seeded: {_harm(severity)}; {remedy}."
                    yield source.finding(cell, node.lineno, "unseeded-randomness", severity, text)


def _harm(severity: Severity) -> str:
    if severity == "warning":
        return "each submission is graded with other numbers"
    return (
        "this cell runs in the sandbox and beside the tests, and the two get different numbers, "
        "so that right answers fail"
    )


def _remedy(node: ast.Call, name: str, seeded: set[str]) -> str:
    """Return what to do about a call, if it draws what nobody can foresee."""
    if name in GENERATORS:
        seed = node.args[0] if node.args else next((k.value for k in node.keywords), None)
        is_seeded = seed is not None and not (isinstance(seed, ast.Constant) and seed.value is None)
        return "" if is_seeded else f"give it a number, {ast.unparse(node.func)}(0)"
    library = _library(node, name)
    return f"call {SEED_WITH[library]} before it" if library and library not in seeded else ""


def _library(node: ast.Call, name: str) -> str:
    """Return the library from whose global generator a call draws."""
    module, _, member = name.rpartition(".")
    if module in ("numpy.random", "random") and member not in DRAWS_NOTHING:
        return "" if name in SEEDS[module] else module
    has_generator = any(k.arg == "generator" for k in node.keywords)
    return "torch" if name in TORCH_DRAWS and not has_generator else ""


def _severity(source: Source, cell: Cell, names: Names, *, is_late: bool) -> Severity | None:
    """Return how much a statement matters: None where no grade depends on it."""
    if cell.step.role == "grade":
        return "warning"
    below = source.cells[cell.number - 1 :]
    made = names.binds - names.imports
    tests = [step for step in below if step.step.role == "grade"]
    if not made & _needs(below, {test.number: test.names.now | test.names.later for test in tests}):
        return None
    # What an answer may have changed is the student's; the rest each side has for itself.
    ours = {t.number: (t.names.now | t.names.later) - t.student_names for t in tests}
    answers = {c.number: c.names.now | c.names.later for c in below if c.step.role == "answer"}
    is_on_both_sides = made & _needs(below, ours) & _needs(below, answers)
    return "error" if is_on_both_sides and not is_late else "warning"


def _needs(cells: list[Cell], used: Mapping[int, set[str]]) -> set[str]:
    """Return the names that some cells use, by their numbers, and what those were made from."""
    needed: set[str] = set()
    for cell in reversed(cells):
        needed |= used.get(cell.number, set())
        for _, names in reversed(cell.named if cell.step.role == "setup" else []):
            if (names.binds | names.touches) & needed:
                needed |= names.now | names.later
    return needed


def _instructors(source: Source) -> Iterator[Cell]:
    return (cell for cell in source.cells if cell.step.role in ("grade", "setup"))


def _seeded(source: Source, cell: Cell) -> set[str]:
    """Return the libraries that a cell seeds."""
    calls = (call for statement in cell.statements or () for call in _calls(statement))
    names = {qualified(call.func, source.imports) for call in calls}
    return {library for library, known in SEEDS.items() if known & names}


def _calls(statement: ast.stmt) -> list[ast.Call]:
    """Return the calls of a statement in the order in which they are written."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))
