import contextlib
import io
import json

import pytest

from tools.survey import failures
from tools.survey.__main__ import main
from tools.survey.shapes import FUNCTIONS

# Right, with a helper, and with a cache of its own form.
RIGHT = '''
import numpy as np
from .a_sibling_that_is_not_here import *

def size(length, kernel, stride):
    """Floor."""
    return (length - kernel) // stride + 1

def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    (H, W), (h, k) = xp.shape[2:], w.shape[2:]
    rows, columns = size(H, h, s), size(W, k, s)
    out = np.zeros((x.shape[0], w.shape[0], rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = xp[:, :, i * s : i * s + h, j * s : j * s + k]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3])) + b
    return out, (xp, x, w, b, conv_param)

def conv_backward_naive(dout, cache):
    xp, x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    (H, W), (h, k) = x.shape[2:], w.shape[2:]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            here = np.s_[:, :, i * s : i * s + h, j * s : j * s + k]
            dxp[here] += np.tensordot(dout[:, :, i, j], w, 1)
            dw += np.tensordot(dout[:, :, i, j], xp[here], (0, 0))
    return dxp[:, :, p : p + H, p : p + W], dw, dout.sum(axis=(0, 2, 3))

def max_pool_forward_naive(x, pool_param):
    h, k, s = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    H, W = x.shape[2:]
    rows, columns = size(H, h, s), size(W, k, s)
    out = np.zeros((*x.shape[:2], rows, columns))
    for i, top in zip(range(rows), range(0, H, s)):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, top : top + h, j * s : j * s + k].max(axis=(2, 3))
    return out, (x, pool_param)

def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, k, s = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + h, j * s : j * s + k]
        row, column = divmod(window.argmax(), k)
        dx[n, c, i * s + row, j * s + column] += dout[n, c, i, j]
    return dx
'''
CONV_SIZES = "size(H, h, s), size(W, k, s)\n    out = np.zeros((x.shape"
POOL_SIZES = "size(H, h, s), size(W, k, s)\n    out = np.zeros((*x"
CROP = "dxp[:, :, p : p + H, p : p + W]"
GIVE = "dx[n, c, i * s + row, j * s + column] += dout[n, c, i, j]"
GIVE_ALL = (
    "dx[n, c, i * s : i * s + h, j * s : j * s + k] {} (window == window.max()) * dout[n, c, i, j]"
)
# What is written instead of what, and what the survey is to say of it.
MISTAKES = {
    "crop_empty": (CROP, "dxp[:, :, p:-p, p:-p]", [failures.CROPPED]),
    "crop_crashes": (CROP, "0 * x + dxp[:, :, p:-p, p:-p]", [failures.PAD_0]),
    "crop_by_1": (CROP, "dxp[:, :, 1:-1, 1:-1]", [failures.PAD_1]),
    "pad_not_cropped": (CROP, "dxp[:, :, :H, :W]", [failures.PADDED]),
    "square_output": (CONV_SIZES, CONV_SIZES.replace("W, k", "H, h"), [failures.SQUARE]),
    "square_kernel": ("+ k]\n            out", "+ h]\n            out", [failures.SQUARE]),
    "rounded": (
        CONV_SIZES,
        CONV_SIZES.replace("size(H, h, s)", "round((H - h) / s) + 1"),
        [failures.NOT_DIVIDED],
    ),
    "three": ("k]\n            dxp", "3]\n            dxp", [failures.THREE]),
    "positions": ("out[:, :, i, j] = np", "out[:, :, i * s, j * s] = np", [failures.POSITIONS]),
    "asserted": (
        f"rows, columns = {POOL_SIZES}",
        f"assert (H - h) % s == (W - k) % s == 0\n    rows, columns = {POOL_SIZES}",
        [failures.NOT_DIVIDED],
    ),
    "side_by_side": (
        POOL_SIZES,
        POOL_SIZES.replace("size(H, h, s), size(W, k, s)", "H // h, W // k"),
        [failures.POOL_SIZE],
    ),
    "loop": ("zip(range(rows), range(0, H, s))", "enumerate(range(0, H, s))", [failures.LOOP]),
    "assigned": (GIVE, GIVE.replace("+=", "="), [failures.ASSIGNED]),
    "all_tied": (GIVE, GIVE_ALL.format("+="), [failures.ALL_TIED]),
    "all_tied_assigned": (GIVE, GIVE_ALL.format("="), [failures.ALL_TIED, failures.ASSIGNED]),
    "last_tied": (
        "window.argmax()",
        "window.size - 1 - window[::-1, ::-1].argmax()",
        [failures.OTHER_TIE],
    ),
    "height": ("window.argmax(), k", "window.argmax(), h", [failures.DECODED]),
    "pool_as_stride": ("for n, c", "s = h\n    for n, c", [failures.POOL_STRIDE]),
    "endless": ("dx = np", "while s == 3: pass\n    dx = np", ["does not end in time"]),
    "leaves": ("dx = np", "import os; os._exit(0)\n    dx = np", ["ends its process"]),
}


