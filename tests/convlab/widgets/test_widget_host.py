"""The host runs any anywidget on a static page, and the Sphinx extension brings it there."""

import re
import subprocess
import sys
from pathlib import Path

import anywidget
import pytest
import traitlets

from convlab.widgets import SlideKernel

ROOT = Path(__file__).parents[3]
SHOW = "({ model, el }) => { el.className = 'cnn-widget'; el.append(String(%s)); }"


def widget(esm, **values):
    """An anywidget with this module; keyword arguments become synced traits."""

    class Small(anywidget.AnyWidget):
        _esm = esm + "\n"
        _css = ".small { color: red; }\n"

    small = Small()
    small.add_traits(**{name: traitlets.Any().tag(sync=True) for name in values})
    for name, value in values.items():
        setattr(small, name, value)
    return small


def shown(value):
    return f"export default {{ render: {SHOW % value} }};"


# The front-end module contract -------------------------------------------------------------------


def test_bytes_arrive_as_a_data_view(open_widgets):
    small = widget(
        shown(
            "[model.get('data').constructor.name, model.get('data').getFloat32(0, true), "
            "model.get('data').byteLength]"
        ),
        data=b"\x00\x00\xc0\x3f\xff",
    )
    assert open_widgets(small).locator(".cnn-widget").inner_text() == "DataView,1.5,5"


def test_bytes_inside_lists_and_dicts_arrive(open_widgets):
    small = widget(
        shown("model.get('nested').list[1].getUint8(0)"),
        nested={"list": [1, b"\x2a"]},
    )
    assert open_widgets(small).locator(".cnn-widget").inner_text() == "42"


@pytest.mark.parametrize(
    "module",
    [
        f"export default {{ render: {SHOW % '1'} }};",
        f"export default () => ({{ render: {SHOW % '1'} }});",
        f"export default async () => ({{ render: {SHOW % '1'} }});",
        f"export const render = {SHOW % '1'};",
    ],
    ids=["object", "function", "async function", "named"],
)
def test_each_form_of_export_is_run(open_widgets, module):
    assert open_widgets(widget(module)).locator(".cnn-widget").inner_text() == "1"


def test_initialize_runs_once_and_before_both_views(open_widgets):
    small = widget(
        "let n = 0; export default { initialize({ model }) { model.set('n', ++n); }, render: "
        + SHOW % "model.get('n')"
        + "};",
        n=0,
    )
    page = open_widgets(small, small)
    page.wait_for_function("document.querySelectorAll('.cnn-widget').length === 2")
    assert page.locator(".cnn-widget").all_inner_texts() == ["1", "1"]


def test_listeners_hear_changes_until_they_are_taken_off(open_widgets):
    small = widget(
        """export default { render({ model, el }) {
          const heard = [];
          const hear = (from, value) => heard.push([from === model, value]);
          model.on("change:n", hear);
          model.on("change", () => heard.push("any"));
          model.set("n", 1);
          model.set("n", 1);
          model.save_changes();
          model.off("change:n", hear);
          model.set("n", 2);
          model.off();
          model.set("n", 3);
          model.send({});
          el.className = "cnn-widget";
          el.append(JSON.stringify([heard, model.get("n")]));
        } };""",
        n=0,
    )
    text = open_widgets(small).locator(".cnn-widget").inner_text()
    assert text == '[[[true,1],"any","any"],3]'


def test_style_of_two_widgets_of_a_kind_is_added_once(open_widgets):
    page = open_widgets(widget(shown("1")), widget(shown("1")))
    page.wait_for_function("document.querySelectorAll('.cnn-widget').length === 2")
    styles = page.locator("style").all_text_contents()
    assert sum(".small" in style for style in styles) == 1


