"""nbgrader's settings for this course; every ``nbgrader`` command run in this folder reads them."""

import os
import sys
from pathlib import Path

from nbformat import NotebookNode

from autograder.preprocessors import configure

# nbgrader runs the command "alembic" to make a new gradebook; it is installed beside this Python,
# which need not be an activated environment.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

# Training runs inside one cell. Plain Python loops take half a minute on an idle core; graders
# share theirs.
TRAINING_SECONDS = 120
# The slowest honest test cell takes about two seconds. An endless loop costs this much once: after
# it, each cell of the same submission gets c.Limits.seconds_after_timeout.
CELL_SECONDS = 20


def seconds_for(cell: NotebookNode) -> int:
    """Return the time limit of a cell, by its nbgrader id, which students cannot change."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return TRAINING_SECONDS if grade_id == "train" else CELL_SECONDS


c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.course_id = "cnn-course"
# Instructors' notebooks are in source/ (nbgrader's default); what students get is in assignments/.
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# What stands where a solution was: the error tells a student what to do about it.
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("Write this part first. 请先完成这一部分。")'
}

# "nbgrader autograde" and formgrader's button grade in the sandbox too; feedback is autograder's.
configure(c)
c.Execute.timeout_func = seconds_for
# The environment in which submissions run; "make setup" makes it.
c.Grade.environment = str(Path(__file__).resolve().parent / os.environ.get("BOX", ".box"))
