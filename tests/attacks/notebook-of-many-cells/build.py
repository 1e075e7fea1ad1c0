import json

import nbformat


def build(notebook, folder):
    cell = nbformat.v4.new_code_cell("1")
    notebook.cells += [{**cell, "id": f"cell-{number}"} for number in range(100_000)]
    (folder / "mission.ipynb").write_text(json.dumps(notebook))
