"""``nbgrader autograde`` in a course that calls ``configure(c)``: it is the same grader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import is_grade

from autograder import preprocessors
from tests.autograder.courses import (
    PLUGIN,
    REPOSITORY,
    Mark,
    answer,
    grade_cell,
    manual,
    new_course,
    task,
)

SANDBOXED = """
from autograder.preprocessors import configure
configure(c)
c.Limits.seconds = 2
c.Limits.seconds_after_timeout = 0.5
"""
LATE = """
import sys; from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent))
from plugin import Half; c.AssignLatePenalties.plugin_class = Half
"""
# What a student would leave behind wherever code can write outside the sandbox.
MARKER = f"student-was-here-{os.getpid()}"
WRITES_A_MARKER = f"""
import os
from pathlib import Path
for place in (os.path.expanduser("~"), "/tmp", "/var/tmp", "/dev/shm", ".", "..", "../.."):
    try:
        Path(place, "{MARKER}").write_text("")
    except OSError:
        pass
def double(n):
    return 2 * n"""
FORGES = """
import builtins, sys
import numpy as np
from IPython import get_ipython
from IPython.display import HTML, display

class Anything:
    __eq__ = __ne__ = lambda self, other: True

def double(n):
    return Anything()

np.testing.assert_equal = lambda *arguments, **settings: None
builtins.all = lambda values: True
for module in list(sys.modules.values()):
    vars(module).get("Outcome")
get_ipython().run_cell = lambda *arguments, **settings: None
display(HTML("<script>window.pwned = 1</script><b>AC: 3 / 3</b>"))
print("AC double-tests: 3 / 3")"""
ANSWERS = {
    "right": {"double": "def double(n):\n    return 2 * n", "triple": "triple = 3"},
    "partly": {"double": "def double(n):\n    return 4", "triple": "triple = 3"},
    "crash": {"double": "import os\nos._exit(0)", "triple": "triple = 3"},
    "endless": {"double": "def double(n):\n    while True:\n        pass", "triple": "triple = 2"},
    "forger": {"double": FORGES, "essay": "<script>window.pwned = 1</script>Words."},
    "writer": {"double": WRITES_A_MARKER},
}
# Verdict and points of the two parts.
DESERVED = {
    "right": [("AC", 2), ("AC", 1)],
    "partly": [("WA", 0), ("AC", 1)],
    "crash": [("RE", 0), ("AC", 1)],
    "endless": [("TLE", 0), ("WA", 0.5)],
    # What equals everything is no evidence, so a person looks at it.
    "forger": [("manual", None), ("RE", 0)],
    "writer": [("AC", 2), ("RE", 0)],
}
REFUSED = {
    "no-notebook": "Notebook does not appear to be JSON",
    "link-to-source": "code.ipynb cannot be opened as a file.",
    "folder-is-link": "The submission is no folder.",
}


def run_autograde(course, home):
    """Run nbgrader's own command on the whole class."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "HOME": str(home)}
    command = [sys.executable, "-m", "nbgrader", "autograde", "ps"]
    return subprocess.run(
        command, cwd=course.root, env=environment, capture_output=True, text=True, timeout=200
    )


class Graded:
    """One course, graded by ``autograder grade`` and by ``nbgrader autograde``."""

    def __init__(self, course):
        self.command = course.copy(course.root.with_name("by-command"))
        self.nbgrader = course.copy(course.root.with_name("by-nbgrader"))
        for one in (self.command, self.nbgrader):
            hand_in_links(one)
        self.home = course.root.with_name("home")
        self.home.mkdir()
        with ThreadPoolExecutor() as pool:
            done = pool.submit(run_autograde, self.nbgrader, self.home)
            self.command.grade("ps", "--workers", "1")
            self.done = done.result()

    def both(self):
        return self.command, self.nbgrader


def hand_in_links(course):
    """Hand in links to what students may not read."""
    submitted = course.root / "submitted"
    beside = submitted / "writer" / "ps"
    (beside / "gradebook.txt").symlink_to(course.root / "gradebook.db")
    (beside / "data.txt").unlink()
    (beside / "data.txt").symlink_to(course.root / "nbgrader_config.py")
    course.hand_in("link-to-source", "ps", {}, without=["code"])
    instead = submitted / "link-to-source" / "ps" / "code.ipynb"
    instead.symlink_to(course.root / "source" / "ps" / "code.ipynb")
    (submitted / "folder-is-link").mkdir()
    (submitted / "folder-is-link" / "ps").symlink_to(submitted / "right" / "ps")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("same") / "course", SANDBOXED + LATE)
    (course.root / "plugin.py").write_text(PLUGIN)
    tests = """import helper
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert [double(n) for n in helper.HIDDEN] == [42, 44]
### END HIDDEN TESTS"""
    code = [
        answer("double", "def double(n):\n    return 2 * n"),
        grade_cell("double-tests", tests, 2),
        answer("triple", "triple = 3"),
        grade_cell("triple-tests", "0.5 + 0.5 * (triple == 3)", 1),
    ]
    files = {"helper.py": "HIDDEN = [21, 22]\n", "data.txt": "data"}
    course.write_source("ps", "code", code, files)
    course.write_source("ps", "words", [manual("essay", "Why?"), task("chore", "Measure it.")])
    with course.gradebook() as gradebook:
        gradebook.add_assignment("ps", duedate="2020-01-02 00:00:00 UTC")
    course.generate("ps")
    for student, answers in ANSWERS.items():
        late = {"at": "2020-01-05 00:00"} if student == "partly" else {}
        without = ["words"] if student == "writer" else []
        changed = {"data.txt": "changed", "mine.txt": f"of {student}"}
        course.hand_in(student, "ps", answers, without=without, files=changed, **late)
    course.hand_in("no-notebook", "ps", {}, without=["words"])
    (course.root / "submitted" / "no-notebook" / "ps" / "code.ipynb").write_text("print(1)")
    return Graded(course)


