import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from ipywidgets.embed import dependency_state

from convlab import widgets as course
from convlab.data import as_network_input, load_subset
from convlab.networks import SmallCNN
from convlab.training import train
from convlab.widgets import DrawDigit

ROOT = Path(__file__).parents[3]
PAGE = """<!doctype html>
<html lang="{language}" data-theme="{theme}">
<head><meta charset="utf-8"><title>Widgets</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>html[data-theme=dark] body {{ background: #15161f; color: #ececf4; }}</style></head>
<body><main><h1>Widgets</h1>{views}</main>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script>{host}</script></body></html>
"""


@pytest.fixture(scope="session")
def digits():
    return load_subset()


@pytest.fixture(scope="session")
def network(digits):
    """A network that has learned enough to tell digits apart; two seconds."""
    rng = np.random.default_rng(7)
    network = SmallCNN(rng)
    images = as_network_input(digits.train_images)
    train(network, images, digits.train_labels, epochs=3, learning_rate=0.05, rng=rng)
    return network


@pytest.fixture(scope="session")
def first_of_each(digits):
    """The position of the first test digit of each class."""
    return [int(np.flatnonzero(digits.test_labels == label)[0]) for label in range(10)]


@pytest.fixture
def draw_digit(network, digits, first_of_each):
    return DrawDigit(network, digits.test_images[first_of_each], digits.test_labels[first_of_each])


@pytest.fixture
def one_of_each(draw_digit, digits):
    """Every widget of the course, by its name."""
    x = np.linspace(0, 2, 9)
    small = np.arange(1, 10).reshape(3, 3)
    widgets = [
        course.ActivationExplorer(),
        course.ConvolutionArithmetic(),
        course.DescendLoss(x, 0.5 * x + 0.2, steps=3),
        draw_digit,
        course.DropoutMask([1, -2, 3, 0.5]),
        course.GradientTerms(small, [[0, 1], [2, 3]], [[1, 2], [0, -1]]),
        course.PoolGradient(small, 2, stride=1),
        course.SlideKernel(digits.test_images[0][::2, ::2] // 25, [[-1, 0, 1]] * 3),
    ]
    by_name = {type(widget).__name__: widget for widget in widgets}
    assert sorted(by_name) == sorted(course.__all__)
    return by_name


@pytest.fixture
def widget_file(tmp_path):
    """Write a page as MyST-NB does: widget state, a mark a view, and our host."""

    def write(*widgets, language="en", theme="light", change=lambda state: None):
        state = dependency_state(widgets, drop_defaults=False)
        change(state)
        marks = [{"version_major": 2, "model_id": widget.model_id} for widget in widgets]
        views = "".join(
            '<div class="cnn-widget-host"><script '
            f'type="application/vnd.jupyter.widget-view+json">{json.dumps(mark)}</script></div>'
            for mark in marks
        )
        text = PAGE.format(
            language=language,
            theme=theme,
            views=views,
            state=json.dumps({"version_major": 2, "version_minor": 0, "state": state}),
            host=(ROOT / "book/_ext/widget_host.js").read_text(encoding="utf-8"),
        )
        file = tmp_path / f"{language}-{theme}.html"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def open_widgets(browser, widget_file):
    """Open a page with the widgets in Chromium; an error on the page fails the test."""
    contexts, errors = [], []

    def show(*widgets, width=900, touch=False, reduced_motion="no-preference", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            has_touch=touch,
            reduced_motion=reduced_motion,
        )
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(widget_file(*widgets, **options).as_uri())
        page.wait_for_selector(".cnn-widget")
        return page

    yield show
    for context in contexts:
        context.close()
    assert errors == []


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def modules_address():
    """The widgets' modules on localhost, as they are: no bundling."""
    folder = ROOT / "convlab" / "widgets"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def modules(browser, modules_address):
    """A page of Chromium that can import the widgets' modules: await import("/network.js")."""
    page = browser.new_page()
    page.goto(f"{modules_address}/common.css")
    yield page
    page.close()
