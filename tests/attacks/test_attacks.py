"""One batch, honest work and every attack: no undeserved point, nothing told, nothing harmed."""

import html
import json
import re
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.attacks import corpus
from tests.attacks.host import SECRET, Host, fingerprint, remove_traces
from tests.attacks.processes import run

ATTACKS = corpus.load()
HONEST = [attack for attack in ATTACKS if attack.honest]
LIVE = [attack for attack in ATTACKS if attack.name.startswith("live-")]

# The whole batch, on two busy cores; endless loops take most of it.
BATCH_SECONDS = 600
FEEDBACK_SECONDS = 300
# Two boxes of 512 MB at a time and the grader itself; attacks ask for 8 GB each.
MEMORY_BYTES = 4 * 2**30
DISK_BYTES = 2 * 2**30
PROCESSES = 500

pytestmark = pytest.mark.timeout(2 * (BATCH_SECONDS + FEEDBACK_SECONDS))

AUTOGRADER = [str(Path(sys.executable).with_name("autograder"))]
NBGRADER = [sys.executable, "-m", "nbgrader"]


def by_name(attack):
    return attack.name


class Batch:
    """A class that handed in, and what became of it.

    ``results`` holds what the grader says of each student; ``graded`` and ``feedback`` what the
    machine went through meanwhile.
    """

    def __init__(self, host, released_course, attacks):
        self.host = host
        self.course = shutil.copytree(released_course, host.course)
        corpus.write_submissions(self.course, attacks)
        self.before = self.precious()
        self.tests_before = self.tests_in_gradebook()
        command = [*AUTOGRADER, "grade", corpus.ASSIGNMENT, "--json"]
        self.graded = run(command, self.course, host.environment, BATCH_SECONDS)
        self.results = {result["student"]: result for result in self._parsed()}
        command = [*NBGRADER, "generate_feedback", corpus.ASSIGNMENT]
        self.told = run(command, self.course, host.environment, FEEDBACK_SECONDS)
        self.traces = host.traces()

    def _parsed(self):
        try:
            return json.loads(self.graded.stdout)
        except json.JSONDecodeError:
            pytest.fail(
                f"'{' '.join(AUTOGRADER)} grade --json' ended with status {self.graded.status} "
                f"after {self.graded.seconds:.0f} s and printed no JSON:\n"
                f"{self.graded.stdout[-2000:]}\n{self.graded.stderr[-4000:]}"
            )

    def precious(self):
        """What nobody may change: what was handed in, and the instructor's own."""
        own = {name: fingerprint(self.course / name) for name in ("source", "release", "submitted")}
        return {**own, "settings": (self.course / "nbgrader_config.py").read_text("utf-8")}

    def tests_in_gradebook(self):
        with sqlite3.connect(self.course / "gradebook.db") as book:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            cells = "SELECT source, checksum FROM source_cell ORDER BY id"
            points = "SELECT max_score FROM grade_cells ORDER BY id"
            return [book.execute(query).fetchall() for query in (names, cells, points)]

    def notebook(self, student):
        """The graded notebook, or None where there is none."""
        path = self.course / "autograded" / student / corpus.ASSIGNMENT / corpus.FILE
        if path.is_symlink() or not path.is_file():
            return None
        return json.loads(path.read_text("utf-8"))

    def feedback_path(self, student):
        return (self.course / "feedback" / student / corpus.ASSIGNMENT / corpus.FILE).with_suffix(
            ".html"
        )

    def outputs(self, student):
        """What the student's code put into the notebook."""
        cells = (self.notebook(student) or {"cells": []})["cells"]
        return readable(json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False))

    def shown(self, student):
        """All that a student may come to read: feedback, outputs, messages, other cells."""
        result = self.results[student]
        said = [result["notes"], [cell["message"] for cell in result["cells"]]]
        cells = (self.notebook(student) or {"cells": []})["cells"]
        rest = [
            (cell["source"], cell.get("attachments"))
            for cell in cells
            if not cell["metadata"].get("nbgrader", {}).get("grade")
        ]
        text = json.dumps([said, rest], ensure_ascii=False) + self.outputs(student)
        feedback = self.feedback_path(student)
        page = feedback.read_text("utf-8") if feedback.is_file() else ""
        page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
        return readable(text + page) + readable(re.sub(r"<[^>]*>", "", page))


def readable(text):
    """Undo what JSON and HTML do to a text, and make one line of it."""
    text = html.unescape(text.replace("\\n", " ").replace('\\"', '"'))
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="session")
def batch(tmp_path_factory, released_course):
    """The whole corpus, graded at once."""
    remove_traces()
    with Host(tmp_path_factory.mktemp("batch")).open() as host:
        yield Batch(host, released_course, ATTACKS)


@pytest.fixture(scope="session")
def honest_batch(tmp_path_factory, released_course, batch):
    """Honest work, graded by itself."""
    host = Host(tmp_path_factory.mktemp("honest"))
    host.home.mkdir()
    return Batch(host, released_course, HONEST)


def test_every_submission_gets_a_result(batch):
    assert set(batch.results) == {attack.name for attack in ATTACKS}
    for result in batch.results.values():
        assert result["assignment"] == corpus.ASSIGNMENT
        assert result["max_points"] == 20
        assert result["sandbox"] not in (None, False, "none", "unsandboxed")
        assert result["points"] == pytest.approx(
            sum(cell["points"] or 0.0 for cell in result["cells"])
        )