every_student = pytest.mark.parametrize("student", list(ANSWERS))


def notebook(course, student, name):
    path = course.root / "autograded" / student / "ps" / f"{name}.ipynb"
    if not path.exists():
        return None
    found = nbformat.read(path, as_version=4)
    for cell in found.cells:
        # They are drawn by lot.
        del cell["id"]
    return found


def comments(course, student):
    with course.gradebook() as gradebook:
        return {
            (notebook.name, comment.cell.name): comment.auto_comment
            for notebook in gradebook.find_submission("ps", student).notebooks
            for comment in notebook.comments
        }


def marks(course, student):
    return {place[1:]: mark for place, mark in course.marks("ps").items() if place[0] == student}


@every_student
def test_nbgrader_saves_the_marks_of_the_command(student, graded):
    theirs, ours = (marks(course, student) for course in graded.both())
    assert len(ours) == 4
    assert ours == theirs


@every_student
def test_nbgrader_saves_the_comments_of_the_command(student, graded):
    theirs, ours = (comments(course, student) for course in graded.both())
    assert len(ours) == 4
    assert ours == theirs


@every_student
@pytest.mark.parametrize("name", ["code", "words"])
def test_nbgrader_writes_the_notebooks_of_the_command(student, name, graded):
    ours, theirs = (notebook(course, student, name) for course in graded.both())
    assert (ours is None) == ((student, name) == ("writer", "words"))
    assert ours == theirs


@every_student
def test_nbgrader_leaves_the_files_of_the_command_beside_them(student, graded):
    first, second = (
        {
            str(path.relative_to(course.root)): path.read_bytes()
            for path in (course.root / "autograded" / student).rglob("*.txt")
        }
        for course in graded.both()
    )
    assert first[f"autograded/{student}/ps/data.txt"] == b"data"
    assert first == second


@every_student
def test_each_part_gets_the_verdict_and_the_points_that_it_deserves(student, graded):
    cells = notebook(graded.nbgrader, student, "code").cells
    verdicts = [cell.metadata.autograder.verdict for cell in cells if is_grade(cell)]
    saved = marks(graded.nbgrader, student)
    points = [saved["code", f"{name}-tests"].auto_score for name in ("double", "triple")]
    assert list(zip(verdicts, points, strict=True)) == DESERVED[student]


def test_late_work_loses_what_the_course_s_plugin_says(graded):
    theirs, ours = (course.penalties("ps") for course in graded.both())
    assert ours["partly", "code"] == 0.5
    assert not ours["right", "code"]
    assert {place: ours[place] or 0 for place in ours if place[0] in ANSWERS} == {
        place: theirs[place] or 0 for place in theirs if place[0] in ANSWERS
    }


def test_no_code_of_a_student_ran_outside_the_sandbox(graded):
    places = (graded.home, graded.nbgrader.root, "/tmp", "/var/tmp", "/dev/shm")
    assert [place for place in places if Path(place, MARKER).exists()] == []
    assert list(graded.nbgrader.root.rglob(MARKER)) == []


def test_what_links_lead_to_is_not_in_the_graded_folder(graded):
    names = ["code.ipynb", "data.txt", "helper.py", "mine.txt", "timestamp.txt"]
    for course in graded.both():
        folder = course.root / "autograded" / "writer" / "ps"
        assert sorted(path.name for path in folder.iterdir()) == names
        assert (folder / "data.txt").read_text() == "data"


@pytest.mark.parametrize("student", list(REFUSED))
def test_what_the_command_refuses_gets_nothing_from_nbgrader_either(student, graded):
    assert graded.done.returncode == 1
    assert f"error processing assignment 'ps' for student '{student}'" in graded.done.stderr
    assert REFUSED[student] in graded.done.stderr
    for course in graded.both():
        with course.gradebook() as gradebook:
            assert gradebook.find_submission("ps", student).score == 0
        assert not (course.root / "autograded" / student / "ps").exists()


