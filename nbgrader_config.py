"""nbgrader's settings for this course; every ``nbgrader`` command run in this folder reads them."""

import os
import sys
from pathlib import Path

# nbgrader runs the command "alembic" to make a new gradebook; it is installed beside this Python,
# which need not be an activated environment.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

# Training runs inside one cell. Plain Python loops take half a minute on an idle core; graders
# share theirs.
TRAINING_SECONDS = 120
# The slowest honest test cell takes about two seconds. An endless loop costs this much per cell.
CELL_SECONDS = 20


def seconds_for(cell):  # noqa: ANN001, ANN201 - nbgrader calls it with a notebook cell
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

c.Execute.timeout_func = seconds_for
# Interrupt a cell that takes too long and go on with the next; otherwise an endless loop in one
# method would cost the points of all others.
c.Execute.interrupt_on_timeout = True
