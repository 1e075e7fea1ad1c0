"""What the driver promises: an instructor's commands, no work twice, failures in one sentence."""

import os
import shutil
import signal
import time

import nbformat

from tests.demo.conftest import CLASS, Demo


def add_student(demo, name, answer):
    folder = demo.class_folder / name
    folder.mkdir()
    (folder / "conv2d.py").write_text(answer, encoding="utf-8")


def test_it_shows_the_commands_that_an_instructor_types(graded):
    commands = [line for line in graded.said.splitlines() if line.startswith("$")]
    assert commands == [
        "$ nbgrader generate_assignment day07",
        "$ nbgrader zip_collect day07 --force",
        "$ autograder grade day07",
        "$ nbgrader generate_feedback day07",
    ]
    assert "gradebook.db" in graded.said
    assert "…" not in graded.said


def test_hostile_endings_are_verdicts_too(small):
    add_student(small, "kills-python", "import os\nos._exit(1)\n")
    add_student(
        small,
        "ignores-the-interrupt",
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except KeyboardInterrupt:\n        pass\n",
    )
    small.grade()
    assert small.row("kills-python")[1] == "RE"
    assert small.scores()["kills-python"] == (0, 100)
    assert small.scores()["ignores-the-interrupt"] == (0, 100)
    folders = small.class_folder.iterdir()
    assert all(small.feedback(folder.name).exists() for folder in folders)


def test_a_second_run_does_nothing_twice(small):
    small.grade()
    before, scores = small.autograded(), small.scores()
    pages = {path: path.stat().st_mtime_ns for path in small.course.glob("feedback/*/*/*.html")}
    small.grade()
    assert small.autograded() == before
    assert small.scores() == scores
    assert f"{len(before)} graded before and unchanged" in small.said
    assert "generate_assignment" not in small.said
    refused = small.feedback("empty-file")
    assert all(path.stat().st_mtime_ns == at for path, at in pages.items() if path != refused)


def test_a_new_submission_is_graded_and_no_other(small):
    before = small.autograded()
    shutil.copy(CLASS / "correct-im2col" / "conv2d.py", small.class_folder / "crash")
    small.grade()
    assert small.scores()["crash"] == (100, 100)
    after = small.autograded()
    assert [name for name in after if after[name] != before.get(name)] == ["crash"]
    assert "self.pad<" not in small.feedback("crash").read_text(encoding="utf-8")


def test_feedback_takes_the_place_of_a_refusal(small):
    assert "is empty." in small.feedback("empty-file").read_text(encoding="utf-8")
    folder = small.class_folder / "empty-file"
    (folder / "conv2d.ipynb").unlink()
    shutil.copy(CLASS / "correct-im2col" / "conv2d.py", folder)
    small.grade()
    assert small.scores()["empty-file"] == (100, 100)
    page = small.feedback("empty-file").read_text(encoding="utf-8")
    assert "is empty." not in page
    assert "100 / 100" in page


def test_the_verdict_does_not_depend_on_who_comes_before(small, graded):
    for name, new in (("kernel-flipped", "a-flipped"), ("crash", "z-crash")):
        shutil.copytree(CLASS / name, small.class_folder / new)
    small.grade()
    ours, theirs = small.results(), graded.results()
    assert ours["a-flipped"] == theirs["kernel-flipped"]
    assert ours["z-crash"] == theirs["crash"]


def test_a_release_that_is_out_of_step_is_refused(tmp_path):
    demo = Demo(tmp_path / "repository")
    source = demo.root / "source" / "day07" / "conv2d.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].source += "\nOne more sentence."
    nbformat.write(notebook, source)
    assert demo.run().status == 1
    assert demo.said.endswith("nbgrader generate_assignment day07 --force\n")
    # And again: what was refused is not taken for released.
    assert demo.run().status == 1


def test_ctrl_c_loses_nothing(tmp_path):
    demo = Demo(tmp_path / "repository").hurry().keep("crash", "endless-loop")
    with demo.start() as driver:
        while "crash" not in demo.autograded():
            assert driver.poll() is None
            time.sleep(0.2)
        # The endless loop runs now.
        time.sleep(2)
        os.killpg(driver.pid, signal.SIGINT)
        said, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert said.rstrip().endswith("stopped; running it again goes on from here.")
    assert "Traceback" not in said
    graded = demo.autograded()
    assert list(graded) == ["crash"]
    demo.grade()
    assert demo.autograded()["crash"] == graded["crash"]
    assert demo.row("endless-loop")[1] == "TLE"
    assert sorted(demo.scores()) == ["crash", "endless-loop"]


def test_a_missing_class_folder_is_one_sentence(tmp_path):
    demo = Demo(tmp_path / "repository")
    shutil.rmtree(demo.class_folder)
    assert demo.run().status == 1
    assert "Traceback" not in demo.said
    assert demo.said.splitlines()[-1].startswith("demo: There is no example class in ")
