"""Formgrader on a real Jupyter server: its buttons grade in the sandbox, its pages run nothing."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

import psutil
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.autograder.courses import REPOSITORY, answer, grade_cell, manual, new_course

CONFIG = """
from autograder.preprocessors import configure
configure(c)
c.Limits.seconds = 5
"""
TESTS = """assert double(2) == 4
### BEGIN HIDDEN TESTS
hidden_canary = 8675309
assert double(hidden_canary) == 17350618
### END HIDDEN TESTS"""
HOSTILE = """from IPython.display import HTML, Javascript, Markdown, display

display(HTML("<script>window.pwned = 1</script><b>bold words</b>"
             "<img src=x onerror='window.pwned = 2'>"))
display(Javascript("window.pwned = 3"))
display(Markdown("*Slanted words* <script>window.pwned = 4</script>"))

def double(n):
    return n + 2"""
ESSAY = "**My words.** <script>window.pwned = 5</script><img src=x onerror='window.pwned = 6'>"
COMMENT = "Well said. 说得好。"
PWNED = "window.pwned ?? null"


@dataclass
class Server:
    """A Jupyter server on a course."""

    course: object
    url: str
    token: str

    def grade(self, grade_id):
        with self.course.gradebook() as gradebook:
            return gradebook.find_grade(grade_id, "code", "ps", "ada").to_dict()

    def notebook_id(self):
        with self.course.gradebook() as gradebook:
            return gradebook.find_submission_notebook("code", "ps", "ada").id


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("formgrader")
    course = new_course(root / "course", CONFIG)
    (course.root / ".box").symlink_to(REPOSITORY / ".box")
    cells = [
        answer("double", "def double(n):\n    return 2 * n"),
        grade_cell("double-tests", TESTS, 2),
        grade_cell("type-tests", "assert type(double(2)) is int", 1),
        manual("essay", "Why?", points=3),
    ]
    course.write_source("ps", "code", cells)
    course.generate("ps")
    course.hand_in("ada", "ps", {"double": HOSTILE, "essay": ESSAY})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, url = secrets.token_hex(), f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    # Nothing is to be run there, so no kernel has to be started and stopped.
    command += ["--KernelSpecManager.ensure_native_kernel=False"]
    command += ["--KernelSpecManager.allowed_kernelspecs=none"]
    environment = {**os.environ, "HOME": str(root), "PYTHONPATH": str(REPOSITORY)}
    with (root / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=course.root, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"{url}/api/status?token={token}", process)
        yield Server(course, url, token)
    finally:
        started = psutil.Process(process.pid).children(recursive=True)
        # Jupyter waits for threads of its own when it is asked to end.
        process.kill()
        process.wait()
        _, left = psutil.wait_procs(started, timeout=20)
        assert left == [], "the grader's processes outlive the server"


def wait_for(url, process):
    for _ in range(300):
        assert process.poll() is None, "the Jupyter server ended"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the Jupyter server does not answer")


@pytest.fixture(scope="module")
def page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    page = context.new_page()
    # What formgrader takes from elsewhere (MathJax) may be out of reach.
    page.route(lambda url: not url.startswith(server.url), lambda route: route.abort())
    page.goto(f"{server.url}/login?token={server.token}")
    yield page
    context.close()


def click(server, page, button):
    """Click a button of the submission's row, and wait for formgrader to say that it is done."""
    page.goto(f"{server.url}/formgrader/manage_submissions/ps")
    page.locator("tr", has_text="ada").locator(f".{button} a").click()
    expect(page.locator("#success-modal, #error-modal")).to_be_visible(timeout=60_000)
    said = page.locator("#success-modal, #error-modal").inner_text()
    assert "Success" in said, said


@pytest.fixture(scope="module")
def graded(server, page):
    """The server, after the autograde button was clicked."""
    click(server, page, "autograde")
    return server


def test_the_autograde_button_grades_in_the_sandbox(graded):
    assert graded.grade("double-tests")["auto_score"] == 0
    assert graded.grade("type-tests")["auto_score"] == 1
    assert graded.grade("essay")["auto_score"] is None
    assert graded.grade("essay")["needs_manual_grade"]
    notebook = graded.course.root / "autograded" / "ada" / "ps" / "code.ipynb"
    assert '"sandbox": "bubblewrap"' in notebook.read_text()


def test_the_list_of_submissions_shows_the_points(graded, page):
    page.goto(f"{graded.url}/formgrader/manage_submissions/ps")
    row = page.locator("tr", has_text="ada")
    expect(row.locator(".score")).to_have_text("1 / 6")
    expect(row.locator(".status")).to_have_text("needs manual grading")


def test_manual_grading_shows_verdict_and_reason_and_runs_nothing(graded, page):
    page.goto(f"{graded.url}/formgrader/submissions/{graded.notebook_id()}/")
    shown = page.locator("#notebook-container").first
    expect(shown).to_contain_text("WA: ")
    expect(shown).to_contain_text("bold words")
    # Text that would run is shown as it was written.
    expect(shown).to_contain_text("*Slanted words* <script>")
    expect(shown).to_contain_text("**My words.** <script>")
    page.wait_for_timeout(300)
    assert page.evaluate(PWNED) is None


def test_points_and_comments_typed_there_survive_the_button(graded, page):
    page.goto(f"{graded.url}/formgrader/submissions/{graded.notebook_id()}/")
    essay = page.locator(".nbgrader_cell", has_text="My words.")
    for box, typed in (
        ("input.score", "2.5"),
        ("input.extra-credit", "0.5"),
        ("textarea.comment", COMMENT),
    ):
        essay.locator(box).fill(typed)
        with page.expect_response(lambda response: response.request.method == "PUT"):
            essay.locator(box).press("Tab")
    assert not graded.grade("essay")["needs_manual_grade"]
    click(graded, page, "autograde")
    essay = graded.grade("essay")
    assert (essay["manual_score"], essay["extra_credit"]) == (2.5, 0.5)
    with graded.course.gradebook() as gradebook:
        comment = gradebook.find_comment("essay", "code", "ps", "ada")
        assert comment.manual_comment == COMMENT
    # As stock nbgrader does it: the submission may have changed.
    assert essay["needs_manual_grade"]


def test_the_feedback_button_writes_feedback_that_hides_the_tests(graded, page):
    click(graded, page, "generate-feedback")
    text = (graded.course.root / "feedback" / "ada" / "ps" / "code.html").read_text()
    row = BeautifulSoup(text, "html.parser").select_one(".summary tbody tr")
    assert "WA" in row.text
    assert [word for word in ("hidden_canary", "8675309", "17350618") if word in text] == []


def test_jupyterlab_shows_a_graded_notebook_and_runs_nothing(graded, page):
    page.goto(f"{graded.url}/lab/tree/autograded/ada/ps/code.ipynb")
    shown = page.locator(".jp-Notebook")
    expect(shown.get_by_text("bold words").last).to_be_visible(timeout=60_000)
    expect(shown).to_contain_text("WA: ")
    page.wait_for_timeout(500)
    assert page.evaluate(PWNED) is None