def test_two_widgets_of_a_kind_keep_their_own_values(open_widgets):
    page = open_widgets(
        SlideKernel([[1, 2], [3, 4]], [[1, 1], [1, 1]]),
        SlideKernel([[5, 5], [5, 5]], [[1, 0], [0, 0]]),
    )
    page.wait_for_function("document.querySelectorAll('.cnn-total').length === 2")
    assert page.locator(".cnn-total").all_inner_texts() == ["= 10", "= 5"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "This interactive figure could not be started"), ("zh-CN", "这幅交互图没能启动")],
)
@pytest.mark.parametrize(
    "module",
    [
        "export default {",
        "export default { render() { throw new Error('x'); } };",
        "export default 1 1",
    ],
)
def test_widget_that_fails_says_so_and_the_next_one_runs(open_widgets, module, language, sentence):
    page = open_widgets(widget(module), widget(shown("'fine'")), language=language)
    assert sentence in page.get_by_role("alert").inner_text()
    assert page.locator(".cnn-widget").inner_text() == "fine"


def test_missing_state_says_so(open_widgets):
    lost, kept = widget(shown("1")), widget(shown("2"))
    page = open_widgets(lost, kept, change=lambda state: state.pop(lost.model_id))
    assert page.get_by_role("alert").count() == 1


# The Sphinx extension ----------------------------------------------------------------------------

CONFIG = """
extensions = ["myst_nb", "book._ext.widget_host"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
language = "{language}"
html_theme = "alabaster"
"""
FRONT = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

"""
LIVE = (
    FRONT
    + """```{code-cell} python3
import sys
sys.path.insert(0, ROOT)
from convlab.widgets import SlideKernel
SlideKernel([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[0, 1], [2, 3]])
```

After the widget.
"""
)
PLAIN = FRONT + "```{code-cell} python3\n6 * 7\n```\n"
SLIDER = FRONT + "```{code-cell} python3\nimport ipywidgets\nipywidgets.IntSlider()\n```\n"


def sphinx(folder, pages, language="en"):
    """Build pages with Sphinx in its own process; return its exit code and what it printed."""
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONFIG.format(language=language))
    toctree = "# Site\n\n```{toctree}\n" + "\n".join(pages) + "\n```\n"
    for name, text in {"index": toctree, **pages}.items():
        (source / f"{name}.md").write_text(text.replace("ROOT", repr(str(ROOT))), encoding="utf-8")
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            str(source),
            str(folder / "site"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sphinx")
    code, output = sphinx(folder, {"live": LIVE, "plain": PLAIN}, language="zh_CN")
    assert code == 0, output
    return folder / "site"


def test_widget_is_live_from_file_without_any_request_off_site(site, browser):
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "live.html").as_uri())
    assert page.locator(".cnn-total").inner_text() == "= 25"
    assert page.locator(".cnn-widget").get_attribute("lang") == "zh-CN"
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert errors == []
    page.close()


def test_no_script_of_another_site_is_named(site):
    html = (site / "live.html").read_text(encoding="utf-8")
    assert "require" not in html
    assert "html-manager" not in html
    assert re.findall(r'<script[^>]+src="(?:https?:)?//', html) == []


def test_page_without_widgets_does_not_load_the_host(site):
    assert "widget_host" in (site / "live.html").read_text(encoding="utf-8")
    assert "widget_host" not in (site / "plain.html").read_text(encoding="utf-8")


def test_without_javascript_a_sentence_stands_there_and_no_repr(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "live.html").as_uri())
    text = page.locator("body").inner_text()
    assert "请在浏览器中启用 JavaScript" in text
    assert "SlideKernel object" not in text
    context.close()


@pytest.mark.parametrize("width", [1200, 420])
def test_text_below_does_not_jump(site, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(
        """window.shift = 0;
        const add = (entry) => (shift += entry.value);
        new PerformanceObserver((list) => list.getEntries().forEach(add))
          .observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto((site / "live.html").as_uri())
    page.wait_for_selector(".cnn-total")
    page.wait_for_timeout(300)
    assert page.evaluate("shift") < 0.1  # what web vitals call good
    context.close()


def test_widget_that_needs_a_kernel_fails_the_build(tmp_path):
    code, output = sphinx(tmp_path, {"slider": SLIDER})
    assert code != 0
    assert "slider.md" in output
    assert "a widget that a page cannot run without a kernel" in output
