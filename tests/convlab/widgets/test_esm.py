import pytest

from convlab.widgets import DrawDigit, SlideKernel
from convlab.widgets.esm import BundleError, bundle


def write(folder, **modules):
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "entry.js"


def test_bundle_runs_as_one_module_and_gives_what_its_modules_gave(browser, tmp_path):
    entry = write(
        tmp_path,
        entry='import { twice, base as start } from "./a.js";\n'
        'import {\n  base,\n} from "./b.js";\n'
        "export const words = 1;\nexport default { answer: twice(start) + base + words };\n",
        a='import { base as other } from "./b.js";\nexport const base = 10;\n'
        "export function twice(x) {\n  return 2 * x + other;\n}\n",
        b="export const base = 1000;\n",
    )
    page = browser.new_page()
    answer = page.evaluate(
        """async (text) => {
          const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
          return (await import(url)).default.answer;
        }""",
        bundle(entry),
    )
    page.close()
    assert answer == 2 * 10 + 1000 + 1000 + 1


def test_module_imported_twice_is_included_once(tmp_path):
    entry = write(
        tmp_path,
        entry='import { x } from "./a.js";\nimport { y } from "./b.js";\nexport default x + y;\n',
        a='import { y } from "./b.js";\nexport const x = y;\n',
        b="export const y = 'only once';\n",
    )
    assert bundle(entry).count("only once") == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('import thing from "./a.js";', "import thing"),
        ('import * as a from "./a.js";', "import * as a"),
        ('import { x } from "https://example.org/x.js";', "import { x }"),
        ('export { x } from "./a.js";', "export { x }"),
        ("import { x } from './a.js';", "import { x }"),
    ],
)
def test_form_that_is_not_understood_is_named(tmp_path, text, named):
    entry = write(tmp_path, entry=text + "\nexport default 1;\n", a="export const x = 1;\n")
    with pytest.raises(BundleError, match=r"entry\.js: cannot bundle") as error:
        bundle(entry)
    assert named in str(error.value)


def test_default_export_of_an_imported_module_is_refused(tmp_path):
    entry = write(tmp_path, entry='import { x } from "./a.js";\n', a="export default 1;\n")
    with pytest.raises(BundleError, match=r"a\.js: cannot bundle `export default 1;`"):
        bundle(entry)


def test_circular_import_is_named(tmp_path):
    entry = write(
        tmp_path,
        entry='import { a } from "./a.js";\nexport const e = 1;\n',
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(BundleError, match=r"a\.js -> b\.js -> a\.js"):
        bundle(entry)


def test_missing_module_is_named_with_its_importer(tmp_path):
    entry = write(tmp_path, entry='import { a } from "./gone.js";\n')
    with pytest.raises(BundleError, match=r"gone\.js, imported by entry\.js"):
        bundle(entry)


@pytest.mark.parametrize("widget", [DrawDigit, SlideKernel])
def test_shipped_module_is_valid_and_stands_alone(widget, tmp_path):
    text = widget._esm
    assert "\nimport " not in text
    assert "http://www.w3.org/2000/svg" in text  # the only address: a name, never fetched
    assert text.count("http") == 1
    assert len(text.encode()) < 60_000