def mistaken(name):
    old, new, _ = MISTAKES[name]
    assert RIGHT.count(old) == 1
    return RIGHT.replace(old, new)


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A file that no stranger's code may write."""
    return tmp_path_factory.mktemp("outside") / "written"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, outside):
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "right.py").write_text(RIGHT)
    for name in MISTAKES:
        (folder / f"{name}.py").write_text(mistaken(name))
    again = folder / "deep" / "down"
    again.mkdir(parents=True)
    (again / "again.py").write_text(
        mistaken("assigned").replace("dx = np.zeros_like(x)", "dx  =  np.zeros_like(x)  # the same")
    )
    source = mistaken("assigned").splitlines(keepends=True)
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", *source]}]
    (folder / "notebook.ipynb").write_text(json.dumps({"cells": cells}))
    (folder / "python_2.py").write_text(
        mistaken("crop_empty").replace("range", "xrange").replace("//", "/") + "print 'done'\n"
    )
    (folder / "escape.py").write_text(
        f"LOG = open({str(outside)!r}, 'w')\n"
        "def conv_forward_naive(x, w, b, conv_param):\n"
        "    print(x, file=LOG)\n"
        "def max_pool_forward_naive(x, pool_param):\n"
        f"    open({str(outside)!r}, 'w')\n"
    )
    (folder / "unwritten.py").write_text(
        "def conv_backward_naive(dout, cache):\n    dx = None\n    return dx, dx, dx\n"
    )
    (folder / "broken.py").write_text("def conv_forward_naive(x, w, b, conv_param:\n    return x\n")
    (folder / "cyclic.py").symlink_to(folder / "right.py")
    return folder


@pytest.fixture(scope="module")
def surveyed(folder):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main([str(folder), "--json", "--seconds", "2"]) == 0
    return json.loads(printed.getvalue())


def wrong(surveyed, file):
    """What is said of a file's wrong functions."""
    places = [(place.rpartition(":")[0], f) for f in surveyed["wrong"] for place in f["where"]]
    return [found for name, found in places if name == file]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_by_where_it_shows(surveyed, name):
    [found] = wrong(surveyed, f"{name}.py")
    assert sorted(found["failures"]) == sorted(MISTAKES[name][2])


def test_right_functions_are_right_with_a_cache_of_their_own_and_in_python_2(surveyed):
    assert surveyed["shapes"] == 68
    assert not wrong(surveyed, "right.py")
    assert [found["failures"] for found in wrong(surveyed, "python_2.py")] == [[failures.CROPPED]]


def test_identical_code_counts_once_however_it_is_laid_out(surveyed):
    [found] = wrong(surveyed, "assigned.py")
    assert [place.partition(":")[0] for place in found["where"]] == [
        "assigned.py",
        "deep/down/again.py",
        "notebook.ipynb",
    ]
    counts = surveyed["functions"]["max_pool_backward_naive"]
    assert (counts["found"], counts["distinct"], counts["right"]) == (len(MISTAKES) + 4, 9, 1)


def test_a_stranger_s_code_runs_in_the_box_alone(surveyed, outside):
    [found] = wrong(surveyed, "escape.py")
    assert found["function"] == "max_pool_forward_naive"
    assert found["failures"] == [failures.EVERYWHERE]
    assert list(found["details"]) == ["raises FileNotFoundError"]
    assert surveyed["functions"]["conv_forward_naive"]["incomplete"] == 1
    assert not outside.exists()


def test_what_is_not_written_or_does_not_parse_is_not_judged(surveyed):
    assert not wrong(surveyed, "unwritten.py") + wrong(surveyed, "broken.py")
    assert surveyed["functions"]["conv_backward_naive"]["incomplete"] == 1
    [left_out] = surveyed["left_out"]
    assert left_out.startswith("conv_forward_naive of broken.py")


def files_of(found):
    return {wrong["where"][0].partition(".")[0] for wrong in found}


def test_the_assignment_s_own_check_misses_most_mistakes_and_six_shapes_miss_none(surveyed):
    found = surveyed["wrong"]
    caught = files_of(f for f in found if not f["passes_own_check"])
    assert caught == {"pad_not_cropped", "positions", "leaves", "escape"}
    assert surveyed["not_detected"] == 0
    zeros = "pool zeros 4x4 by 2x2 stride 2"
    on_ties = files_of(f for f in found if zeros in f["caught_by"])
    assert on_ties == {"all_tied", "all_tied_assigned", "last_tied", "endless", "leaves", "escape"}


def test_pool_gradients_are_counted_with_ties_forgiven(surveyed):
    forgiven = surveyed["pool_backward"]
    assert forgiven == {
        "ties forgiven": 3,
        "sizes that the stride does not divide left out": 1,
        "both": 3,
    }


def test_the_tables_name_function_failure_and_shape(tmp_path, capsys):
    (tmp_path / "[bold]crop.py").write_text(mistaken("crop_empty"))
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "[bold]crop.py" in said
    assert "[pad:-pad]" in said
    assert "conv 7x7 by 2x2 stride 3 pad 0" in said


def test_what_cannot_be_surveyed_is_said_in_a_sentence(tmp_path, folder, capsys, monkeypatch):
    assert main([str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith(f"survey: There is no folder {tmp_path / 'none'}")
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in FUNCTIONS)
    monkeypatch.setenv("PATH", "")
    assert main([str(folder)]) == 3
    assert "bubblewrap is not installed. Run 'autograder doctor'" in capsys.readouterr().err
