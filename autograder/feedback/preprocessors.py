"""What is read from the gradebook, and what is taken out, before a notebook becomes feedback."""

from __future__ import annotations

from typing import Final

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbgrader.utils import is_locked

# Where HideTests leaves word for the page.
HIDDEN: Final = "autograder_hidden"
WITHHELD: Final = "The output of hidden tests is not shown.\n隐藏测试的输出不予显示。\n"


class ReadGrades(GetGrades):  # type: ignore[misc]
    """Read scores and comments, and also which parts still wait for a person."""

    def _get_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        cell.metadata.nbgrader["needs_manual_grade"] = bool(grade.needs_manual_grade)
        cell.metadata.nbgrader["has_manual_score"] = grade.manual_score is not None


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Take hidden tests out of the instructor's cells, with nbgrader's delimiters.

    Students' own cells are left alone: nbgrader's class would stop at the word in one of them, and
    the student would get no feedback.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Leave what a student may see of a cell."""
        if is_locked(cell) and self._hide(cell):
            cell.metadata[HIDDEN] = True
            if cell.cell_type == "code" and "autograder" not in cell.metadata:
                # nbgrader itself ran it: a traceback quotes the hidden lines, and their values.
                cell.outputs = [nbformat.v4.new_output("stream", text=WITHHELD)]
        return cell, resources

    def _hide(self, cell: NotebookNode) -> bool:
        try:
            return bool(self._remove_hidden_test_region(cell))
        except RuntimeError:
            # A delimiter is missing, so nobody knows where the hidden part is.
            cell.source = ""
            return True
