"""What is promised about files that were handed in: any bytes are a notebook, or refused."""

import os

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.plan import make_plan
from autograder.submission import Refusal, align, read_notebook
from tests.autograder.courses import answer, grade_cell

SOURCE = nbformat.v4.new_notebook(
    cells=[answer("double", "double = 2"), grade_cell("test-double", "assert double == 2")]
)


def refused(path):
    with pytest.raises(Refusal) as caught:
        read_notebook(path)
    return caught.value.reason


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n\x00\xff",
        b"[]",
        b"{}",
        b'"conv2d"',
        b'{"cells": 3, "nbformat": 4}',
        b"[" * 10**5,
        b'{"cells": [{"cell_type": "code"}], "nbformat": "\\ud800"}',
    ],
    ids=["binary", "list", "object", "string", "no-cells", "deep", "odd-format"],
)
def test_bytes_that_are_no_notebook_are_refused_in_both_languages(tmp_path, content):
    path = tmp_path / "mission.ipynb"
    path.write_bytes(content)
    reason = refused(path)
    assert reason.en == "mission.ipynb is not a Jupyter notebook."
    assert reason.zh == "mission.ipynb 不是 Jupyter 笔记本。"
    assert path.read_bytes() == content


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0 cells', max_size=60).map(str.encode))
def test_any_bytes_are_a_notebook_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_bytes(content)
    try:
        said = read_notebook(path).nbformat
    except Refusal as refusal:
        said = refusal.reason.en
    assert said in (4, "any.ipynb is empty.", "any.ipynb is not a Jupyter notebook.")


def test_what_is_missing_empty_or_no_file_is_named(tmp_path):
    path = tmp_path / "mission.ipynb"
    assert refused(path).en == "No mission.ipynb was handed in."
    path.write_text(" \n")
    assert refused(path).en == "mission.ipynb is empty."
    path.unlink()
    os.mkfifo(path)
    assert refused(path).en == "mission.ipynb is not an ordinary file."
    path.unlink()
    path.symlink_to(tmp_path)
    assert refused(path).en == "mission.ipynb cannot be opened as a file."


def test_nonsense_in_nbgrader_s_marks_is_a_missing_answer(tmp_path):
    path = tmp_path / "mission.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("double = 2")])
    notebook.cells[0].metadata["nbgrader"] = "none of it"
    nbformat.write(notebook, path)
    cells, notes = align(make_plan(SOURCE), read_notebook(path))
    assert [cell.source for cell in cells if cell.step is None] == ["double = 2"]
    assert [note.en for note in notes] == [
        "The answer's cell is missing: double.",
        "Test cells were missing and put back: test-double.",
    ]


def test_a_notebook_with_all_its_cells_is_taken_as_it_is(tmp_path):
    path = tmp_path / "mission.ipynb"
    nbformat.write(SOURCE, path)
    cells, notes = align(make_plan(SOURCE), read_notebook(path))
    assert [cell.source for cell in cells] == [cell.source for cell in SOURCE.cells]
    assert notes == []