MANUAL = [
    answer("double", "def double(n):\n    return 2 * n"),
    grade_cell("double-tests", "assert double(2) == 4", 2),
    answer("triple", "triple = 3"),
    grade_cell("triple-tests", "assert triple == 3", 1),
    manual("essay", "Why?"),
    manual("untouched", "What else?"),
    task("chore", "Measure it."),
]
COMMENT = "Seen by a person."
WAYS = ("stock", "command", "nbgrader")


def grade_by(way, course):
    if way == "command":
        course.grade("ps", "--force")
    else:
        course.grade_with_nbgrader("ps", ["ada"])


def enter_by_hand(course):
    """Do what formgrader does when a person types points and comments."""
    entered = {
        "double-tests": (1.5, 0.25),
        "triple-tests": (None, 1),
        "essay": (1, None),
        "untouched": (0.5, None),
        "chore": (2, None),
    }
    with course.gradebook() as gradebook:
        for grade_id, (score, extra) in entered.items():
            grade = gradebook.find_grade(grade_id, "all", "ps", "ada")
            grade.manual_score, grade.extra_credit = score, extra
            grade.needs_manual_grade = False
        for grade_id in ("double", "essay", "chore"):
            gradebook.find_comment(grade_id, "all", "ps", "ada").manual_comment = COMMENT
        gradebook.db.commit()


@dataclass(frozen=True)
class Saved:
    """What the gradebook holds of a notebook."""

    grades: dict
    comments: dict
    score: float


def saved(course):
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook("all", "ps", "ada")
        grades = {
            grade.cell.name: (
                grade.auto_score,
                grade.manual_score,
                grade.extra_credit,
                bool(grade.needs_manual_grade),
            )
            for grade in notebook.grades
        }
        comments = {comment.cell.name: comment.manual_comment for comment in notebook.comments}
        return Saved(grades, comments, notebook.score)


@pytest.fixture(scope="module")
def regraded(tmp_path_factory):
    """What three ways of grading leave, before and after a person's points and a second run."""
    made = new_course(tmp_path_factory.mktemp("manual") / "course")
    made.write_source("ps", "all", MANUAL)
    made.generate("ps")
    written = "from pathlib import Path\nPath('..', MARKER).write_text('')"
    answers = {"double": written.replace("MARKER", f"{MARKER!r}"), "essay": "Because."}
    made.hand_in("ada", "ps", answers)
    found = {}
    for way in WAYS:
        course = made.copy(made.root.with_name(way))
        if way == "nbgrader":
            course.add_config(SANDBOXED)
        grade_by(way, course)
        before = saved(course)
        enter_by_hand(course)
        grade_by(way, course)
        found[way] = (course, before, saved(course))
    return found


without_stock = pytest.mark.parametrize("way", WAYS[1:])


@without_stock
def test_before_a_person_looks_all_is_as_in_stock(way, regraded):
    assert regraded["stock"][1].grades["essay"] == (None, None, None, True)
    assert regraded[way][1] == regraded["stock"][1]


@without_stock
def test_what_a_person_entered_survives_grading_again_as_in_stock(way, regraded):
    _, _, after = regraded[way]
    assert after.grades["double-tests"] == (0, 1.5, 0.25, True)
    assert after.grades["triple-tests"] == (0, None, 1, False)
    assert after.grades["essay"] == (None, 1, None, True)
    assert after.grades["untouched"] == (0, 0.5, None, True)
    assert after.comments["double"] == after.comments["essay"] == COMMENT
    assert after == regraded["stock"][2]


def test_stock_nbgrader_lets_students_write_where_this_grader_does_not(regraded):
    left = {way: list(regraded[way][0].root.rglob(MARKER)) != [] for way in WAYS}
    assert left == {"stock": True, "command": False, "nbgrader": False}


# --------------------------------------------------------------- one process for many submissions


@pytest.fixture(scope="module")
def served(regraded):
    """A course graded over and over by one process, as formgrader's is."""
    course = regraded["nbgrader"][0]
    (course.root / "checks.py").write_text("EXPECTED = 4\n")
    tests = "import checks\nassert double(2) == checks.EXPECTED"
    course.write_source("again", "code", [MANUAL[0], grade_cell("double-tests", tests)])
    course.generate("again")
    course.hand_in("right", "again", course.solutions("again"))
    return course


def autograde(course):
    with warnings.catch_warnings(action="ignore"):
        return NbGraderAPI(config=course.config).autograde("again", "right")


def test_a_worker_that_died_is_replaced(served):
    done = autograde(served)
    assert done["success"], done["log"]
    for pool in preprocessors._pools.values():
        for pid in list(pool._processes):
            os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    autograde(served)
    done = autograde(served)
    assert done["success"], done["log"]


def test_tests_that_an_instructor_changed_count_at_once(served):
    autograde(served)
    assert served.marks("again")["right", "code", "double-tests"] == Mark(1, False)
    (served.root / "checks.py").write_text("EXPECTED = 'something else'\n")
    autograde(served)
    assert served.marks("again")["right", "code", "double-tests"] == Mark(0, False)