@pytest.mark.parametrize("attack", ATTACKS, ids=by_name)
def test_gets_what_it_deserves(batch, attack):
    result = batch.results[attack.name]
    assert result["points"] <= attack.most_points, result
    assert result["points"] >= attack.least_points, result
    # Accepted, as far as a machine can tell: one answer is left to the instructor.
    accepted = {"manual"} if "AC" in attack.verdicts else set()
    assert result["verdict"] in attack.verdicts | accepted, result
    for cell in result["cells"]:
        assert 0 <= (cell["points"] or 0) <= cell["max_points"], cell


@pytest.mark.parametrize("attack", ATTACKS, ids=by_name)
def test_tells_nothing_that_is_hidden(batch, attack):
    shown = batch.shown(attack.name)
    hidden = {*corpus.hidden_values(), *attack.never_shown}
    # Not in the middle of a longer number.
    found = [value for value in hidden if re.search(rf"(?<!\d){re.escape(value)}", shown.lower())]
    assert found == []
    lines = {readable(line) for line in corpus.hidden_lines()}
    assert [line for line in lines if line in shown] == []


@pytest.mark.parametrize("attack", ATTACKS, ids=by_name)
def test_sees_nothing_of_the_machine_and_of_others(batch, attack):
    shown = batch.shown(attack.name)
    assert SECRET not in shown
    assert attack.name == "honest-solved" or corpus.FRIEND not in shown
    outputs = batch.outputs(attack.name)
    assert corpus.HARM not in outputs, re.findall(f"{corpus.HARM}.{{80}}", outputs)


@pytest.mark.parametrize("attack", HONEST, ids=by_name)
def test_honest_work_earns_exactly_its_points(batch, attack):
    assert batch.results[attack.name]["points"] == pytest.approx(attack.points)


@pytest.mark.parametrize("attack", HONEST, ids=by_name)
def test_honest_work_earns_the_same_without_the_others(batch, honest_batch, attack):
    def marks(result):
        cells = [(cell["grade_id"], cell["verdict"], cell["points"]) for cell in result["cells"]]
        return result["verdict"], result["points"], cells

    together, alone = batch.results[attack.name], honest_batch.results[attack.name]
    assert marks(together) == marks(alone)


def test_answer_in_words_is_left_to_the_instructor(batch):
    cells = {cell["grade_id"]: cell for cell in batch.results["honest-solved"]["cells"]}
    assert cells["explain"]["points"] is None
    assert cells["explain"]["verdict"] == "manual"


def test_gradebook_holds_the_same_points(batch):
    with Gradebook(f"sqlite:///{batch.course / 'gradebook.db'}") as gradebook:
        scores = {
            submission.student.id: submission.score
            for submission in gradebook.assignment_submissions(corpus.ASSIGNMENT)
        }
    expected = {name: result["points"] for name, result in batch.results.items()}
    # A refused submission need not be in the gradebook: it has no points there either.
    missing = {name: 0.0 for name in expected if name not in scores}
    assert {**missing, **scores} == pytest.approx(expected)


def test_tests_in_the_gradebook_are_as_they_were(batch):
    assert batch.tests_in_gradebook() == batch.tests_before


def test_graded_notebooks_hold_the_instructors_tests(batch):
    tests = {cell.id: cell.source for cell in corpus.source().cells if corpus.is_test(cell)}
    for attack in ATTACKS:
        notebook = batch.notebook(attack.name)
        for cell in notebook["cells"] if notebook else ():
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in tests:
                assert cell["cell_type"] == "code"
                assert "".join(cell["source"]) == tests[name], attack.name


def test_source_and_submissions_are_as_they_were(batch):
    assert batch.precious() == batch.before


def test_secrets_of_the_machine_are_as_they_were(batch):
    assert batch.host.secrets_intact()


def test_no_file_is_left_anywhere(batch):
    assert batch.traces == []


def test_no_process_is_left(batch):
    assert batch.graded.left_behind == []


def test_nobody_reaches_the_network(batch):
    assert batch.host.heard == []


def test_machine_has_room_all_the_time(batch):
    assert batch.graded.memory < MEMORY_BYTES
    assert batch.graded.disk < DISK_BYTES
    assert batch.graded.processes < PROCESSES


def test_batch_finishes_in_time(batch):
    assert batch.graded.status is not None, f"not finished after {BATCH_SECONDS} s"
    assert batch.graded.seconds < BATCH_SECONDS


def test_everybody_who_was_graded_gets_feedback(batch):
    assert batch.told.status == 0, batch.told.stderr[-4000:]
    for attack in ATTACKS:
        if batch.notebook(attack.name):
            assert batch.feedback_path(attack.name).is_file(), attack.name


@pytest.mark.parametrize("attack", LIVE, ids=by_name)
def test_feedback_is_a_dead_page(batch, browser, attack):
    """What a student wrote does not run, load or hide anything in whoever reads it."""
    page = browser.new_page()
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(batch.feedback_path(attack.name).as_uri(), wait_until="load")
    page.wait_for_timeout(500)
    assert page.evaluate("window.attackCorpusLive") is None
    assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    assert page.evaluate(LIVE_ADDRESSES) == []
    page.close()


LIVE_ADDRESSES = """
() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes].filter(({ name, value }) =>
    (/^on/i.test(name) && value.includes("attackCorpusLive")) ||
    (/^(href|src|srcdoc|action|formaction|data|xlink:href)$/i.test(name) &&
      (/^\\s*javascript:/i.test(value.replace(/[\\x00-\\x20]/g, "")) ||
        value.includes("attackCorpusLive") || value.includes("48675")))
  ).map(({ name, value }) => `${element.tagName} ${name}=${value}`)
)
"""
