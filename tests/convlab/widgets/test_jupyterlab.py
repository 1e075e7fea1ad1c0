"""The same widgets in a real JupyterLab with a real kernel, to which drawings go back."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from convlab import widgets

ROOT = Path(__file__).parents[3]
TOKEN = "widgets"
CELLS = [
    f"""import sys
sys.path.insert(0, {str(ROOT)!r})
import numpy as np
from convlab.data import load_subset
from convlab.networks import SmallCNN
from convlab.widgets import *
digits = load_subset()
network = SmallCNN(np.random.default_rng(0))
widget = DrawDigit(network, digits.test_images[:3], digits.test_labels[:3])
slide = SlideKernel(np.arange(1, 10).reshape(3, 3), [[0, 1], [2, 3]])
widget""",
    "slide",
    """from ipywidgets import VBox
VBox([
    ActivationExplorer(),
    ConvolutionArithmetic(),
    DescendLoss([0, 1, 2], [1, 2, 2]),
    DropoutMask([1, -2, 3]),
    GradientTerms(np.eye(3), [[0, 1], [2, 3]], [[1, 2], [0, -1]]),
    PoolGradient(np.arange(9).reshape(3, 3), 2, stride=1),
])""",
    "print('ink', int((widget.digit > 0).sum()), 'kernel', slide.kernel)",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab on a folder with one notebook; yield the notebook's address."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "widgets.ipynb")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}"),
            f"--ServerApp.root_dir={folder}",
        ],
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"{_address(server, folder / 'runtime')}lab/tree/widgets.ipynb?token={TOKEN}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _address(server, runtime):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for file in runtime.glob("jpserver-*.json"):
            return json.loads(file.read_text())["url"]
        assert server.poll() is None, "JupyterLab did not start"
        time.sleep(0.3)
    raise TimeoutError("JupyterLab wrote no address within 60 seconds")


def test_widgets_run_in_jupyterlab_and_answer_to_the_kernel(lab, browser):
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(60_000)
    page.goto(lab)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    pad = page.locator(".cnn-pad")
    pad.wait_for()
    assert "," in page.locator(".cnn-verdict").inner_text()
    assert page.locator(".cnn-slide-kernel .cnn-total").inner_text() == "= 25"
    others = page.locator(".widget-vbox .cnn-widget")
    others.last.wait_for()
    assert others.count() == len(widgets.__all__) - 2
    assert page.get_by_text("Error displaying widget").count() == 0

    page.locator(".cnn-draw-digit").get_by_role("button", name="Clear").click()
    pad.focus()
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")
    page.get_by_label("Kernel weight, row 0, column 0").fill("7")
    page.wait_for_timeout(1500)  # the drawing goes to the kernel when the hand rests
    page.locator(".jp-Notebook .jp-CodeCell").last.click()
    page.keyboard.press("Control+Enter")
    page.get_by_text("kernel [[7, 1], [2, 3]]").wait_for()
    text = page.locator(".jp-OutputArea-output").last.inner_text()
    ink = int(re.search(r"ink (\d+)", text)[1])
    assert 20 < ink < 200  # one upright stroke, 20 cells high
    page.close()
